import { redactWithFindings } from "../../domain/redact.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";
import { readStdin } from "../read-stdin.ts";

/** What one call reads at most: a private key spans lines, so the whole text is read before any is written. */
const inputBytesMax = 256 * 1024 * 1024;

/** `redact`: standard input without secrets and personal data on standard output, and what was found on standard error; with `json` both in one document. */
export async function runRedact(options: { readonly json: boolean }, io: Io): Promise<ExitCode> {
  const input = await readStdin(io.stdin, inputBytesMax, "Cut it, for example with split --line-bytes.");
  const { text, found } = redactWithFindings(input);
  if (options.json) {
    io.stdout(`${JSON.stringify({ text, found })}\n`);
    return exitCodes.done;
  }
  io.stdout(text);
  io.stderr(found.length === 0 ? "nothing found\n" : found.map(({ kind, count }) => `${kind}: ${count}\n`).join(""));
  return exitCodes.done;
}
