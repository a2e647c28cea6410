/** `npx node scripts/write-tuning-page.ts`: what `explain` prints for docs/tuning.md, written into its blocks. The test that compares them says when it is due. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { adjustedMap, adjustmentsOf, lineChanges, tuningFolder } from "../test/docs/tuning-page.ts";

const bin = resolve(import.meta.dirname, "..", "bin", "error-autopilot.mjs");
const file = join(tuningFolder, "..", "tuning.md");
const page = readFileSync(file, "utf8");
const folder = mkdtempSync(join(tmpdir(), "error-autopilot-tuning-"));
try {
  const adjustments = adjustmentsOf(page);
  const [head = "", ...sections] = page.split(/\n(?=## \d)/);
  const written = sections.map((section, index) => {
    const adjustment = adjustments[index];
    if (adjustment === undefined) throw new Error(`The section ${index + 1} of docs/tuning.md is no adjustment.`);
    const before = explained(adjustment.input, join(tuningFolder, "service-map.yaml"));
    const after = join(folder, "service-map.yaml");
    writeFileSync(after, adjustedMap(adjustment.yaml));
    const change = lineChanges(before, explained(adjustment.input, after));
    return section
      .replace(block("text"), () => fenced("text", before))
      .replace(block("diff"), () => fenced("diff", change));
  });
  writeFileSync(file, [head, ...written].join("\n"));
} finally {
  rmSync(folder, { recursive: true });
}

function explained(input: string, config: string): string {
  const options = { input: readFileSync(join(tuningFolder, input), "utf8"), encoding: "utf8" } as const;
  return execFileSync(process.execPath, [bin, "explain", "--config", config], options).trimEnd();
}

function block(language: string): RegExp {
  return new RegExp(`\`\`\`${language}\\n[\\s\\S]*?\\n\`\`\``);
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
