import { redactWithFindings } from "../../domain/redact.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";

/** What one call reads at most: a private key spans lines, so the whole text is read before any is written. */
const inputBytesMax = 256 * 1024 * 1024;

/** `redact`: standard input without secrets and personal data on standard output, and what was found on standard error; with `json` both in one document. */
export async function runRedact(options: { readonly json: boolean }, io: Io): Promise<ExitCode> {
  const input = await readText(io.stdin);
  if (input === null) {
    io.stderr(
      `The input is larger than ${inputBytesMax / 1024 / 1024} MiB; cut it, for example with split --line-bytes.\n`,
    );
    return exitCodes.wrongUsage;
  }
  const { text, found } = redactWithFindings(input);
  if (options.json) {
    io.stdout(`${JSON.stringify({ text, found })}\n`);
    return exitCodes.done;
  }
  io.stdout(text);
  io.stderr(found.length === 0 ? "nothing found\n" : found.map(({ kind, count }) => `${kind}: ${count}\n`).join(""));
  return exitCodes.done;
}

async function readText(stdin: Io["stdin"]): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const buffer = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    bytes += buffer.length;
    if (bytes > inputBytesMax) return null;
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
