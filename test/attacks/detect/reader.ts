import { createLogSource } from "../../../src/adapters/loki/log-source.ts";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import type { Clock } from "../../../src/domain/clock.ts";
import type { Coverage } from "../../../src/domain/coverage.ts";
import type { Store } from "../../../src/domain/store.ts";
import { auditDue } from "../../../src/jobs/audit-due.ts";
import { type PollMeans, pollEnvironment } from "../../../src/jobs/poll.ts";
import { pruneDaily } from "../../../src/jobs/prune-daily.ts";

/** One run of the reading half of the worker, as a short-lived process makes it. */
export interface ReadRequest {
  readonly stateFile: string;
  readonly nowMs: number;
  readonly holder: string;
  readonly lokiUrl: string;
  readonly queries: Readonly<Record<string, string>>;
  readonly limit: number;
  readonly latenessMs: number;
  readonly settleMs: number;
  readonly sliceMs: number;
  readonly auditHorizonMs: number;
  readonly timeoutMs: number;
  /** Before or after which commit it dies; null: not at all. */
  readonly diesAt: { readonly commit: number; readonly isAfter: boolean } | null;
}

/** What is left of a process that died: nothing that it does counts any more. */
export class Died extends Error {
  override readonly name = "Died";
}

/**
 * Polls, audits and prunes as a tick does.
 * @param die never returns
 * @returns what went wrong, in words
 */
export async function readOnce(request: ReadRequest, die: () => Promise<never>): Promise<readonly string[]> {
  const { nowMs } = request;
  const clock: Clock = { nowMs: () => nowMs, sleep: async () => undefined };
  const opened = await openStore({ path: request.stateFile, clock });
  const store = mortal(opened, request.diesAt, die);
  const polls = Object.entries(request.queries).map(
    ([environment, query]): PollMeans => ({
      ...request,
      environment,
      query,
      source: createLogSource({ url: request.lokiUrl, tenant: null, auth: null, timeoutMs: request.timeoutMs }),
      rules: { environment, serviceLabels: ["service_name"], aliases: {}, own: {}, levers: null },
      sinceMs: 3_600_000,
    }),
  );
  const to = { store, clock, holder: request.holder };
  const signal = new AbortController().signal;
  const problems: string[] = [];
  try {
    const read = new Set<string>();
    for (const poll of polls) {
      try {
        const { isBusy, problem } = await pollEnvironment(poll, to, signal);
        if (problem !== null) problems.push(problem);
        if (!isBusy) read.add(poll.environment);
      } catch (error) {
        if (error instanceof Died || !(error instanceof Error)) throw error;
        problems.push(error.message);
      }
    }
    const { reports, failures } = await auditDue({ ...to, polls, onProgress: () => undefined }, read, signal);
    const died = failures.find(({ error }) => error instanceof Died);
    if (died !== undefined) throw died.error;
    problems.push(...failures.map(({ error }) => error.message), ...reports.flatMap(({ problem }) => problem ?? []));
    const rules = { retentionDays: 90, latenessMsMax: request.latenessMs };
    await pruneDaily({ ...to, polls, rules, forgetEvidence: async () => undefined });
    return problems;
  } finally {
    await opened.close();
  }
}

/** What is committed, for who judges it. */
export async function lookAt(
  stateFile: string,
  nowMs: number,
): Promise<{ readonly counts: ReadonlyMap<string, number>; readonly coverage: readonly Coverage[] }> {
  const store = await openStore({ path: stateFile, clock: { nowMs: () => nowMs, sleep: async () => undefined } });
  try {
    const counts = new Map<string, number>();
    for (const { title, counts: of } of await store.incidents({ limit: 100_000 })) {
      const name = /\b(K[a-z]{3})(?:Error\b| )/.exec(title)?.[1] ?? `? ${title}`;
      counts.set(name, (counts.get(name) ?? 0) + Object.values(of).reduce((sum, count) => sum + count, 0));
    }
    return { counts, coverage: await store.coverage({ limit: 100_000 }) };
  } finally {
    await store.close();
  }
}

function mortal(store: Store, diesAt: ReadRequest["diesAt"], die: () => Promise<never>): Store {
  let commits = 0;
  let isDead = false;
  const alive = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (isDead) throw new Died();
    return work();
  };
  const end = (): Promise<never> => {
    isDead = true;
    return die();
  };
  return new Proxy(store, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) =>
        alive(async () => {
          const isMine = property === "commit" && diesAt !== null && commits++ === diesAt.commit;
          if (isMine && !diesAt.isAfter) return end();
          const result: unknown = await value.apply(target, args);
          return isMine ? end() : result;
        });
    },
  });
}
