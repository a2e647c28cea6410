import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createEvidenceFolder } from "../../../src/adapters/reports/evidence-folder.ts";
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
