/** Errors of fifty bugs, each with values of its own: how many groups they become with us, and with Drain, which is given the messages that we have taken out of the lines. */
import { createEntryReader } from "../src/detect/entries/read-entries.ts";
import { entryId } from "../src/domain/entry-id.ts";
import type { LogEntry } from "../src/domain/log-entry.ts";
import { DrainTree } from "./drain-tree.ts";
import type { Figure } from "./figure.ts";
import { plainBugs } from "./plain-lines.ts";
import { createRandom } from "./random.ts";
import { stackTraceBugs } from "./stack-trace-bugs.ts";
import { startNs } from "./workload.ts";

const voices = [...stackTraceBugs, ...plainBugs];
const perBug = 400;
const reader = createEntryReader({
  environment: "dev",
  serviceLabels: ["service_name"],
  aliases: {},
  own: { checkout: ["com.acme"] },
  levers: null,
});

const entries = Array.from({ length: perBug * voices.length }, (_, at): LogEntry => {
  const random = createRandom(7_000_003 + at);
  const voice = voices[at % voices.length];
  const line = voice?.line(random, random.hex(32)) ?? "";
  const labels = { service_name: voice?.service ?? "", level: "error" };
  const timestampNs = startNs + BigInt(at) * 100_000_000n;
  return { id: entryId(labels, timestampNs, line), timestampNs, labels, structuredMetadata: {}, line };
});

const begun = performance.now();
const read = reader.read(entries);
const ours = read.map(({ fingerprint }) => fingerprint);
const oursMs = performance.now() - begun;
if (read.length !== entries.length) throw new Error(`${read.length} entries were read of ${entries.length}.`);

const messages = read.map(({ message }) => message);
const drainBegun = performance.now();
const tree = new DrainTree();
const drains = messages.map((message) => tree.add(message));
const drainMs = performance.now() - drainBegun;

const name = `${entries.length.toLocaleString("en")} errors of ${voices.length} bugs`;
tell("ours: lines read, exceptions and messages", ours, oursMs, voices.length);
tell("Drain by its paper: messages alone, already taken out", drains, drainMs, null);

function tell(what: string, groups: readonly (string | number)[], tookMs: number, target: number | null): void {
  const bugsOf = new Map<string | number, Set<number>>();
  const groupsOf = new Map<number, Set<string | number>>();
  for (const [at, group] of groups.entries()) {
    const bug = at % voices.length;
    bugsOf.set(group, (bugsOf.get(group) ?? new Set()).add(bug));
    groupsOf.set(bug, (groupsOf.get(bug) ?? new Set()).add(group));
  }
  const own = [...groupsOf.values()].filter(
    (its) => its.size === 1 && [...its].every((group) => bugsOf.get(group)?.size === 1),
  );
  const figure: Figure = {
    name,
    value: bugsOf.size,
    unit: "groups",
    target: target === null ? null : { kind: "exactly", value: target },
    because: `${what}; ${own.length} bugs have one group to themselves; ${Math.round((groups.length / tookMs) * 1_000).toLocaleString("en")} entries/s`,
  };
  process.send?.(figure);
}
