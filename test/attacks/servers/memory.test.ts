import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spawned } from "../../support/run-child.ts";
import { type HostileFront, type Misbehaviour, startHostileFront } from "./hostile-front.ts";
import { endless, gzipBomb, jsonBomb } from "./misbehaviours.ts";
import { type Client, clients, type Ending } from "./one-exchange.ts";

let front: HostileFront;
beforeAll(async () => {
  front = await startHostileFront("http://127.0.0.1:9");
});
afterAll(() => front.close());

/** A client may hold its largest answer a few times over: as chunks, as one, as text, and read. */
const mostMb: Readonly<Record<Client, number>> = {
  loki: 300,
  "loki-by-token": 300,
  tempo: 300,
  "github-write": 450,
  "github-list": 450,
  model: 350,
};

const megabyte = 1_000_000;

describe.each(clients.filter((client) => client !== "loki-by-token"))("%s, in a process of its own", (client) => {
  it.each([
    ["a gzip bomb of 10 GB", gzipBomb],
    ["a body without end", endless],
    ["a level for each byte", jsonBomb("[", 7 * megabyte)],
    ["a million objects", jsonBomb('{"a":0},', 7 * megabyte)],
  ])("holds a bounded amount of memory for %s", async (_name, bomb) => {
    const result = await inChild(client, bomb);
    expect(result.ending.kind).not.toBe("answered");
    expect(result.mostMb).toBeLessThan(mostMb[client]);
  });
});

describe("a list of issues without end", () => {
  it("is given up in the end, and its pages are not kept", async () => {
    const body = "long ".repeat(13_000);
    const page = (from: number) =>
      JSON.stringify(
        Array.from({ length: 100 }, (_, index) => ({
          number: from + index,
          html_url: `https://github.com/acme/orders/issues/${from + index}`,
          state: "open",
          user: { login: "autopilot" },
          // So that every page is another text.
          body: `${from}${body}\n${"marker ".repeat(100)}`,
        })),
      );
    let pages = 0;
    const result = await inChild("github-list", ({ request, response }) => {
      const isList = (request.url ?? "").includes("/issues");
      response.writeHead(200, {
        "content-type": "application/json",
        link: '<https://api.github.com/repositories/1/issues?page=2>; rel="next"',
      });
      response.end(isList ? page(100 * pages++) : '{"login":"autopilot"}');
    });
    expect(pages).toBe(50);
    expect(result.ending).toMatchObject({ kind: "ListingFailedError", isRetryable: true });
    expect(result.ending.sentence).toContain("more than 5000");
    expect(result.mostMb).toBeLessThan(mostMb["github-list"]);
  });
});

async function inChild(client: Client, misbehaviour: Misbehaviour) {
  front.misbehave(misbehaviour);
  const child = join(import.meta.dirname, "memory.child.ts");
  const { code, stdout, stderr } = await spawned(process.execPath, [child, client, front.url], {});
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as { readonly ending: Ending; readonly mostMb: number };
}
