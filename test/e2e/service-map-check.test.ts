import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runGitCommand } from "../adapters/git/git-repository.ts";
import { inWorld } from "../support/in-world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

const now = { nowMs: Date.now() } as const;

describe("service-map check", () => {
  it("says of each service what agrees, and gives the line to add", () =>
    inWorld(now, async (world) => {
      const { code, stdout, stderr } = await worker.cli(world, ["service-map", "check"]);
      expect([code, stderr]).toEqual([3, ""]);
      expect(stdout).toMatch(/^! {3}dev {2}orders: \d+ errors, 100 % of those with frames located$/m);
      expect(stdout).toContain("No label says which commit is deployed");
    }));

  it("finds the label that names commits of the clone, services under other names, and frames that are nowhere", () =>
    inWorld({ ...now, hasFailures: false }, async (world) => {
      const head = runGitCommand(join(world.folder, "orders"), ["rev-parse", "HEAD"]);
      const entry = (service: string, file: string, more: object) => ({
        labels: { deployment_environment: "dev", service_name: service, ...more },
        timestampNs: BigInt(now.nowMs - 60_000) * 1_000_000n,
        line: `{"level":50,"msg":"x","err":{"type":"E","message":"x","stack":"E: x\\n    at total (${file}:4:2)"}}`,
      });
      world.loki.push([
        entry("orders", "/app/src/total.js", { build_ref: head.slice(0, 12) }),
        entry("orders", "/app/src/elsewhere.js", { build_ref: head.slice(0, 12) }),
        entry("order", "/app/src/total.js", {}),
        entry("billing", "/app/src/total.js", {}),
      ]);
      const { stdout } = await worker.cli(world, ["service-map", "check"]);
      expect(stdout).toContain("→ orders: { deployed: [build_ref] }");
      expect(stdout).toContain("total in /app/src/elsewhere.js:4 (1 ×)");
      expect(stdout).toContain("→ orders: { aliases: [order] }");
      expect(stdout).toContain("→ services: { billing: { repository: <owner>/<name>, path: <the clone> } }");
      expect(stdout).toContain("shop: 0 errors");
    }));

  it("says which Loki could not be read, and fails", () =>
    inWorld({ ...now, hasFailures: false }, async (world) => {
      await world.loki.close();
      const { code, stdout } = await worker.cli(world, ["service-map", "check", "--json"]);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ services: [], failures: [expect.stringMatching(/^dev: /)] });
      writeFileSync(world.configFile, "services: 3\n");
      expect((await worker.cli(world, ["service-map", "check"])).code).toBe(2);
    }));
});
