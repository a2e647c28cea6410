import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodiesOf, inWorld, issueTitles, minuteMs, startMs } from "../support/in-world.ts";
import { pushFailureOf, type SmallWorld } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";
import { atScale, timeoutMs } from "./scale.ts";

const lines = atScale(8, 60);
const lineBytes = 5_000_000;
const mostMb = 550;

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

/** How a service may write five megabytes, each in one log entry. */
const carriers: readonly ((message: string) => string)[] = [
  (message) =>
    JSON.stringify({ level: 50, msg: message, err: { type: "DumpError", message, stack: stackOf(message) } }),
  (message) =>
    JSON.stringify({
      level: 50,
      msg: "dump",
      err: { type: "DumpError", message: "dump", stack: stackOf("dump") },
      state: { rows: message },
    }),
  (message) => `level=error msg="dump failed" rows="${message}" error="DumpError: dump"`,
  (message) => `2026-03-01T02:50:00.000Z ERROR [main] com.example.Dump - dump failed ${message}`,
];

describe(`a service that logs ${lines} lines of five megabytes`, () => {
  it(
    "is counted, costs a bounded amount of memory and disk, and hides nothing of the others",
    () =>
      inWorld({ hasFailures: false }, async (world) => {
        pushHugeLines(world);
        for (const kind of ["Before", "After"]) {
          pushFailureOf(world.loki, {
            kind,
            service: "shop",
            atMs: startMs - (kind === "Before" ? 40 : 11) * minuteMs,
          });
        }
        const run = await worker.run(world, startMs);
        expect(run.summary.failures).toEqual([]);
        const countOf = (service: string) =>
          run.incidents
            .filter((each) => each.service === service)
            .reduce((sum, { counts }) => sum + (counts["dev"] ?? 0), 0);
        expect({ orders: countOf("orders"), shop: countOf("shop") }).toEqual({ orders: lines, shop: 2 });
        expect(run.incidents.length).toBeLessThanOrEqual(2 + carriers.length);
        expect(issueTitles(world).length).toBeGreaterThanOrEqual(2);
        for (const title of issueTitles(world)) expect(title.length).toBeLessThan(300);
        for (const body of bodiesOf(world)) expect(body.length).toBeLessThanOrEqual(65_536);
        expect(statSync(join(world.stateDirectory, "autopilot.sqlite")).size).toBeLessThan(8_000_000);
        expect(run.mostMb).toBeLessThan(mostMb);

        const again = await worker.run(world, startMs + 5 * minuteMs);
        expect(again.incidents.map(({ counts }) => counts)).toEqual(run.incidents.map(({ counts }) => counts));
      }),
    timeoutMs,
  );
});

function pushHugeLines(world: SmallWorld): void {
  for (let index = 0; index < lines; index++) {
    const row = `{row ${index}, state: ok, value: 17.5, owner: nobody} `;
    // The first carrier says it three times.
    const times = index % carriers.length === 0 ? 3 : 1;
    const message = row.repeat(Math.floor(lineBytes / times / row.length));
    const line = (carriers[index % carriers.length] ?? String)(message);
    world.loki.push([
      {
        labels: { deployment_environment: "dev", service_name: "orders" },
        timestampNs: BigInt(startMs - 30 * minuteMs + index * 1_000) * 1_000_000n,
        line,
      },
    ]);
  }
}

function stackOf(message: string): string {
  return `DumpError: ${message}\n    at reserve (/app/src/stock.js:4:7)\n    at node:internal/main:1:1`;
}
