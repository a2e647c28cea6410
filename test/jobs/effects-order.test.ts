import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { intendEffect } from "../../src/domain/effect.ts";
import { identifier } from "../../src/domain/inert.ts";
import { type EffectsSetting, incidentIdOf, issueOf, newEffectsSetting, repository } from "./effects-setting.ts";

let setting: EffectsSetting;

beforeEach(async () => {
  setting = await newEffectsSetting();
});

afterEach(() => setting.close());

const subject = incidentIdOf(1);

/** The second is intended before the first, so that only what it says keeps it back. */
async function intendTwo(): Promise<void> {
  const nowMs = setting.clock.nowMs();
  await setting.store.commit(
    {
      effects: [
        intendEffect("second", issueOf(2), subject, "dev", nowMs, "first"),
        intendEffect("first", issueOf(1), subject, "dev", nowMs),
      ],
    },
    null,
  );
}

describe("an effect that goes on from another one", () => {
  it("is sent after it", async () => {
    await intendTwo();
    await setting.run();
    expect(setting.github.world.issues().map(({ title }) => title)).toEqual(["Bug 1", "Bug 2"]);
  });

  it("waits while the end of the other one is unknown", async () => {
    await intendTwo();
    setting.github.faults.onWrite({ kind: "reset-before" });
    await setting.run();
    expect(setting.github.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    expect((await setting.store.effects({ states: ["intended"] })).map(({ id }) => id)).toEqual(["second"]);
  });

  it("is not sent where the other one was refused", async () => {
    await intendTwo();
    setting.github.faults.onWrite({ kind: "invalid" });
    await setting.run();
    expect(setting.github.world.issues()).toEqual([]);
    expect((await setting.store.effects({})).map(({ id, state }) => [id, state])).toEqual([
      ["second", "refused"],
      ["first", "refused"],
    ]);
  });

  it("is no branch and no commit unless the mode is draft-pr, whoever intended it", async () => {
    const outgoing = { kind: "create-branch", repository, branch: identifier("b"), at: "1".repeat(40) } as const;
    await setting.store.commit({ effects: [intendEffect("b", outgoing, subject, "dev", 0)] }, null);
    for (const mode of ["dry-run", "issue", "patch"] as const) await setting.run({ modeOf: () => mode });
    await setting.store.setHandles({ pausedBy: null, modeCeiling: "issue" }, line());
    await setting.run({ modeOf: () => "draft-pr" });
    expect(setting.github.requests.filter(({ method }) => method === "POST")).toEqual([]);
    await setting.store.setHandles({ pausedBy: null, modeCeiling: null }, line());
    await setting.run({ modeOf: () => "draft-pr" });
    expect(setting.github.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });
});

function line() {
  return { atMs: 0, actor: "test", action: "handles.mode", subject: "-", result: identifier("test") };
}
