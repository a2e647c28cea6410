import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeStateFolder } from "../../src/main/state-folder.ts";

describe("the state folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "상태 folder-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is made with all above it, and may be there already", async () => {
    const wanted = join(folder, "a b", "상태");
    expect(await makeStateFolder(wanted)).toBe(wanted);
    expect(await makeStateFolder(wanted)).toBe(wanted);
  });

  it("is told in a sentence where a file is in its place, or above it", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(makeStateFolder(file)).rejects.toThrow(
      `The state folder ${file} cannot be made: there is a file of that name. Name a folder with --state.`,
    );
    await expect(makeStateFolder(join(file, "state"))).rejects.toThrow(
      /cannot be made: something above it is a file\. Name a folder with --state\.$/,
    );
  });

  it("leaves a mistake of ours what it is", async () => {
    await expect(makeStateFolder("a\0b")).rejects.toThrow(TypeError);
  });
});
