/** Of the names that there are, one that begins alike, or differs in one letter. */
export function nearestName<Name extends string>(given: string, names: readonly Name[]): Name | null {
  const near = names.find((each) => given.length >= 3 && (each.startsWith(given) || given.startsWith(each)));
  return near ?? names.find((each) => differsInOne(each, given)) ?? null;
}

function differsInOne(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const [a, b] = [one.slice(at), other.slice(at)];
  return (
    a.slice(1) === b.slice(1) ||
    a.slice(1) === b ||
    a === b.slice(1) ||
    (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2))
  );
}
