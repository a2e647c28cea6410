/**
 * Tells a fault when it begins or changes, and when it is over, instead of once a second.
 * @returns takes what is wrong now with each part that was looked at: a sentence, or null
 */
export function createFaultTeller(
  tell: (sentence: string) => void,
): (looked: ReadonlyMap<string, string | null>) => void {
  const told = new Map<string, string>();
  return (looked) => {
    for (const [part, fault] of looked) {
      const before = told.get(part);
      if (fault === null) {
        if (told.delete(part)) tell(`${part}: works again`);
      } else if (fault !== before) {
        told.set(part, fault);
        tell(`${part}: ${fault}`);
      }
    }
  };
}
