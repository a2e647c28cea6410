import type { Io } from "./io.ts";
import { WrongInputError } from "./wrong-input-error.ts";

/** All of standard input as text. @throws WrongInputError beyond `bytesMax` */
export async function readStdin(stdin: Io["stdin"], bytesMax: number, cure = "Give a part of it."): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const buffer = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    bytes += buffer.length;
    if (bytes > bytesMax) throw new WrongInputError(`The input is larger than ${bytesMax / 1024 / 1024} MB. ${cure}`);
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
