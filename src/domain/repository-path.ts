/** Characters of a path; git itself would take four times as many. */
const lengthMax = 1_000;
const plain = /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\p{C}\p{Zl}\p{Zp}\\]+$/u;

/**
 * Whether a path of a repository may be spoken of: no way out of it, nothing hidden, nothing that a link or a line of text would break at. A file
 * with another path does not exist for us; one such file must not spoil what is said about the others.
 */
export function isPlainPath(path: string): boolean {
  return path.length <= lengthMax && plain.test(path);
}
