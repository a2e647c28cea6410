import { describe, expect, it } from "vitest";
import { runRedact } from "../../../src/main/commands/redact.ts";
import { WrongInputError } from "../../../src/main/wrong-input-error.ts";

/** Runs the command on these chunks of standard input. */
async function run(chunks: readonly (Buffer | string)[], json = false) {
  const written = { stdout: "", stderr: "" };
  const code = await runRedact(
    { json },
    {
      stdin: (async function* () {
        yield* chunks;
      })(),
      stdout: (text) => {
        written.stdout += text;
      },
      stderr: (text) => {
        written.stderr += text;
      },
    },
  );
  return { code, ...written };
}

describe("redact", () => {
  it("writes the text to standard output and what it found to standard error", async () => {
    expect(await run(["login of kim@example.com\n", "password=hunter2\nlee@example.com\n"])).toEqual({
      code: 0,
      stdout: "login of ⟨email:1⟩\npassword=⟨password:1⟩\n⟨email:2⟩\n",
      stderr: "email: 2\npassword: 1\n",
    });
  });

  it("writes one document with --json and nothing else", async () => {
    const { code, stdout, stderr } = await run(["password=hunter2\n"], true);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ text: "password=⟨password:1⟩\n", found: [{ kind: "password", count: 1 }] });
  });

  it("joins what a pipe cut, in a secret or in a character", async () => {
    const bytes = Buffer.from("이름 김민수@example.com password=hunter2");
    const chunks = [...bytes].map((byte) => Buffer.from([byte]));
    expect((await run(chunks)).stdout).toBe("이름 ⟨email:1⟩ password=⟨password:1⟩");
  });

  it("says so when there was nothing, also of empty input", async () => {
    expect(await run(["all is well\n"])).toEqual({ code: 0, stdout: "all is well\n", stderr: "nothing found\n" });
    expect(await run([])).toEqual({ code: 0, stdout: "", stderr: "nothing found\n" });
    expect(JSON.parse((await run([], true)).stdout)).toEqual({ text: "", found: [] });
  });

  it("refuses what does not fit into memory, with the cure", async () => {
    const chunk = Buffer.alloc(64 * 1024 * 1024, "a");
    await expect(run([chunk, chunk, chunk, chunk, "a"])).rejects.toThrow(
      new WrongInputError("The input is larger than 256 MB. Cut it, for example with split --line-bytes."),
    );
  });
});
