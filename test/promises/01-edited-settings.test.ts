import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { editServiceMap } from "../support/edit-service-map.ts";
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

describe("a query that was edited, and edited back days later", () => {
  it("counts nothing again", () =>
    inWorld({ hasFailures: false, hasModel: false }, async (world) => {
      const [wide, narrow] = ['{deployment_environment="dev"}', '{deployment_environment="dev"} |= "wrong"'];
      await worker.run(world, startMs);
      editServiceMap(world, `query: '${wide}'`, `query: '${narrow}'`);
      pushFailureOf(world.loki, { kind: "Once", service: "orders", atMs: startMs + 2 * dayMs - 5 * minuteMs });
      const edited = await worker.run(world, startMs + 2 * dayMs);
      expect(edited.incidents.map(({ counts }) => counts)).toEqual([{ dev: 1 }]);
      await worker.run(world, startMs + 10 * dayMs);

      editServiceMap(world, `query: '${narrow}'`, `query: '${wide}'`);
      const back = await worker.run(world, startMs + 11 * dayMs);
      expect(back.incidents.map(({ counts }) => counts)).toEqual([{ dev: 1 }]);
      // It goes on where the other one ended, and says what was not read meanwhile.
      expect(back.coverage.filter(({ scope }) => scope.query === wide)).toHaveLength(1 + 1 + 25);
      expect(back.told).toContainEqual(
        expect.stringMatching(
          /^dev: not read: From 2026-03-01T02:59:30.000Z to 2026-03-11T02:49:30.000Z another query was read/,
        ),
      );
    }));
});

function withProd({ loki }: { readonly loki: string }): string {
  return `  prod:
    mode: issue
    loki: { url: "${loki}", query: '{deployment_environment="prod"}' }`;
}
