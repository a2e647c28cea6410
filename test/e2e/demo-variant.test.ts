import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCompany } from "../../src/demo/publish/run-company.ts";
import { demoEnvironment, startDemoWorld } from "../../src/main/demo/world.ts";
import { startWorkerProcess, type WorkerProcess } from "../support/worker-process.ts";

const nowMs = Date.parse("2026-11-21T09:00:00Z");
const clock = { nowMs: () => nowMs, sleep: async () => undefined };

let worker: WorkerProcess;
beforeAll(() => {
  worker = startWorkerProcess();
});
afterAll(() => worker.close());

describe("a company whose file is renamed, whose bug lies 40 lines lower, and whose service has another name", () => {
  it("gets issues, citations and a draft that follow, in Korean as well", async () => {
    const folder = mkdtempSync(join(tmpdir(), "error-autopilot-variant-"));
    const world = await startDemoWorld(folder, "ko", clock, {
      rename: { "src/cart/shipping.js": "src/cart/delivery.js" },
      shiftLines: { "src/cart/shipping.js": 40 },
      names: { storefront: "shop-web" },
    });
    try {
      const day = { lokiUrl: world.urls.loki, tempoUrl: world.urls.tempo, environment: demoEnvironment, nowMs };
      await runCompany({ ...day, repositories: world.repositories });
      const run = await worker.run({ ...world, env: {}, setNowMs: () => undefined }, nowMs);
      expect(run.summary).toMatchObject({ failures: [], exitCode: 3 });
      expect(world.github.violations).toEqual([]);

      const filed = world.github.world.issues("demo-company/shop-web");
      const moved = filed.filter(({ isPullRequest }) => !isPullRequest);
      expect(moved.map(({ title }) => title).toSorted()).toEqual([
        "[shop-web] SearchSyntaxError in search.js:parseQuery",
        "[shop-web] TypeError in delivery.js:zoneOf",
        "[shop-web] TypeError in session.js:whoIs",
      ]);
      const issue = moved.find(({ title }) => title.includes("delivery.js"));
      const head = world.repositories["shop-web"]?.head ?? "no head";
      const place = `/demo-company/shop-web/blob/${head}/src/cart/delivery.js#L55-L55`;
      expect(issue?.body).toContain(place);
      expect(issue?.body).toContain('> 55 |   if (address.country === "DE") return "home";');
      // What is cited is the moved line in the renamed file.
      expect(issue?.body).toMatch(
        /코드 `src\/cart\/delivery\.js:\d+-57`\n+```text\nif \(address\.country === "DE"\) return "home";/,
      );
      expect(issue?.body).toContain("shop-web: shipping cost");
      expect(issue?.labels).toContain("service:shop-web");
      for (const { body } of world.github.world.issues()) expect(body).not.toMatch(/storefront|shipping\.js/);
      expect(issue?.body).toMatch(/[가-힣]{2,}/);
      const drafts = filed.filter(({ isPullRequest }) => isPullRequest);
      expect(drafts.map(({ title, body }) => [title, body.includes("- src/cart/delivery.js\n")])).toEqual([
        ["[shop-web] TypeError in delivery.js:zoneOf", true],
      ]);
      expect(world.github.world.issues("demo-company/pricing")).toHaveLength(1);
      expect(run.incidents.filter(({ state }) => state === "symptom").map(({ service }) => service)).toEqual([
        "shop-web",
      ]);
    } finally {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
