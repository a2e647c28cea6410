/**
 * One poll of a page of 5,000 entries with all that belongs to it, against `JSON.parse` of the answer that it came in: every other page over HTTP from another process, the others
 * from an answer that is here already, for what of it is parsing, identity and recording.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogSource } from "../src/adapters/loki/log-source.ts";
import { readEntries } from "../src/adapters/loki/query-answer.ts";
import { openStore } from "../src/adapters/sqlite/store.ts";
import type { Clock } from "../src/domain/clock.ts";
import type { LogEntry } from "../src/domain/log-entry.ts";
import type { CountableLogSource } from "../src/domain/sources.ts";
import type { Store } from "../src/domain/store.ts";
import { pollEnvironment } from "../src/jobs/poll.ts";
import { type Figure, median } from "./figure.ts";
import { startLoki } from "./loki-process.ts";
import { createRandom } from "./random.ts";
import { createWorkload, entriesPerMinute, lokiAnswer, minuteNs, startNs } from "./workload.ts";

const warmUpPolls = 4;
const polls = 22;
const knownRows = 1_000_000;
const rowsAtOnce = 50_000;
const workload = { seed: 1, minutes: warmUpPolls + polls, onlyErrors: false };

const folder = mkdtempSync(join(tmpdir(), "error-autopilot-bench-"));
const loki = await startLoki({ ...workload, isPrepared: true });
const clock = { nowMs: 0 };
const frozen: Clock = { nowMs: () => clock.nowMs, sleep: async () => undefined };
const store = await openStore({ path: join(folder, "autopilot.sqlite"), clock: frozen });
try {
  await knowManyEntries(store);
  const source = createLogSource({ url: loki.url, tenant: null, auth: null, timeoutMs: 30_000 });
  const rules = {
    environment: "dev",
    serviceLabels: ["service_name"],
    aliases: {},
    own: { checkout: ["com.acme"] },
    levers: null,
  };
  const means = { environment: "dev", query: '{deployment_environment="dev"}', rules, limit: entriesPerMinute };
  const windows = {
    sinceMs: 60_000,
    settleMs: 0,
    latenessMs: 0,
    auditHorizonMs: 86_400_000,
    sliceMs: 3_600_000,
    timeoutMs: 30_000,
  };
  const overHttp: number[] = [];
  const fromMemory: number[] = [];
  const parseMs: number[] = [];
  let answerBytes = 0;
  let errors = 0;
  for (let minute = 0; minute < workload.minutes; minute++) {
    const first = minute * entriesPerMinute;
    const sent = Buffer.from(lokiAnswer(createWorkload(workload).entries({ first, end: first + entriesPerMinute })));
    answerBytes = sent.length;
    const answer = sent.toString();
    const parseBegun = performance.now();
    JSON.parse(answer);
    parseMs.push(performance.now() - parseBegun);

    clock.nowMs = Number((startNs + BigInt(minute) * minuteNs) / 1_000_000n) + 55_000;
    const isHttp = minute % 2 === 0;
    let page: readonly LogEntry[] | null = null;
    const here: CountableLogSource = {
      ...source,
      async entriesBetween(_query, { fromNs }) {
        // A full page is followed by the question for its last instant.
        if (page !== null) return { entries: page.filter((entry) => entry.timestampNs >= fromNs), serverTimeMs: null };
        page = readEntries({ status: 200, headers: {}, text: answer, bytes: null });
        return { entries: page, serverTimeMs: null };
      },
    };
    const begun = performance.now();
    const report = await pollEnvironment(
      { ...means, ...windows, source: isHttp ? source : here },
      { store, clock: frozen, holder: "bench" },
      AbortSignal.timeout(60_000),
    );
    (isHttp ? overHttp : fromMemory).push(performance.now() - begun);
    const [coverage] = report.coverage;
    if (coverage?.entries !== entriesPerMinute) throw new Error(`A poll read ${coverage?.entries} entries.`);
    errors = coverage.errors;
  }
  const parse = median(parseMs.slice(warmUpPolls));
  const [http, memory] = [overHttp, fromMemory].map((each) => median(each.slice(warmUpPolls / 2))) as [number, number];
  const answered = `medians of ${polls / 2}; ${errors} errors, ${(answerBytes / 1e6).toFixed(1)} MB`;
  const ratio = { unit: "×", target: { kind: "at most", value: 15 } } as const;
  tell({
    name: "parse, identity, record of 5,000 entries : JSON.parse",
    value: memory / parse,
    ...ratio,
    because: `${memory.toFixed(0)} ms : ${parse.toFixed(1)} ms, commit and fsync included; ${answered}`,
  });
  tell({
    name: "the same with HTTP : JSON.parse",
    value: http / parse,
    ...ratio,
    because: `${http.toFixed(0)} ms; fastest ${Math.min(...overHttp).toFixed(0)} ms, the first of the process ${(overHttp[0] ?? 0).toFixed(0)} ms`,
  });
  tell({
    name: "poll of 5,000 entries",
    value: (entriesPerMinute / http) * 1_000,
    unit: "entries/s",
    target: { kind: "at least", value: 30_000 },
    because: "with HTTP; a million entries known",
  });
} finally {
  await store.close();
  loki.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** What three days of errors leave in the store. */
async function knowManyEntries(into: Store): Promise<void> {
  const random = createRandom(7);
  const gapNs = 250_000_000n;
  let timestampNs = startNs - gapNs * BigInt(knownRows + 1_000);
  for (let written = 0; written < knownRows; written += rowsAtOnce) {
    const seen = Array.from({ length: rowsAtOnce }, () => {
      timestampNs += gapNs;
      return { id: random.hex(32), timestampNs };
    });
    await into.commit({ seen }, null);
  }
}

function tell(figure: Figure): void {
  process.send?.(figure);
}
