import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCodeSource } from "../../../src/adapters/git/code-source.ts";
import { createLogSource } from "../../../src/adapters/loki/log-source.ts";
import { startLoki } from "../../../src/demo/loki/server.ts";
import { type CompanyVariant, createRepositories } from "../../../src/demo/publish/create-repositories.ts";
import { type Happening, runCompany } from "../../../src/demo/publish/run-company.ts";
import { startTempo } from "../../../src/demo/tempo/server.ts";
import type { CodeVersion } from "../../../src/domain/evidence.ts";
import type { RootCause } from "../../../src/domain/root-cause.ts";
import { bundleOf, entry, openWorld, type Service, type World } from "../../analyse/world.ts";

const nowMs = Date.UTC(2026, 10, 21, 9);
const never = new AbortController().signal;

/** The demo company after its bad quarter of an hour, and the code of its services. */
async function openCompany(variant: Omit<CompanyVariant, "nowMs">) {
  const folder = await mkdtemp(join(tmpdir(), "error-autopilot-company-"));
  const clock = { nowMs: () => nowMs };
  const [loki, tempo] = await Promise.all([startLoki({ clock }), startTempo({ clock })]);
  const repositories = await createRepositories(join(folder, "clones"), { nowMs, ...variant });
  const run = await runCompany({ lokiUrl: loki.url, tempoUrl: tempo.url, environment: "demo", repositories, nowMs });
  const services = new Map<string, Service>();
  for (const [service, { path, repository, head }] of Object.entries(repositories)) {
    const source = await createCodeSource({
      repository,
      path,
      stateDirectory: join(folder, "state"),
      isFetched: false,
    });
    const version: CodeVersion = {
      service,
      repository,
      deployed: head,
      base: head,
      isDeployedKnown: true,
      staleness: 0,
    };
    services.set(service, { version, source });
  }
  const logs = createLogSource({ url: loki.url, tenant: null, auth: null, timeoutMs: 10_000 });
  const window = { fromNs: BigInt(nowMs - 3_600_000) * 1_000_000n, toNs: BigInt(nowMs) * 1_000_000n };
  const { entries } = await logs.entriesBetween('{deployment_environment="demo"}', window, 5_000, never);
  return {
    run,
    services,
    entries,
    async close() {
      await Promise.all([loki.close(), tempo.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describe.each([
  ["as it is", {}, { storefront: "storefront", shipping: "src/cart/shipping.js" }],
  [
    "with a file renamed, its lines moved and a service under another name",
    {
      rename: { "src/cart/shipping.js": "src/cart/parcels.js" },
      shiftLines: { "src/cart/shipping.js": 40 },
      names: { storefront: "shop-web" },
    },
    { storefront: "shop-web", shipping: "src/cart/parcels.js" },
  ],
])("the scripted model on the demo company %s", (_how, variant, named) => {
  let company: Awaited<ReturnType<typeof openCompany>>;
  let world: World;
  beforeAll(async () => {
    [company, world] = await Promise.all([openCompany(variant), openWorld()]);
  });
  afterAll(() => Promise.all([company.close(), world.close()]));

  /** What the analysis makes of the entries of one trace, or of those of the service where there is none. */
  async function analysed(what: Happening["what"]): Promise<RootCause> {
    const { service, traceIds } = company.run.happenings.find((one) => one.what === what) ?? {
      service: "",
      traceIds: [],
    };
    const [traceId] = traceIds;
    const lines = company.entries.filter(({ line, labels }) =>
      traceId === undefined ? labels["service_name"] === service : line.includes(traceId),
    );
    const evidence = lines.map(({ line, labels }, index) => entry(index + 1, labels["service_name"] ?? null, line));
    const codes = [...company.services.values()].filter(({ version }) => version.service === service);
    const { rootCause } = await world.analyse(bundleOf(evidence, codes), codes, { saved: [] });
    expect(rootCause.citations.filter(({ isResolved }) => !isResolved)).toEqual([]);
    return rootCause;
  }

  it("finds the reading of an address that guests do not have", async () => {
    const rootCause = await analysed("guest-shipping");
    expect(rootCause).toMatchObject({
      kind: "found",
      category: "null_dereference",
      faulty: [{ repository: `demo-company/${named.storefront}`, path: named.shipping, function: "zoneOf" }],
      citations: expect.arrayContaining([
        expect.objectContaining({ quote: expect.stringContaining("address.country") }),
        expect.objectContaining({ quote: expect.stringContaining("take the country from the address book") }),
      ]),
    });
  });

  it("finds the average of no orders", async () => {
    expect(await analysed("no-average")).toMatchObject({
      kind: "found",
      // Nobody but the business can say whether a customer without orders is loyal.
      category: "business_logic",
      faulty: [{ repository: "demo-company/pricing", path: "pricing/discounts.py", function: "loyalty_discount" }],
    });
  });

  it("finds the session that has ended", async () => {
    expect(await analysed("ended-session")).toMatchObject({
      kind: "found",
      category: "null_dereference",
      faulty: [{ path: "src/auth/session.js", function: "whoIs" }],
    });
  });

  it("finds the address of an order that is picked up", async () => {
    expect(await analysed("pickup-label")).toMatchObject({
      kind: "found",
      category: "null_dereference",
      faulty: [{ path: expect.stringMatching(/ShippingLabels\.java$/), function: "depotOf" }],
    });
  });

  it("finds the number that is no number", async () => {
    expect(await analysed("credit-note")).toMatchObject({
      kind: "found",
      category: "type_mismatch",
      faulty: [{ path: expect.stringMatching(/InvoiceNumbers\.java$/), function: "next" }],
    });
  });

  it("does nothing that a customer's text asks for", async () => {
    const rootCause = await analysed("hostile-search");
    expect(rootCause).toMatchObject({ kind: "not-in-code", category: "data" });
    expect(rootCause.ruledOut.join()).toMatch(/gives orders/);
  });

  it("cannot tell what happens in a service whose code is nowhere", async () => {
    expect(await analysed("missing-folder")).toMatchObject({ kind: "cannot-tell" });
  });
});
