import { afterAll, describe, expect, it } from "vitest";
import { LogSourceError } from "../../src/adapters/loki/log-source-error.ts";
import { createSyntaxReader } from "../../src/adapters/syntax/syntax-reader.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { CodeSourceError } from "../../src/domain/sources.ts";
import { readCode } from "../../src/gather/code/read-code.ts";
import { entriesAround } from "../../src/gather/entries/entries-around.ts";
import { findHealthyTrace } from "../../src/gather/trace/find-healthy.ts";
import { temporaryFolder } from "../adapters/git/git-repository.ts";
import { createFakeLoki } from "./fake-loki.ts";
import { makeSample } from "./make-incident.ts";
import { codeIn } from "./make-repositories.ts";
import { makeTrace } from "./make-trace.ts";

const { signal } = new AbortController();
const folder = temporaryFolder();
afterAll(folder.remove);

const reading = {
  clone: (error: Error) => {
    const code = codeIn(folder.path, "shop");
    if (code === null) throw new Error("shop is mapped");
    return readCode(
      {
        code: { ...code, open: () => Promise.reject(error) },
        ...{ claims: [], earlierClaims: [], exceptions: [], message: "", requests: [], framesMax: 12, isCaller: false },
        firstSeenMs: 0,
        syntax: createSyntaxReader(),
      },
      signal,
    );
  },
  loki: (error: Error) => {
    const rules = { environment: "dev", serviceLabels: ["app"], aliases: {}, own: {}, levers: null } as const;
    const logs = { ...createFakeLoki(), entriesBetween: () => Promise.reject(error) };
    const reader = createEntryReader(rules);
    const asked = { logs, query: '{app="shop"}', reader, serviceOf: (raw: string) => raw };
    return entriesAround(asked, makeSample({}), null, signal);
  },
  tempo: (error: Error) => {
    const source = { trace: async () => null, tracesThatWentWell: () => Promise.reject(error) };
    return findHealthyTrace(makeTrace({ at: "shop/order" }), source, signal);
  },
} as const;
const names = Object.keys(reading) as (keyof typeof reading)[];

describe("while evidence is gathered", () => {
  it.each(names)("a mistake of ours is not told as a %s that cannot be read", async (name) => {
    const ours = new TypeError("undefined is not a function");
    await expect(reading[name](ours)).rejects.toBe(ours);
  });

  it("what a clone, a Loki and a machine refuse is missing, and said to be", async () => {
    const gone = new CodeSourceError({ reason: "git was stopped", detail: "It took too long." }, { isRetryable: true });
    expect((await reading.clone(gone)).missing).toMatchObject([
      { because: expect.stringContaining("git was stopped") },
    ]);
    const away = new LogSourceError("Loki is away.", { isRetryable: true });
    expect((await reading.loki(away)).failures[0]).toBe(
      "Loki could not be asked for neighbouring entries: Loki is away.",
    );
    const full = Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE", syscall: "open" });
    expect((await reading.clone(full)).missing).toMatchObject([
      { because: expect.stringContaining("the clone could not be opened") },
    ]);
    expect(await reading.tempo(full)).toBeNull();
  });
});
