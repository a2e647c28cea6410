/** The number of the pull request that a subject names, as GitHub writes it when it merges or squashes; null where there is none. */
export function pullRequestOf(subject: string): number | null {
  const number = /^Merge pull request #(\d{1,9}) from /.exec(subject)?.[1] ?? /\(#(\d{1,9})\)\s*$/.exec(subject)?.[1];
  return number === undefined || Number(number) === 0 ? null : Number(number);
}
