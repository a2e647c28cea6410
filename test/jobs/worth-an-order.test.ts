import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { Threshold } from "../../src/domain/levers.ts";
import { redact } from "../../src/domain/redact.ts";
import type { Store } from "../../src/domain/store.ts";
import { worthAnOrder } from "../../src/jobs/worth-an-order.ts";
import { incidentNamed, startMs } from "../support/incidents.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const minuteMs = 60_000;
const clock = { nowMs: () => startMs + 60 * minuteMs, sleep: async () => undefined };
const often: Threshold = { entries: { count: 3, withinMs: 5 * minuteMs }, ageMs: null };

interface Levers {
  readonly thresholds?: Readonly<Record<string, Threshold>>;
  readonly cooldownMs?: number;
}

async function setting(incident: Incident, minutes: readonly number[], environment = "dev"): Promise<Store> {
  const store = await openStore({ path: join(temporaryFolder(), "autopilot.sqlite"), clock });
  const [fingerprint] = incident.fingerprints;
  if (fingerprint === undefined) throw new Error("no fingerprint");
  await store.commit(
    {
      incidents: [{ ...incident, version: 0 }],
      aliases: [{ fingerprint, incident: incident.id }],
      counts: minutes.map((minute) => ({ fingerprint, environment, minuteMs: startMs + minute * minuteMs, add: 1 })),
    },
    null,
  );
  return store;
}

async function ask(store: Store, { thresholds = {}, cooldownMs = 0 }: Levers) {
  const rules = {
    thresholdOf: (environment: string) => thresholds[environment] ?? null,
    cooldownMsOf: () => cooldownMs,
  };
  const waiting = await store.incidents({ states: ["new"], limit: 10 });
  const worth = await worthAnOrder({ store, clock, rules } as never, waiting);
  return { now: worth.now.map(({ note }) => note), noted: worth.noted.map(({ note }) => note) };
}

const given = (atMs: number, action: string, incident: Incident) => ({
  atMs,
  actor: "x",
  action,
  subject: incident.id,
  result: redact("x"),
});

describe("an incident is worth an investigation", () => {
  const incident = incidentNamed("a");
  const words = "Waits for its threshold: 3 entries within 5 min.";

  it.each([
    ["at once, where nobody said otherwise", [0], {}, true],
    ["with enough entries in time", [0, 1, 4], { thresholds: { dev: often } }, true],
    ["not with enough in all", [0, 5, 10, 15], { thresholds: { dev: often } }, false],
    ["when it once had enough, long ago", [0, 1, 2, 50], { thresholds: { dev: often } }, true],
  ] as const)("%s", async (_what, minutes, levers, isWorth) => {
    const store = await setting(incident, minutes);
    expect(await ask(store, levers)).toEqual(isWorth ? { now: [null], noted: [] } : { now: [], noted: [words] });
    await store.close();
  });

  it("by what any environment asks for", async () => {
    const store = await setting(incident, [0], "prod");
    expect(await ask(store, { thresholds: { dev: often } })).toEqual({ now: [null], noted: [] });
    expect(await ask(store, { thresholds: { dev: often, prod: often } })).toEqual({ now: [], noted: [words] });
    await store.close();
  });

  it("and then waits for nothing more: our note goes, another's stays", async () => {
    const noted = await setting({ ...incident, note: redact(words) }, [0, 1, 2]);
    expect(await ask(noted, { thresholds: { dev: often } })).toEqual({ now: [null], noted: [] });
    await noted.close();
    const told = await setting({ ...incident, note: redact(words) }, [0]);
    expect(await ask(told, { thresholds: { dev: often } })).toEqual({ now: [], noted: [] });
    await told.close();
    const another = await setting({ ...incident, note: redact("Reported by a dry run.") }, [0]);
    expect(await ask(another, {})).toEqual({ now: ["Reported by a dry run."], noted: [] });
    await another.close();
  });

  it("again only after the cooldown", async () => {
    const store = await setting({ ...incident, rounds: 1 }, [0]);
    await store.commit({ audit: [given(startMs, "order.given", incident)] }, null);
    expect((await ask(store, { cooldownMs: 61 * minuteMs })).noted).toEqual([
      "Waits for its cooldown: 61 min between two investigations.",
    ]);
    expect((await ask(store, { cooldownMs: 59 * minuteMs })).now).toHaveLength(1);
    await store.close();
  });

  it("at once when a person asks for it, once", async () => {
    const store = await setting({ ...incident, rounds: 1 }, [0]);
    const levers = { thresholds: { dev: often }, cooldownMs: 6_000 * minuteMs };
    await store.commit({ audit: [given(startMs, "order.given", incident)] }, null);
    expect((await ask(store, levers)).now).toEqual([]);
    await store.commit({ audit: [given(startMs + 1, "incident.retry", incident)] }, null);
    expect((await ask(store, levers)).now).toHaveLength(1);
    await store.commit({ audit: [given(startMs + 2, "order.given", incident)] }, null);
    expect((await ask(store, levers)).now).toEqual([]);
    await store.close();
  });
});
