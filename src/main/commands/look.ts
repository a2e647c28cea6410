import { toJson } from "../../domain/json.ts";
import type { Store } from "../../domain/store.ts";
import { columns, instantText } from "../columns.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";

/** `audit`: who or what did what, newest first. */
export async function showAudit(
  store: Store,
  io: Io,
  options: { readonly json: boolean; readonly limit: number; readonly subject: string | null },
): Promise<ExitCode> {
  const lines = await store.audit({
    sinceMs: 0,
    limit: options.limit,
    ...(options.subject === null ? {} : { subject: options.subject }),
  });
  if (options.json) io.stdout(lines.map((line) => `${toJson(line)}\n`).join(""));
  else if (lines.length === 0)
    io.stdout(options.subject === null ? "Nothing has been done yet.\n" : "Nothing has been done about that.\n");
  else {
    io.stdout(
      columns(lines.map((line) => [instantText(line.atMs), line.actor, line.action, line.subject, line.result])),
    );
  }
  return exitCodes.done;
}
