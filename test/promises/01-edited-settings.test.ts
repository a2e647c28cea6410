import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorld, minuteMs, startMs } from "../support/in-world.ts";
import { pushFailureOf } from "../support/small-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

const dayMs = 86_400_000;

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

describe("an environment taken out of the service map for ten days", () => {
  it("counts nothing again when it is back", () =>
    inWorld({ hasFailures: false, hasModel: false, environments: withProd }, async (world) => {
      pushFailureOf(world.loki, { kind: "Once", service: "orders", atMs: startMs - 5 * minuteMs });
      const first = await worker.run(world, startMs);
      expect(first.incidents.map(({ counts }) => counts)).toEqual([{ dev: 1 }]);

      const whole = readFileSync(world.configFile, "utf8");
      writeFileSync(world.configFile, whole.replace(/ {2}dev:\n(?: {4}.*\n)+/, ""));
      await worker.run(world, startMs + 5 * dayMs);
      const without = await worker.run(world, startMs + 10 * dayMs);
      expect(without.coverage.at(-1)?.scope.environment).toBe("prod");

      writeFileSync(world.configFile, whole);
      const back = await worker.run(world, startMs + 10 * dayMs + minuteMs);
      expect(back.incidents.map(({ counts }) => counts)).toEqual([{ dev: 1 }]);
    }));
});

function withProd({ loki }: { readonly loki: string }): string {
  return `  prod:
    mode: issue
    loki: { url: "${loki}", query: '{deployment_environment="prod"}' }`;
}
