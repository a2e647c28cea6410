import { join } from "node:path";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import type { Coverage } from "../../src/domain/coverage.ts";
import type { LogEntry } from "../../src/domain/log-entry.ts";
import type { CountableLogSource } from "../../src/domain/sources.ts";
import type { Store } from "../../src/domain/store.ts";
import { type AuditLimits, type AuditReport, auditEnvironment, limitsBesidePoll } from "../../src/jobs/audit.ts";
import { type PollMeans, type PollReport, pollEnvironment } from "../../src/jobs/poll.ts";
import { logEntry } from "../detect/log-entries.ts";
import { memoryLogSource } from "../detect/memory-log-source.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { createTestClock, type TestClock } from "../support/test-clock.ts";

const signal = new AbortController().signal;
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const startMs = Date.UTC(2026, 10, 21, 3, 0, 0);
const query = '{app="shop"}';
export const parserStage = ' | json | kind="Kept"';

/** One environment with its state, over a Loki that is a list. */
export interface PolledWorld {
  readonly store: Store;
  readonly clock: TestClock;
  /** What Loki was asked, in order. */
  readonly asked: string[];
  /** An error of its own kind becomes visible now. */
  arrive(kind: string, atMs: number, labels?: Readonly<Record<string, string>>): void;
  arriveLine(line: string, atNs: bigint): void;
  /** Loki no longer has it. */
  forget(kind: string): void;
  /** What one request does instead of an answer; null: it is answered. */
  refuse(
    how: ((what: string, window: { readonly fromNs: bigint; readonly toNs: bigint }) => Error | null) | null,
  ): void;
  poll(changes?: Partial<PollMeans>): Promise<PollReport>;
  audit(
    changes?: Partial<PollMeans> & { readonly which?: "due" | "all"; readonly limits?: Partial<AuditLimits> },
  ): Promise<AuditReport>;
  /** Polls every few minutes until then. */
  pollUntil(untilMs: number, changes?: Partial<PollMeans>, everyMin?: number): Promise<void>;
  /** Of each kind, how often it was counted. */
  counts(): Promise<Readonly<Record<string, number>>>;
  ledger(): Promise<readonly Coverage[]>;
}

export async function inPolledWorld(work: (world: PolledWorld) => Promise<void>): Promise<void> {
  const clock = createTestClock(startMs);
  const store = await openStore({ path: join(temporaryFolder(), "state.sqlite"), clock });
  const entries: LogEntry[] = [];
  const asked: string[] = [];
  let refusal: Parameters<PolledWorld["refuse"]>[0] = null;
  const memory = memoryLogSource(entries);
  const noted = async <Answer>(
    what: string,
    window: { readonly fromNs: bigint; readonly toNs: bigint },
    answer: () => Promise<Answer>,
  ): Promise<Answer> => {
    asked.push(what);
    const error = refusal?.(what, window) ?? null;
    if (error !== null) throw error;
    return answer();
  };
  const source: CountableLogSource = {
    entriesBetween: (of, window, limit, s) =>
      noted(`read ${of}`, window, async () => {
        // What a parser stage does, the list behind this cannot.
        const page = await memory.entriesBetween(of.replace(parserStage, ""), window, limit, s);
        const isKept = ({ line }: LogEntry) =>
          !line.includes("hidden") && (!of.includes(parserStage) || line.includes("Kept"));
        return { entries: page.entries.filter(isKept), serverTimeMs: null };
      }),
    countBetween: (of, window, s) => noted(`count ${of}`, window, () => memory.countBetween(of, window, s)),
    streamsBetween: (of, window, s) => noted(`streams ${of}`, window, () => memory.streamsBetween(of, window, s)),
  };
  const means: PollMeans = {
    environment: "dev",
    source,
    query,
    rules: { environment: "dev", serviceLabels: ["app"], aliases: {}, own: {}, levers: null },
    limit: 1_000,
    sinceMs: hourMs,
    settleMs: 0,
    latenessMs: 10 * minuteMs,
    auditHorizonMs: 24 * hourMs,
    sliceMs: hourMs,
    timeoutMs: 30_000,
  };
  const to = { store, clock, holder: "one" };
  const world: PolledWorld = {
    store,
    clock,
    asked,
    arrive(kind, atMs, labels = {}) {
      const type = `${kind}Error`;
      const stack = `${type}: no\n    at handle${kind} (/app/src/${kind}.js:4:7)`;
      entries.push(
        logEntry(JSON.stringify({ level: 50, msg: "no", err: { type, message: "no", stack } }), {
          labels: { app: "shop", ...labels },
          timestampNs: BigInt(atMs) * 1_000_000n,
        }),
      );
      entries.sort((one, other) => Number(one.timestampNs - other.timestampNs));
    },
    arriveLine(line, timestampNs) {
      entries.push(logEntry(line, { labels: { app: "shop" }, timestampNs }));
      entries.sort((one, other) => Number(one.timestampNs - other.timestampNs));
    },
    forget(kind) {
      entries.splice(
        entries.findIndex(({ line }) => line.includes(`${kind}Error`)),
        1,
      );
    },
    refuse(how) {
      refusal = how;
    },
    poll(changes) {
      return pollEnvironment({ ...means, ...changes }, to, signal);
    },
    audit({ which = "due", limits, ...changes } = {}) {
      const all = { ...limitsBesidePoll, ...limits };
      return auditEnvironment({ ...means, ...changes }, to, { which, limits: all }, signal);
    },
    async pollUntil(untilMs, changes = {}, everyMin = 10) {
      while (clock.nowMs() < untilMs) {
        clock.set(Math.min(untilMs, clock.nowMs() + everyMin * minuteMs));
        await world.poll(changes);
      }
    },
    async counts() {
      const incidents = await store.incidents({ limit: 100 });
      return Object.fromEntries(
        incidents.map(({ title, counts }) => [/(\w+)Error/.exec(title)?.[1] ?? title, counts["dev"] ?? 0]),
      );
    },
    ledger: async () => (await store.coverage({ limit: 1_000 })).filter(({ closed }) => closed !== null),
  };
  try {
    await work(world);
  } finally {
    await store.close();
  }
}
