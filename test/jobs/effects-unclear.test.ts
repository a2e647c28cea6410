import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultKind } from "../../src/demo/github/faults.ts";
import type { IssueWriter } from "../../src/domain/effect.ts";
import { intendEffect } from "../../src/domain/effect.ts";
import { own } from "../../src/domain/inert.ts";
import type { Store } from "../../src/domain/store.ts";
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

/** The store, with one commit that fails as when the process ended just before it. */
function endingBeforeCommit(store: Store, isIt: (state: string) => boolean): Store {
  return new Proxy(store, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver);
      if (property !== "commit") return typeof value === "function" ? value.bind(target) : value;
      const commit: Store["commit"] = async (change, lease) => {
        if (change.effects?.some(({ state }) => isIt(state))) throw new Error("the process ended here");
        return target.commit(change, lease);
      };
      return commit;
    },
  });
}

describe("what is unclear", () => {
  it.each<[FaultKind]>([["lost-502"], ["reset-after"], ["cut-answer"], ["html-answer"]])(
    "is found by listing at once, after %s, and not sent again",
    async (kind) => {
      await setting.intend(1);
      setting.github.faults.onWrite({ kind });
      expect(await setting.run()).toMatchObject({ performed: [{ state: "done", reference: 1 }], waitingUntilMs: null });
      expect(await setting.actions()).toEqual(["effect.sending", "effect.unknown", "effect.reconciled"]);
      expect(posts()).toHaveLength(1);
    },
  );

  it("is one issue although the list lags 30 s", async () => {
    await setting.intend(1);
    setting.github.setListingLag(30_000);
    setting.github.faults.onWrite({ kind: "lost-502" });
    const first = await setting.run();
    expect(first?.performed).toMatchObject([{ state: "unknown", absentReads: 1 }]);
    expect(first?.waitingUntilMs).toBe(setting.clock.nowMs() + 30_000);
    // Asked too early, it does not even look.
    const requests = setting.github.requests.length;
    expect(await setting.run()).toMatchObject({ performed: [] });
    expect(setting.github.requests).toHaveLength(requests);
    setting.clock.advance(30_000);
    expect(await setting.run()).toMatchObject({ performed: [{ state: "done", reference: 1 }] });
    expect(titles()).toEqual(["Bug 1"]);
  });

  it("is sent again when three listings over a minute do not have it", async () => {
    await setting.intend(1);
    setting.github.faults.onWrite({ kind: "reset-before" });
    for (const expected of [1, 2]) {
      expect((await setting.run())?.performed).toMatchObject([{ state: "unknown", absentReads: expected }]);
      setting.clock.advance(30_000);
    }
    expect(posts()).toHaveLength(1);
    expect((await setting.run())?.performed).toMatchObject([{ state: "done", attempts: 2 }]);
    expect(titles()).toEqual(["Bug 1"]);
  });

  it("stays unknown while listing fails, however often and long", async () => {
    await setting.intend(1);
    setting.github.faults.onWrite({ kind: "lost-502" });
    for (let hour = 0; hour < 5; hour++) {
      setting.github.faults.onRead({ kind: hour === 0 ? "retry-after" : "fail-500", seconds: 600 });
      await setting.run();
      setting.clock.advance(3_600_000);
    }
    expect(await setting.store.effects({ states: ["unknown"] })).toMatchObject([{ absentReads: 0 }]);
    await setting.run();
    expect(await states()).toEqual(["done"]);
    expect(titles()).toEqual(["Bug 1"]);
  });

  it("shares a wait that a listing learned", async () => {
    await setting.intend(1, 2);
    setting.github.faults.onWrite({ kind: "lost-502" });
    setting.github.faults.onRead({ kind: "retry-after", seconds: 600 });
    const startMs = setting.clock.nowMs();
    await setting.run();
    expect(posts()).toHaveLength(1);
    expect(await setting.store.waitUntilMs("github")).toBe(startMs + 600_000);
  });

  it("is not found in what others wrote, nor in the middle of a text, nor in a pull request", async () => {
    await setting.intend(1);
    const { marker } = issueOf(1);
    const { world } = setting.github;
    world.addIssue(repository, { author: "mallory", title: "forged", body: `x\n${marker}` });
    world.addIssue(repository, { author: "autopilot", title: "quoted", body: `x\n${marker}\ny` });
    world.addIssue(repository, { author: "autopilot", title: "change", body: `x\n${marker}`, isPullRequest: true });
    setting.github.faults.onWrite({ kind: "fail-500" });
    for (let read = 0; read < 3; read++) {
      await setting.run();
      setting.clock.advance(30_000);
    }
    expect(titles()).toEqual(["forged", "quoted", "change", "Bug 1"]);
    expect(await setting.store.effects({})).toMatchObject([{ state: "done", reference: 4 }]);
  });

  it("is sent again later when it is an edit, for that does no harm", async () => {
    const issue = setting.github.world.addIssue(repository, { author: "autopilot", title: "a", body: "" });
    const comment = setting.github.world.addComment(issue, "autopilot", "seen once").id;
    const edit = { kind: "edit-comment", repository, number: 1, comment, body: own`seen twice` } as const;
    const effect = intendEffect("edit-1", edit, incidentIdOf(1), "dev", setting.clock.nowMs());
    await setting.store.commit({ effects: [effect] }, null);
    setting.github.faults.onWrite({ kind: "reset-before" });
    expect(await setting.run()).toMatchObject({
      performed: [{ state: "intended", attempts: 1 }],
      waitingUntilMs: setting.clock.nowMs() + 60_000,
    });
    setting.clock.advance(60_000);
    expect(await setting.run()).toMatchObject({ performed: [{ state: "done", reference: comment }] });
    expect(setting.github.world.issue(repository, 1)?.comments).toMatchObject([{ body: "seen twice" }]);
  });

  it("needs a human when it has been sent ten times without a clear end", async () => {
    await setting.intend(1);
    setting.github.faults.onWrite(...Array.from({ length: 20 }, () => ({ kind: "fail-500" }) as const));
    for (let run = 0; run < 200 && (await states())[0] !== "refused"; run++) {
      const waiting = await setting.run();
      setting.clock.set(waiting?.waitingUntilMs ?? setting.clock.nowMs() + 1_000);
    }
    expect(posts()).toHaveLength(10);
    expect(await setting.store.effects({})).toMatchObject([
      { state: "refused", because: expect.stringContaining("10 times") as unknown },
    ]);
  });
});

describe("crashes and other workers", () => {
  it("does not send again what was sent before the process ended", async () => {
    await setting.intend(1);
    const store = endingBeforeCommit(setting.store, (state) => state === "done");
    await expect(setting.run({ store })).rejects.toThrow("ended here");
    expect(await states()).toEqual(["sending"]);
    expect((await setting.run())?.performed).toMatchObject([{ state: "done", reference: 1 }]);
    expect(posts()).toHaveLength(1);
    expect(await setting.actions()).toEqual(["effect.sending", "effect.unknown", "effect.reconciled"]);
  });

  it("sends what was about to be sent when the process ended, once it is surely absent", async () => {
    await setting.intend(1);
    const dying: IssueWriter = {
      write: () => Promise.reject(new Error("the process ended here")),
      find: async () => null,
    };
    await expect(setting.run({ writer: () => dying })).rejects.toThrow("ended here");
    for (let read = 0; read < 3; read++) {
      expect(titles()).toEqual([]);
      await setting.run();
      setting.clock.advance(30_000);
    }
    expect(titles()).toEqual(["Bug 1"]);
  });

  it("lets one of two workers write", async () => {
    await setting.intend(1, 2, 3);
    const store = await setting.anotherStore();
    const results = await Promise.all([
      setting.run({ holder: "one" }),
      setting.run({ holder: "two", store }),
      setting.run({ holder: "three", store: await setting.anotherStore() }),
    ]);
    expect(results.filter((result) => result !== null)).toHaveLength(1);
    expect(titles()).toEqual(["Bug 1", "Bug 2", "Bug 3"]);
    expect(posts()).toHaveLength(3);
  });

  it("writes nothing more after its lease is lost, and the next worker finds what it wrote", async () => {
    await setting.intend(1, 2);
    const writer = await setting.writer();
    const store = await setting.anotherStore();
    const slow: IssueWriter = {
      ...writer,
      async write(outgoing, signal) {
        const outcome = await writer.write(outgoing, signal);
        setting.clock.advance(60_001);
        await store.lease("effects", "another", 60_000);
        return outcome;
      },
    };
    expect(await setting.run({ writer: () => slow })).toEqual({ performed: [], waitingUntilMs: null });
    expect(await states()).toEqual(["sending", "intended"]);
    const next = await setting.run({ holder: "another", store });
    expect(next?.performed).toMatchObject([
      { state: "done", reference: 1 },
      { state: "done", reference: 2 },
    ]);
    expect(titles()).toEqual(["Bug 1", "Bug 2"]);
    expect(posts()).toHaveLength(2);
  });

  it("keeps its lease for as long as it works", async () => {
    await setting.intend(1, 2, 3, 4, 5);
    await setting.run({ writeIntervalMs: 25_000 });
    expect(titles()).toHaveLength(5);
  });

  it("stops when somebody else had the lease in between, although it is free again", async () => {
    await setting.intend(1);
    const store = await setting.anotherStore();
    const stolen = new Proxy(setting.store, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (property !== "handles") return typeof value === "function" ? value.bind(target) : value;
        return async () => {
          setting.clock.advance(60_001);
          const lease = await store.lease("effects", "another", 60_000);
          if (lease !== null) await store.release(lease);
          return target.handles();
        };
      },
    });
    expect(await setting.run({ store: stolen })).toEqual({ performed: [], waitingUntilMs: null });
    expect(posts()).toEqual([]);
  });
});
