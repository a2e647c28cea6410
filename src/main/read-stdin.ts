import type { Io } from "./io.ts";

/** Standard input is longer than a command takes. */
export class StdinTooLongError extends Error {
  override readonly name = "StdinTooLongError";
  readonly isRetryable = false;
}

/** All of standard input as text. @throws StdinTooLongError beyond `bytesMax` */
export async function readStdin(stdin: Io["stdin"], bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const buffer = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    bytes += buffer.length;
    if (bytes > bytesMax) {
      throw new StdinTooLongError(`The input is larger than ${bytesMax / 1024 / 1024} MB. Give a part of it.`);
    }
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
