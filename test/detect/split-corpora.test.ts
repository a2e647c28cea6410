import { describe, expect, it } from "vitest";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { ErrorEntry } from "../../src/domain/error-entry.ts";
import type { LogEntry } from "../../src/domain/log-entry.ts";
import { loadCorpora } from "../support/corpora/load-corpora.ts";
import { logEntry, rules } from "./log-entries.ts";

/** Of messages of several lines at the margin nothing says that they go on. */
const shareMin = 0.97;

const read = (entries: readonly LogEntry[]) => createEntryReader(rules).read(entries);

const hasFrames = ({ isError, exceptions }: ErrorEntry) =>
  isError && exceptions.some(({ frames }) => frames.length > 0);

/** As a shipper without a rule for several lines sends it. */
function linesOf({ line, labels, timestampNs }: LogEntry): readonly LogEntry[] {
  return line.split("\n").map((text, index) => logEntry(text, { labels, timestampNs: timestampNs + BigInt(index) }));
}

describe("errors of JavaScript and Python, shipped line by line", () => {
  it("are one error each, with the fingerprint that they have as a whole", () => {
    const wholes = loadCorpora()
      .filter(({ language }) => ["node", "python", "browser", "deno"].includes(language))
      .flatMap(({ entries }) => entries)
      .filter(({ line }) => line.includes("\n") && !line.startsWith("{"))
      .flatMap((entry) => read([entry]).filter(hasFrames));
    const wrong = wholes.filter((whole) => {
      const [first, ...more] = read(linesOf(whole.entry));
      return more.length > 0 || first?.fingerprint !== whole.fingerprint;
    });
    expect(wholes.length).toBeGreaterThan(500);
    const told = wrong.slice(0, 5).map(({ entry }) => entry.line.slice(0, 300));
    expect(1 - wrong.length / wholes.length, told.join("\n\n")).toBeGreaterThanOrEqual(shareMin);
  });
});
