import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { IssueWriter } from "../../src/domain/effect.ts";
import { intendEffect } from "../../src/domain/effect.ts";
import type { Incident } from "../../src/domain/incident.ts";
import { own } from "../../src/domain/inert.ts";
import { redact } from "../../src/domain/redact.ts";
import { type EffectsSetting, incidentIdOf, issueOf, newEffectsSetting, repository } from "./effects-setting.ts";

let setting: EffectsSetting;

beforeEach(async () => {
  setting = await newEffectsSetting();
});

afterEach(async () => {
  const { violations } = setting.github;
  await setting.close();
  expect(violations).toEqual([]);
});

const posts = () => setting.github.requests.filter(({ method }) => method === "POST");
const titles = () => setting.github.world.issues().map(({ title }) => title);
const states = async () => (await setting.store.effects({})).map(({ state }) => state);

function incident(number: number): Incident {
  return {
    id: incidentIdOf(number),
    version: 0,
    state: "new",
    causedBy: null,
    sameAs: null,
    notSameAs: [],
    mutedUntilMs: null,
    ignoredBecause: null,
    episode: 1,
    rounds: 0,
    fingerprints: [`v1-${String(number).padStart(24, "0")}`],
    service: "orders",
    isOriginConfirmed: false,
    title: own`Bug ${number}`,
    samples: [],
    firstSeenNs: 1n,
    lastSeenNs: 2n,
    counts: {},
    reportDigest: null,
    note: null,
    issue: null,
    pullRequest: null,
    patchedBases: [],
    patchAskedBy: null,
  };
}

describe("performing effects", () => {
  it("sends what is intended, oldest first, and tells the incident in the same commit", async () => {
    await setting.store.commit({ incidents: [incident(1)] }, null);
    await setting.intend(1, 2);
    const result = await setting.run({
      onEnd: (effect, about) =>
        about === null || effect.reference === null ? {} : { incidents: [{ ...about, state: "reported" }] },
    });
    expect(result).toMatchObject({
      performed: [
        { state: "done", reference: 1, attempts: 1, url: `${setting.github.webUrl}/${repository}/issues/1` },
        { state: "done", reference: 2 },
      ],
      waitingUntilMs: null,
    });
    expect(titles()).toEqual(["Bug 1", "Bug 2"]);
    expect(await setting.store.incident(incidentIdOf(1))).toMatchObject({ state: "reported", version: 2 });
    expect(await setting.actions()).toEqual(["effect.sending", "effect.done", "effect.sending", "effect.done"]);
    expect((await setting.run())?.performed).toEqual([]);
    expect(posts()).toHaveLength(2);
  });

  it("rests between two writes, and leaves longer waits to the next run", async () => {
    await setting.intend(1, 2, 3);
    const startMs = setting.clock.nowMs();
    await setting.run();
    expect(setting.clock.slept).toEqual([1_000, 1_000]);
    await setting.store.setWaitUntilMs("github", startMs + 60_000);
    await setting.intend(4);
    expect(await setting.run()).toEqual({ performed: [], waitingUntilMs: startMs + 59_000 });
    expect(setting.clock.slept).toHaveLength(2);
  });

  it("decides again when the incident has moved on meanwhile", async () => {
    await setting.store.commit({ incidents: [incident(1)] }, null);
    await setting.intend(1);
    let hasPolled = false;
    await setting.run({
      onEnd: (_effect, about) => {
        if (about === null) return {};
        // Another process records more entries between our reading and our commit.
        if (!hasPolled) void setting.store.commit({ incidents: [{ ...about, lastSeenNs: 9n }] }, null);
        hasPolled = true;
        return { incidents: [{ ...about, state: "reported" }] };
      },
    });
    expect(await setting.store.incident(incidentIdOf(1))).toMatchObject({ state: "reported", lastSeenNs: 9n });
    expect(await states()).toEqual(["done"]);
  });

  it("tells the incident of a refusal, and goes on with the next", async () => {
    await setting.store.commit({ incidents: [incident(1)] }, null);
    await setting.intend(1, 2);
    setting.github.faults.onWrite({ kind: "invalid" });
    const result = await setting.run({
      onEnd: (effect, about) =>
        about === null ? {} : { incidents: [{ ...about, state: "stuck", note: effect.because }] },
    });
    expect(result?.performed).toMatchObject([{ state: "refused" }, { state: "done" }]);
    const stuck = await setting.store.incident(incidentIdOf(1));
    expect(stuck).toMatchObject({ state: "stuck", note: expect.stringContaining("(422") as unknown });
    expect(titles()).toEqual(["Bug 2"]);
  });

  it("keeps to GitHub's wait, in all processes, also when it was learned by one", async () => {
    await setting.intend(1, 2);
    const startMs = setting.clock.nowMs();
    setting.github.faults.onWrite({ kind: "retry-after", seconds: 300 });
    const first = await setting.run();
    expect(first).toMatchObject({ performed: [{ state: "intended", attempts: 0 }] });
    const store = await setting.anotherStore();
    setting.clock.advance(298_000);
    expect(await setting.run({ store, holder: "another" })).toMatchObject({ performed: [] });
    expect(posts()).toHaveLength(1);
    setting.clock.set(startMs + 300_000);
    await setting.run({ store, holder: "another" });
    expect(titles()).toEqual(["Bug 1", "Bug 2"]);
    expect((await setting.actions()).slice(0, 3)).toEqual(["effect.sending", "effect.waiting", "effect.sending"]);
  });

  it("writes no more than 500 times an hour", async () => {
    const atMs = setting.clock.nowMs() - 1_800_000;
    const line = { atMs, actor: "brain", action: "effect.sending", subject: "x", result: redact("attempt 1") };
    await setting.store.commit({ audit: Array.from({ length: 499 }, () => line) }, null);
    await setting.intend(1, 2);
    const result = await setting.run();
    expect(await states()).toEqual(["done", "intended"]);
    expect(result?.waitingUntilMs).toBe(atMs + 3_600_000 - 1_000);
    setting.clock.advance(1_800_001);
    await setting.run();
    expect(titles()).toEqual(["Bug 1", "Bug 2"]);
  });

  it("is not held up by a wait that was written before the clock was set back", async () => {
    await setting.store.setWaitUntilMs("github", setting.clock.nowMs() + 365 * 86_400_000);
    await setting.intend(1);
    await setting.run();
    expect(titles()).toEqual(["Bug 1"]);
  });
});

describe("handles", () => {
  it("begins nothing after a pause, and goes on after resuming", async () => {
    await setting.intend(1, 2);
    const audit = { atMs: 0, actor: "someone", action: "handles.paused", subject: "all", result: redact("") };
    const writer = await setting.writer();
    const pausing: IssueWriter = {
      ...writer,
      async write(outgoing, signal) {
        await setting.store.setHandles({ pausedBy: "someone", modeCeiling: null }, audit);
        return writer.write(outgoing, signal);
      },
    };
    expect(await setting.run({ writer: () => pausing })).toMatchObject({
      performed: [{ state: "done" }],
      waitingUntilMs: null,
    });
    expect(await setting.run()).toMatchObject({ performed: [] });
    expect(titles()).toEqual(["Bug 1"]);
    await setting.store.setHandles({ pausedBy: null, modeCeiling: null }, audit);
    await setting.run();
    expect(titles()).toEqual(["Bug 1", "Bug 2"]);
  });

  it("reads the pause after the rest between two writes, not before it", async () => {
    await setting.intend(1, 2);
    const audit = { atMs: 0, actor: "someone", action: "handles.paused", subject: "all", result: redact("") };
    const clock = {
      ...setting.clock,
      async sleep(durationMs: number) {
        setting.clock.advance(durationMs);
        await setting.store.setHandles({ pausedBy: "someone", modeCeiling: null }, audit);
      },
    };
    await setting.run({ clock });
    expect(titles()).toEqual(["Bug 1"]);
  });

  it("leaves issues alone in a dry run, chosen or by the ceiling, and writes its reports", async () => {
    const { title, body, labels } = issueOf(2);
    const report = { kind: "write-report", file: "reports/2.md", repository, title, body, labels } as const;
    const effect = intendEffect("write-report-2", report, incidentIdOf(2), "dev", setting.clock.nowMs());
    await setting.intend(1);
    await setting.store.commit({ effects: [effect] }, null);
    const files: IssueWriter = {
      write: async () => ({ kind: "done", reference: null, url: null }),
      find: async () => null,
    };
    const github = await setting.writer();
    const writer: Parameters<typeof setting.run>[0] = {
      writer: ({ kind }) => (kind === "write-report" ? files : github),
    };
    const audit = { atMs: 0, actor: "someone", action: "handles.mode", subject: "all", result: redact("") };
    await setting.store.setHandles({ pausedBy: null, modeCeiling: "dry-run" }, audit);
    expect(await setting.run(writer)).toMatchObject({ performed: [{ id: "write-report-2", state: "done" }] });
    await setting.store.setHandles({ pausedBy: null, modeCeiling: null }, audit);
    expect(await setting.run({ ...writer, modeOf: () => "dry-run" })).toEqual({ performed: [], waitingUntilMs: null });
    expect(posts()).toEqual([]);
    await setting.run(writer);
    expect(titles()).toEqual(["Bug 1"]);
  });

  it("begins nothing once it is asked to stop", async () => {
    await setting.intend(1, 2);
    const stop = new AbortController();
    const result = await setting.run({ signal: stop.signal, onProgress: () => stop.abort() });
    expect(result).toMatchObject({ performed: [{ state: "done" }] });
    expect(titles()).toEqual(["Bug 1"]);
  });
});
