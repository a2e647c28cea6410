/** A hundred thousand errors of fifty bugs in pages of the default size, through the brain's own tick: what this process needs for it at its peak. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../src/config/parse-config.ts";
import type { Clock } from "../src/domain/clock.ts";
import { tick } from "../src/jobs/brain.ts";
import { compose } from "../src/main/compose.ts";
import type { Figure } from "./figure.ts";
import { startLoki } from "./loki-process.ts";
import { bugs, entriesPerMinute, minuteNs, startNs } from "./workload.ts";

const minutes = 20;
const errors = minutes * entriesPerMinute;

const folder = mkdtempSync(join(tmpdir(), "error-autopilot-bench-"));
const loki = await startLoki({ seed: 2, minutes, onlyErrors: true, isPrepared: false });
try {
  const nowMs = Number((startNs + BigInt(minutes) * minuteNs) / 1_000_000n) + 60_000;
  const clock: Clock = { nowMs: () => nowMs, sleep: async () => undefined };
  const config = parseConfig({
    yamlText: `environments:
  dev:
    loki: { url: "${loki.url}", query: '{deployment_environment="dev"}' }
services:
  checkout: { repository: acme/checkout, path: ${folder}, own: [com.acme] }
flood: { issuesPerRun: ${bugs}, issuesPerDay: ${bugs} }
`,
    path: "service-map.yaml",
    env: {},
    readSecretFile: () => "",
    homeDirectory: folder,
    workingDirectory: folder,
  });
  const worker = await compose(
    config,
    {
      stateDirectory: folder,
      databaseFile: join(folder, "autopilot.sqlite"),
      dryRun: false,
      onProgress: () => undefined,
    },
    { clock, fetch: null, wrapStore: (store) => store, wrapQueue: (queue) => queue },
  );
  const begun = performance.now();
  const report = await tick(worker.brain, { poll: true, runStartedMs: nowMs }, AbortSignal.timeout(120_000));
  const tookMs = performance.now() - begun;
  const [failure] = report.failures;
  if (failure !== undefined) throw failure.error;
  const counted = report.polls.flatMap((poll) => poll.coverage).reduce((sum, each) => sum + each.errors, 0);
  if (counted !== errors) throw new Error(`${counted} errors were counted of ${errors}.`);
  const incidents = await worker.store.incidents({ limit: 1_000 });
  const orders = await worker.store.openOrders();
  await worker.close();
  const flags = process.execArgv.join(" ");
  const name = "100,000 errors of 50 bugs";
  const exactly = { kind: "exactly", value: bugs } as const;
  tell({ name, value: incidents.length, unit: "incidents", target: exactly, because: "" });
  tell({ name, value: orders.length, unit: "orders", target: exactly, because: "" });
  tell({
    name: `${name}, peak resident memory`,
    value: process.resourceUsage().maxRSS / 1_024,
    unit: "MB",
    target: { kind: "at most", value: 256 },
    because: flags === "" ? "V8 as it is" : flags,
  });
  tell({
    name,
    value: (errors / tookMs) * 1_000,
    unit: "entries/s",
    target: null,
    because: `${(tookMs / 1_000).toFixed(1)} s, the making of the answers included`,
  });
} finally {
  loki.stop();
  rmSync(folder, { recursive: true, force: true });
}

function tell(figure: Figure): void {
  process.send?.(figure);
}
