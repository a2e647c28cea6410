import { explain } from "../../detect/explain/explain.ts";
import { ExplainInputError, type InputForm, parseExplainInput } from "../../detect/explain/explain-input.ts";
import { explainText } from "../../detect/explain/explain-text.ts";
import type { ErrorEntry } from "../../domain/error-entry.ts";
import { type RepositoryHit, toJson } from "../../domain/json.ts";
import type { ReadingRules } from "../../domain/reading-rules.ts";
import { readStdin } from "../read-stdin.ts";

/** Of standard input; a Loki page has a few megabytes. */
const inputBytesMax = 256 * 1024 * 1024;

export interface ExplainIo {
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/**
 * `error-autopilot explain`: what each log entry of standard input is, and why. With `json` one line of JSON per entry, nothing else on standard output.
 * @returns the exit code: 0, or 2 where the input cannot be read
 */
export async function runExplain(
  options: { readonly json: boolean; readonly input: InputForm },
  rules: ReadingRules,
  repositoryOf: (entry: ErrorEntry) => RepositoryHit | null,
  io: ExplainIo,
): Promise<number> {
  try {
    const entries = parseExplainInput(await readStdin(io.stdin, inputBytesMax), options.input);
    const rows = explain(entries, rules, repositoryOf);
    if (!options.json) io.stdout(explainText(rows));
    else for (const row of rows) io.stdout(`${toJson(row)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ExplainInputError)) throw error;
    io.stderr(`${error.message}\n`);
    return 2;
  }
}
