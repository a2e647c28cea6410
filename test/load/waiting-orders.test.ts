import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import type { SmallWorld } from "../support/small-world.ts";
import { type RunResult, startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";
import { atScale, timeoutMs } from "./scale.ts";

/** Of one environment at most 1,000 issues may be asked for in one run. */
const environments = atScale(3, 5);
const kinds = atScale(60, 1_000);
const orders = environments * kinds;

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const options = {
  hasFailures: false,
  mode: "dry-run",
  hasModel: false,
  tempo: "wait: 0s",
  services: (clone: string) => `  elsewhere: { repository: company/orders, path: ${clone} }`,
  extra: "fallbackRepository: company/orders\nflood: { issuesPerRun: 1000, issuesPerDay: 10000 }\nconcurrency: 4",
  environments: ({ loki }: { readonly loki: string }) =>
    Array.from(
      { length: environments - 1 },
      (_, index) => `  more${index}:
    mode: dry-run
    loki: { url: "${loki}", query: '{deployment_environment="more${index}"}' }`,
    ).join("\n"),
} as const;

describe(`${orders} waiting orders`, () => {
  it(
    "are each worked on once, in runs that end in time, with flat memory",
    () =>
      inWorld(options, async (world) => {
        pushKinds(world);
        let last: RunResult | null = null;
        let runs = 0;
        let done = 0;
        while (runs < 40) {
          last = await worker.run(world, startMs + runs * 5 * minuteMs);
          runs += 1;
          done += last.summary.reports.length;
          if (last.summary.jobs?.waiting === 0 && last.openOrders.length === 0 && last.summary.reports.length === 0)
            break;
        }
        expect(done).toBe(orders);
        expect(last?.summary.jobs).toMatchObject({ waiting: 0, delayed: 0, failed: 0 });
        expect(last?.mostMb).toBeLessThan(atScale(350, 600));
        expect(issueTitles(world)).toEqual([]);
      }),
    timeoutMs,
  );
});

function pushKinds(world: SmallWorld): void {
  const names = ["dev", ...Array.from({ length: environments - 1 }, (_, index) => `more${index}`)];
  for (const [place, environment] of names.entries()) {
    world.loki.push(
      Array.from({ length: kinds }, (_, index) => {
        const type = `${nameOf(place * kinds + index)}Error`;
        const message = `failed`;
        return {
          labels: { deployment_environment: environment, service_name: "orders" },
          timestampNs: BigInt(startMs - 30 * minuteMs + index) * 1_000_000n,
          line: JSON.stringify({
            level: 50,
            msg: message,
            err: { type, message, stack: `${type}: ${message}\n    at handle${type} (/app/src/stock.js:4:7)` },
          }),
        };
      }),
    );
  }
}

function nameOf(kind: number): string {
  const letter = (power: number): string => String.fromCharCode(97 + (Math.floor(kind / 26 ** power) % 26));
  return `K${letter(2)}${letter(1)}${letter(0)}`;
}
