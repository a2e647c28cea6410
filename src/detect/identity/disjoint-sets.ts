/** Sets that grow together: of whatever two members are joined, and of all that were joined with them. */
export class DisjointSets<T> {
  readonly #setOf = new Map<T, Set<T>>();

  join(one: T, other: T): void {
    const mine = this.setOf(one);
    const theirs = this.setOf(other);
    if (mine === theirs) return;
    const [small, large] = mine.size < theirs.size ? [mine, theirs] : [theirs, mine];
    for (const member of small) {
      large.add(member);
      this.#setOf.set(member, large);
    }
  }

  /** Of one that was joined with nobody: itself. */
  setOf(member: T): Set<T> {
    let set = this.#setOf.get(member);
    if (set === undefined) {
      set = new Set([member]);
      this.#setOf.set(member, set);
    }
    return set;
  }
}
