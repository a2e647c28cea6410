import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createEvidenceFolder } from "../../../src/adapters/reports/evidence-folder.ts";
import { KeptFileError } from "../../../src/adapters/reports/keep-file.ts";
import { sampleFindings } from "../../support/domain-samples.ts";

it("keeps a case that several decide about at once as one file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "error-autopilot-"));
  try {
    const findings = sampleFindings("i000000000001-1-0");
    const several = Array.from({ length: 20 }, () => createEvidenceFolder(folder).save(findings));
    await Promise.all(several);
    expect(readdirSync(folder)).toEqual(["i000000000001-1-0.json"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("says in a sentence what is in the way of a case", async () => {
  const folder = mkdtempSync(join(tmpdir(), "error-autopilot-"));
  try {
    const evidence = join(folder, "evidence");
    writeFileSync(evidence, "a file, say of an earlier copy");
    const failed = createEvidenceFolder(evidence).save(sampleFindings("i000000000001-1-0"));
    await expect(failed).rejects.toThrow(KeptFileError);
    await expect(failed).rejects.toThrow(
      `${join(evidence, "i000000000001-1-0.json")} cannot be written: a file is where the folder should be. Move it away.`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
