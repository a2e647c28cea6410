import type { JobQueue } from "../../src/domain/job-queue.ts";
import type { Store } from "../../src/domain/store.ts";

/** What a process may be killed before or after: every request that writes or costs, every commit, every hand-over of the queue. */
export interface CrashPoints {
  readonly fetch: typeof fetch;
  readonly wrapStore: (store: Store) => Store;
  readonly wrapQueue: (queue: JobQueue) => JobQueue;
  /** The points passed so far, in order. */
  readonly passed: readonly string[];
}

/** @param crashAt 0 for the first point; null: none */
export function createCrashPoints(crashAt: number | null): CrashPoints {
  const passed: string[] = [];

  async function point(name: string): Promise<void> {
    if (passed.push(name) - 1 !== crashAt) return;
    process.kill(process.pid, "SIGKILL");
    // The signal is on its way; nothing more may happen until it arrives.
    await new Promise(() => undefined);
  }

  async function around<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    await point(`before ${name}`);
    const result = await work();
    await point(`after ${name}`);
    return result;
  }

  return {
    passed,
    async fetch(input, init) {
      const method = init?.method ?? (input instanceof Request ? input.method : "GET");
      if (method === "GET") return fetch(input, init);
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      return around(`${method} ${pathname}`, () => fetch(input, init));
    },
    wrapStore: (store) => intercept(store, { commit: (...args) => around("commit", () => store.commit(...args)) }),
    wrapQueue: (queue) =>
      intercept(queue, {
        offer: (order) => around("offer", () => queue.offer(order)),
        acknowledge: (orders) => around("acknowledge", () => queue.acknowledge(orders)),
        work: (hands, options) =>
          queue.work(
            (attempt) =>
              hands(
                intercept(attempt, {
                  save: (step) => around(`save ${step.step} ${kindOf(step)}`, () => attempt.save(step)),
                }),
              ),
            options,
          ),
      }),
  };
}

/** What of a step is saved: `asked` and `answered` of the model's turns. */
function kindOf({ resultJson }: { readonly resultJson: string }): string {
  const { kind } = JSON.parse(resultJson) as { readonly kind?: unknown };
  return typeof kind === "string" ? kind : "result";
}

/** The same object with some of its methods replaced. */
function intercept<Target extends object>(target: Target, replaced: Partial<Target>): Target {
  return new Proxy(target, {
    get(of, property, receiver) {
      const own: unknown = Reflect.get(replaced, property);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(of, property, receiver);
      return typeof value === "function" ? value.bind(of) : value;
    },
  });
}
