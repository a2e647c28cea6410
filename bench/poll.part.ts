/** One poll of a page of 5,000 entries with all that belongs to it, against `JSON.parse` of the answer that it came in. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogSource } from "../src/adapters/loki/log-source.ts";
import { openStore } from "../src/adapters/sqlite/store.ts";
import type { Clock } from "../src/domain/clock.ts";
import type { Store } from "../src/domain/store.ts";
import { pollEnvironment } from "../src/jobs/poll.ts";
import { type Figure, median } from "./figure.ts";
import { startLoki } from "./loki-process.ts";
import { createRandom } from "./random.ts";
import { createWorkload, entriesPerMinute, lokiAnswer, minuteNs, startNs } from "./workload.ts";

const warmUpPolls = 3;
const polls = 11;
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
  const means = { environment: "dev", query: '{deployment_environment="dev"}', source, rules, limit: entriesPerMinute };
  const windows = {
    sinceMs: 60_000,
    settleMs: 0,
    latenessMs: 0,
    auditHorizonMs: 86_400_000,
    sliceMs: 3_600_000,
    timeoutMs: 30_000,
  };
  const pollMs: number[] = [];
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
    const begun = performance.now();
    const report = await pollEnvironment(
      { ...means, ...windows },
      { store, clock: frozen, holder: "bench" },
      AbortSignal.timeout(60_000),
    );
    pollMs.push(performance.now() - begun);
    const [coverage] = report.coverage;
    if (coverage?.entries !== entriesPerMinute) throw new Error(`A poll read ${coverage?.entries} entries.`);
    errors = coverage.errors;
  }
  const medianPollMs = median(pollMs.slice(warmUpPolls));
  const medianParseMs = median(parseMs.slice(warmUpPolls));
  const because = `medians of ${polls}: ${medianPollMs.toFixed(0)} ms with ${errors} errors of ${(answerBytes / 1e6).toFixed(1)} MB, ${medianParseMs.toFixed(1)} ms`;
  tell({
    name: "poll of 5,000 entries : JSON.parse of the answer",
    value: medianPollMs / medianParseMs,
    unit: "×",
    target: { kind: "at most", value: 15 },
    because,
  });
  tell({
    name: "poll of 5,000 entries",
    value: (entriesPerMinute / medianPollMs) * 1_000,
    unit: "entries/s",
    target: { kind: "at least", value: 30_000 },
    because: `a million entries known; fastest ${Math.min(...pollMs).toFixed(0)} ms (JSON.parse ${Math.min(...parseMs).toFixed(1)} ms), the first of the process ${(pollMs[0] ?? 0).toFixed(0)} ms`,
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
