import { describe, expect, it } from "vitest";
import type { InputForm } from "../../src/detect/explain/explain-input.ts";
import type { ExplainJson } from "../../src/domain/json.ts";
import { runExplain } from "../../src/main/commands/explain.ts";
import { readFixture, rules } from "../detect/log-entries.ts";

async function run(input: string, options: { readonly json: boolean; readonly input: InputForm }) {
  let stdout = "";
  let stderr = "";
  async function* stdin() {
    // In pieces that cut characters in two, as a pipe may give them.
    const bytes = Buffer.from(input);
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  }
  const code = await runExplain(options, rules, () => null, {
    stdin: stdin(),
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
  });
  return { code, stdout, stderr };
}

describe("explain", () => {
  it("prints one line of JSON per entry and nothing else", async () => {
    const { code, stdout, stderr } = await run("ERROR 決済失敗\nINFO ok\n", { json: true, input: "lines" });
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as ExplainJson);
    expect([code, stderr]).toEqual([0, ""]);
    expect(rows).toMatchObject([
      {
        timestampNs: "0",
        isError: true,
        level: "error",
        message: "決済失敗",
        joinedTo: null,
        repository: null,
        traceId: null,
      },
      { timestampNs: "1", isError: false, level: "info", message: "ok" },
    ]);
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual([
      "because",
      "environment",
      "exceptions",
      "fingerprint",
      "group",
      "id",
      "ignored",
      "isError",
      "joinedTo",
      "labels",
      "level",
      "message",
      "repository",
      "service",
      "spanId",
      "structuredMetadata",
      "template",
      "timestampNs",
      "traceId",
    ]);
  });

  it("tells people what each entry is, why, and what would become one incident", async () => {
    const { code, stdout } = await run(readFixture("stack-traces/java-order-service.txt"), {
      json: false,
      input: "auto",
    });
    expect(code).toBe(0);
    expect(stdout).toContain("1. ERROR, unknown service: could not place order 17\n");
    expect(stdout).toContain("     ours: com.acme.order.OrderService.sku in OrderService.java:5\n");
    expect(stdout).toContain("2. continues entry 1: ");
    expect(stdout).toContain(
      "   - It is an error: its level is error by what the logger wrote in front of the message.\n",
    );
    expect(stdout).toMatch(
      /\n44 log entries: 4 errors, 39 continuing a stack trace\.\nThey would become 3 incidents:\n/,
    );
  });

  it("says in one sentence what is wrong with its input, with exit code 2", async () => {
    const { code, stdout, stderr } = await run("nonsense", { json: true, input: "loki" });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      'The input is no JSON object, so it is no answer of Loki: it begins with "nonsense". Give Loki\'s body as it came, or use --input lines.\n',
    );
  });

  it("has something to say about nothing", async () => {
    expect(await run("", { json: false, input: "auto" })).toEqual({
      code: 0,
      stdout: "There is nothing to explain: the input holds no log entries.\n",
      stderr: "",
    });
  });

  it("lets no log text command the terminal", async () => {
    const { stdout } = await run('{"level":"error","msg":"\\u001b[2Jgone\\u0007"}', { json: false, input: "lines" });
    expect(stdout).not.toMatch(/[\u0007\u001b]/);
  });
});
