import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIssueWriter } from "../../src/adapters/github/issue-writer.ts";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import { type GitHubStandIn, startGitHub } from "../../src/demo/github/server.ts";
import type { Clock } from "../../src/domain/clock.ts";
import { type Effect, type IssueWriter, intendEffect, type Outgoing } from "../../src/domain/effect.ts";
import { identifier, joinInert, own } from "../../src/domain/inert.ts";
import { issueMarker } from "../../src/domain/marker.ts";
import type { Store } from "../../src/domain/store.ts";
import { type EffectMeans, type PerformedEffects, performEffects } from "../../src/jobs/perform-effects.ts";
import { createTestClock } from "../support/test-clock.ts";

export const repository = "acme/orders";
export const writeIntervalMs = 1_000;

/** The outgoing issue of an incident; its id's number is part of all texts. */
export function issueOf(number: number, episode = 1): Extract<Outgoing, { kind: "open-issue" }> {
  const id = incidentIdOf(number);
  const marker = issueMarker({ id, fingerprints: [`v1-${id.slice(1).padEnd(24, "0")}`] }, episode);
  const title = own`Bug ${number}`;
  return {
    kind: "open-issue",
    repository,
    title,
    body: joinInert([own`What happened ${number} times.`, marker], "\n\n"),
    labels: [identifier("error-autopilot")],
    marker,
  };
}

export function incidentIdOf(number: number): `i${string}` {
  return `i${String(number).padStart(12, "0")}`;
}

export function intentOf(number: number, nowMs: number): Effect {
  return intendEffect(`open-issue-${incidentIdOf(number)}-1`, issueOf(number), incidentIdOf(number), "dev", nowMs);
}

/** Time that whoever sleeps moves himself. */
export interface SelfMovingClock extends Clock {
  readonly slept: number[];
  advance(durationMs: number): void;
  set(nowMs: number): void;
}

export function selfMovingClock(startMs = createTestClock().nowMs()): SelfMovingClock {
  let nowMs = startMs;
  const slept: number[] = [];
  return {
    slept,
    nowMs: () => nowMs,
    async sleep(durationMs, signal) {
      signal?.throwIfAborted();
      slept.push(durationMs);
      nowMs += durationMs;
    },
    advance: (durationMs) => {
      nowMs += durationMs;
    },
    set: (newNowMs) => {
      nowMs = newNowMs;
    },
  };
}

export interface EffectsSetting {
  readonly clock: SelfMovingClock;
  readonly github: GitHubStandIn;
  readonly store: Store;
  readonly path: string;
  /** The same file once more, as another process has it. */
  anotherStore(): Promise<Store>;
  writer(fetch?: typeof globalThis.fetch): Promise<IssueWriter>;
  intend(...numbers: number[]): Promise<void>;
  /** One run of a worker: takes the lease, performs what is due, gives the lease back. Null: another worker has it. */
  run(over?: Partial<EffectMeans> & { readonly holder?: string }): Promise<PerformedEffects | null>;
  actions(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function newEffectsSetting(): Promise<EffectsSetting> {
  const clock = selfMovingClock();
  const folder = await mkdtemp(join(tmpdir(), "effects-"));
  const path = join(folder, "state.db");
  const stores = [await openStore({ path, clock })];
  const store = stores[0] as Store;
  const github = await startGitHub({
    clock,
    repositories: [{ name: repository }],
    tokens: [{ kind: "classic", token: "token", login: "autopilot", scopes: ["repo"] }],
  });

  const setting: EffectsSetting = {
    clock,
    github,
    store,
    path,
    async anotherStore() {
      const another = await openStore({ path, clock });
      stores.push(another);
      return another;
    },
    writer: (fetch) =>
      createIssueWriter({
        apiUrl: github.url,
        auth: { kind: "token", token: "token" },
        timeoutMs: 5_000,
        clock,
        ...(fetch === undefined ? {} : { fetch }),
      }),
    async intend(...numbers) {
      const effects = numbers.map((number) => intentOf(number, clock.nowMs()));
      await store.commit({ effects }, null);
    },
    async run({ holder = "worker", ...over } = {}) {
      const means: EffectMeans = {
        store,
        writer: (
          (writer) => () =>
            writer
        )(await setting.writer()),
        clock,
        writeIntervalMs,
        modeOf: () => "issue",
        onEnd: () => ({}),
        whyUnwanted: () => null,
        signal: new AbortController().signal,
        ...over,
      };
      const lease = await means.store.lease("effects", holder, 60_000);
      if (lease === null) return null;
      try {
        return await performEffects(means, lease);
      } finally {
        await means.store.release(lease);
      }
    },
    async actions() {
      const lines = await store.audit({ sinceMs: 0, limit: 10_000 });
      return lines.map(({ action }) => action).toReversed();
    },
    async close() {
      for (const each of stores) await each.close();
      await github.close();
      await rm(folder, { recursive: true });
    },
  };
  return setting;
}
