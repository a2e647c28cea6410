const lfsPointer = "version https://git-lfs.github.com/spec/v1";

/**
 * The lines of a text file, without line ends. Text that is not UTF-8 is read byte by byte as Latin-1, so that its lines keep their numbers.
 * Null for what is no text to read: binary content and Git LFS pointers.
 */
export function blobLines(content: Buffer): readonly string[] | null {
  if (content.includes(0)) return null;
  if (isLfsPointer(content)) return null;
  const text = decode(content);
  const lines = text.split(/\r\n|\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** What stands in the repository in place of a file that Git LFS keeps elsewhere. */
export function isLfsPointer(content: Buffer): boolean {
  return content.subarray(0, lfsPointer.length).toString("latin1") === lfsPointer;
}

function decode(content: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return content.toString("latin1");
  }
}
