import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface LokiOptions {
  readonly seed: number;
  /** Of log; 0: a Loki that has nothing. */
  readonly minutes: number;
  readonly onlyErrors: boolean;
  /** Whether whole minutes are kept ready in its memory. */
  readonly isPrepared: boolean;
}

/** A Loki in another process, as it is in life; `stop` it when done. */
export async function startLoki(options: LokiOptions): Promise<{ readonly url: string; stop(): void }> {
  const child = fork(join(import.meta.dirname, "loki.child.ts"), [JSON.stringify(options)]);
  const [port] = (await once(child, "message")) as [number];
  return { url: `http://127.0.0.1:${port}`, stop: () => child.disconnect() };
}
