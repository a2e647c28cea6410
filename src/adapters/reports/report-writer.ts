import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { IssueWriter, Outgoing, WriteOutcome } from "../../domain/effect.ts";
import { redact } from "../../domain/redact.ts";

/** Writes what a dry run would have filed into a folder: one Markdown file an incident, the newest state of it. */
export function createReportWriter(directory: string): IssueWriter {
  return {
    async write(outgoing: Outgoing): Promise<WriteOutcome> {
      if (outgoing.kind !== "write-report") {
        return { kind: "refused", because: redact(`A report writer cannot do ${outgoing.kind}.`) };
      }
      const head = [
        `Repository: ${outgoing.repository}`,
        `Title: ${outgoing.title}`,
        `Labels: ${outgoing.labels.join(", ")}`,
      ];
      const file = join(directory, basename(outgoing.file));
      await mkdir(directory, { recursive: true });
      // Written beside and moved, so that a crash leaves the old report or the new one.
      await writeFile(`${file}.part`, `${head.join("\n")}\n\n${outgoing.body}\n`);
      await rename(`${file}.part`, file);
      return { kind: "done", reference: null, url: file };
    },
    async find() {
      return null;
    },
  };
}
