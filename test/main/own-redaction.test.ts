import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redact, useOwnRedaction } from "../../src/domain/redact.ts";
import { noOwnRedaction } from "../../src/domain/redaction/own-redaction.ts";
import { main } from "../../src/main/cli.ts";
import { loadSettings } from "../../src/main/setting.ts";

const redaction =
  "redaction:\n  patterns: [{ kind: employee-number, pattern: 'EMP-\\d{6}' }]\n  allow: [support@acme.example]\n";
const line = "EMP-123456 wrote to support@acme.example and kim@acme.example";
const clean = "⟨employee-number:1⟩ wrote to support@acme.example and ⟨email:1⟩";

let folder: string;
let config: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "own-redaction-"));
  config = join(folder, "service-map.yaml");
});
afterEach(() => {
  useOwnRedaction(noOwnRedaction);
  rmSync(folder, { recursive: true, force: true });
});

async function redactCommand(...args: readonly string[]) {
  const written = { stdout: "", stderr: "" };
  const code = await main(["redact", ...args], {
    stdin: (async function* () {
      yield line;
    })(),
    stdout: (text) => {
      written.stdout += text;
    },
    stderr: (text) => {
      written.stderr += text;
    },
  });
  return { code, ...written };
}

describe("own patterns and the allow list of the service map", () => {
  it("hold for the whole process once the configuration is loaded", async () => {
    writeFileSync(config, `environments: { dev: { loki: { url: "http://localhost:3100" } } }\n${redaction}`);
    await loadSettings({ config, state: join(folder, "state"), json: false });
    expect(redact(line)).toBe(clean);
  });

  it("hold for redact, also where the rest of the service map is being edited", async () => {
    writeFileSync(config, `environments: not yet\n${redaction}`);
    expect(await redactCommand("--config", config)).toEqual({
      code: 0,
      stdout: clean,
      stderr: "email: 1\nemployee-number: 1\n",
    });
  });

  it("stop redact when they cannot be used, and nothing is printed", async () => {
    writeFileSync(config, "redaction:\n  patterns: [{ kind: slow, pattern: '(a+)+$' }]\n");
    const { code, stdout, stderr } = await redactCommand("--config", config);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("redaction.patterns[0].pattern: would take too long");
  });

  it("stop redact where the service map that is named is not there", async () => {
    const { code, stdout } = await redactCommand("--config", join(folder, "other.yaml"));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
