import type { IssueWriter, Outgoing, WriteOutcome } from "../../domain/effect.ts";
import { redact } from "../../domain/redact.ts";
import { keepFile } from "./keep-file.ts";

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
      const file = await keepFile(directory, outgoing.file, `${head.join("\n")}\n\n${outgoing.body}\n`);
      return { kind: "done", reference: null, url: file };
    },
    async find() {
      return null;
    },
  };
}
