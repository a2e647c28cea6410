// Performs what is due in the given state file, and kills itself at the given crash point: before or after a commit, before or after a write's request.
import { createIssueWriter } from "../../src/adapters/github/issue-writer.ts";
import { openStore } from "../../src/adapters/sqlite/store.ts";
import type { Store } from "../../src/domain/store.ts";
import { performEffects } from "../../src/jobs/perform-effects.ts";
import { selfMovingClock, writeIntervalMs } from "./effects-setting.ts";

const [path = "", apiUrl = "", startMs = "0", crashAt = "-1"] = process.argv.slice(2);
const clock = selfMovingClock(Number(startMs));
let passed = -1;

function crashPoint(): void {
  passed += 1;
  if (passed === Number(crashAt)) process.kill(process.pid, "SIGKILL");
}

const real = await openStore({ path, clock });
const store: Store = {
  ...real,
  async commit(change, lease) {
    crashPoint();
    const result = await real.commit(change, lease);
    crashPoint();
    return result;
  },
};
const writer = await createIssueWriter({
  apiUrl,
  auth: { kind: "token", token: "token" },
  timeoutMs: 5_000,
  clock,
  async fetch(input, init) {
    if (init?.method !== "POST") return fetch(input, init);
    crashPoint();
    const answer = await fetch(input, init);
    crashPoint();
    return answer;
  },
});
const lease = await store.lease("effects", `child-${process.pid}`, 60_000);
if (lease === null) throw new Error("the lease is taken");
const { signal } = new AbortController();
await performEffects(
  {
    store,
    writer: () => writer,
    clock,
    writeIntervalMs,
    modeOf: () => "issue",
    onEnd: () => ({}),
    whyUnwanted: () => null,
    signal,
  },
  lease,
);
await store.release(lease);
await store.close();
console.log(passed + 1);
