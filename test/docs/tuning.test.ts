import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { main } from "../../src/main/cli.ts";
import { keptFolder } from "./kept-folder.ts";
import { adjustedMap, adjustmentsOf, lineChanges, tuningFolder } from "./tuning-page.ts";

const page = readFileSync(resolve(tuningFolder, "..", "tuning.md"), "utf8");
const folder = keptFolder();
afterAll(() => folder.remove());

async function explained(input: string, config: string): Promise<string> {
  let stdout = "";
  let stderr = "";
  const io = {
    stdin: (async function* () {
      yield readFileSync(join(tuningFolder, input), "utf8");
    })(),
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
  };
  expect(await main(["explain", "--config", config], io), stderr).toBe(0);
  return stdout.trimEnd();
}

describe("docs/tuning.md", () => {
  const adjustments = adjustmentsOf(page);

  it("walks through five adjustments or more", () => {
    expect(adjustments.length).toBeGreaterThanOrEqual(5);
  });

  it.each(adjustments)(
    "$title: shows what explain prints before, and what changes",
    async ({ title, input, yaml, before, change }) => {
      const unchanged = await explained(input, join(tuningFolder, "service-map.yaml"));
      expect(before).toBe(unchanged);
      const config = join(folder.path, `${title.replaceAll(/\W+/g, "-")}.yaml`);
      writeFileSync(config, adjustedMap(yaml));
      expect(change).toBe(lineChanges(unchanged, await explained(input, config)));
    },
  );
});
