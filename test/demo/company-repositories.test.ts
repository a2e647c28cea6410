import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CompanyRepository, createRepositories } from "../../src/demo/publish/create-repositories.ts";
import { readRecording } from "../../src/demo/publish/recording.ts";

const nowMs = Date.UTC(2026, 10, 21, 9);

let folder: string;
let repositories: Readonly<Record<string, CompanyRepository>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "company-"));
  repositories = await createRepositories(folder, { nowMs });
});
afterAll(() => rm(folder, { recursive: true }));

function git(service: string, ...words: readonly string[]): string {
  return execFileSync("git", ["-C", join(folder, service), ...words], { encoding: "utf8" }).trim();
}

describe("the demo company's repositories", () => {
  it.each(["storefront", "pricing", "orders"])("%s has a history of some days, by nobody real", (service) => {
    const commits = git(service, "log", "--reverse", "--format=%ct %an <%ae> %cn <%ce>").split("\n");
    expect(commits.length).toBeGreaterThanOrEqual(4);
    const times = commits.map((commit) => Number(commit.split(" ")[0]) * 1000);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Math.max(...times)).toBeLessThan(nowMs);
    expect(Math.min(...times)).toBeGreaterThan(nowMs - 30 * 86_400_000);
    const who = "Demo Company <demo@company.invalid>";
    expect(new Set(commits.map((commit) => commit.slice(commit.indexOf(" ") + 1)))).toEqual(new Set([`${who} ${who}`]));
  });

  it.each(["storefront", "pricing", "orders"])("%s is a whole clone with an origin on GitHub", (service) => {
    expect(git(service, "status", "--short")).toBe("");
    expect(git(service, "fsck", "--strict")).toBe("");
    expect(git(service, "remote", "get-url", "origin")).toBe(`https://github.com/demo-company/${service}.git`);
    expect(git(service, "rev-parse", "origin/HEAD")).toBe(repositories[service]?.head);
    expect(repositories[service]).toMatchObject({ repository: `demo-company/${service}`, path: join(folder, service) });
  });

  it.each([
    [
      "storefront",
      "cart.customer.addresses[cart.shipTo]",
      "refactor(shipping): take the country from the address book",
    ],
    ["pricing", "/ len(past_orders)", "feat: loyal customers pay less"],
    ["orders", '"pickup") ? null', "feat: orders that customers pick up have no address"],
    ["orders", "Integer.parseInt(last", "feat: number invoices by year"],
  ])("%s got the bug `%s` by a later commit", (service, code, subject) => {
    expect(git(service, "log", "--format=%s", `-S${code}`)).toBe(subject);
    expect(git(service, "log", "--reverse", "--format=%s").split("\n").indexOf(subject)).toBeGreaterThan(0);
  });

  it("are the same at the same instant", async () => {
    const again = await createRepositories(join(folder, "again"), { nowMs });
    expect(Object.values(again).map(({ head }) => head)).toEqual(Object.values(repositories).map(({ head }) => head));
  });

  it("may rename a file, move its lines and call the service something else", async () => {
    const varied = await createRepositories(join(folder, "varied"), {
      nowMs,
      rename: { "src/cart/shipping.js": "src/cart/delivery.js" },
      shiftLines: { "src/cart/shipping.js": 40 },
      names: { storefront: "shop-web" },
    });
    const path = join(folder, "varied", "shop-web");
    expect(varied["shop-web"]).toMatchObject({ program: "storefront", path, repository: "demo-company/shop-web" });
    expect(existsSync(join(path, "src/cart/shipping.js"))).toBe(false);
    const usual = readFileSync(join(folder, "storefront/src/cart/shipping.js"), "utf8").split("\n");
    const moved = readFileSync(join(path, "src/cart/delivery.js"), "utf8").split("\n");
    expect(moved.slice(40)).toEqual(usual);
    expect(readFileSync(join(path, "src/routes.js"), "utf8")).toContain('from "./cart/delivery.js"');
  });
});

describe("the recordings", () => {
  it("of pricing show the code as it is in the repository", async () => {
    const { cases } = await readRecording("pricing");
    const frames = cases
      .flatMap(({ entries }) => entries)
      .flatMap((entry) => [...entry.matchAll(/File "\/app\/([^"]+)", line (\d+), in \w+\n {4}(.*)\n/g)]);
    expect(frames.length).toBeGreaterThanOrEqual(6);
    for (const [, path = "", line, code] of frames) {
      const lines = readFileSync(join(folder, "pricing", path), "utf8").split("\n");
      expect(lines[Number(line) - 1]?.trim()).toBe(code);
    }
  });

  it("of orders name lines that call what the frame above them names", async () => {
    const { cases } = await readRecording("orders");
    const frames = cases
      .flatMap(({ entries }) => entries)
      .flatMap((entry) => [...entry.matchAll(/at com\.democompany\.orders\.\w+\.([\w$]+)\((\w+\.java):(\d+)\)/g)]);
    const calls: Readonly<Record<string, string>> = {
      depotOf: "to.postcode()",
      labelFor: "depotOf(to)",
      next: "Integer.parseInt(",
      lambda$work$0: "confirm(order)",
    };
    const seen = new Set<string>();
    for (const [, method = "", file = "", line] of frames) {
      const path = join(folder, "orders/src/main/java/com/democompany/orders", file);
      const code = readFileSync(path, "utf8").split("\n")[Number(line) - 1];
      expect(code?.trim()).toBeTruthy();
      const call = calls[method];
      if (call === undefined) continue;
      seen.add(method);
      expect(code).toContain(call);
    }
    expect([...seen].sort()).toEqual(Object.keys(calls).sort());
  });

  it("hold no path of the machine they were made on", async () => {
    for (const program of ["pricing", "orders"] as const) {
      expect(JSON.stringify(await readRecording(program))).not.toMatch(/\/(tmp|home|root|Users|work)\//);
    }
  });
});
