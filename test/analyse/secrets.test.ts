import { describe, expect, it } from "vitest";
import { memoryAfter } from "../../src/analyse/redaction-memory.ts";
import { redact } from "../../src/domain/redact.ts";
import { bundleOf, entry, openWorld, pricing } from "./world.ts";

const canary = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

describe("what the model is shown", () => {
  it("holds no secret of the code, and neither does what is kept", async () => {
    const world = await openWorld();
    try {
      const bug = pricing({ linesBefore: 4 });
      const files = {
        ...bug.files,
        [bug.path]: bug.files[bug.path]?.replace("// rule 1", `const token = "${canary}";`) ?? "",
      };
      const service = await world.service("pricing", files);
      const bundle = bundleOf([entry(1, "pricing", bug.log)], [service]);
      const analysed = await world.analyse(bundle, [service]);
      expect(analysed.rootCause.kind).toBe("found");
      expect(JSON.stringify(world.server.requests)).toContain("const token = ");
      expect(JSON.stringify([world.server.requests, world.saved], null, 1)).not.toContain(canary);
      expect(analysed.bundle.evidence.map(({ text }) => text).join("\n")).not.toContain(canary);
    } finally {
      await world.close();
    }
  });
});

describe("memoryAfter", () => {
  it("never gives two values one placeholder", () => {
    const gathered = redact("mail to ada@example.org failed");
    const [placeholder = ""] = gathered.match(/⟨[^⟩]+⟩/) ?? [];
    expect(placeholder).not.toBe("");
    expect(redact("ask bob@example.org", memoryAfter([gathered]))).not.toContain(placeholder);
  });
});
