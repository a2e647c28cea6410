import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Hands of the demo: `start --role hands` as anybody starts it, in a process of its own. */
export interface DemoHands {
  readonly name: string;
  /** It has begun an order and not ended it. */
  readonly isAtWork: () => boolean;
  /** With SIGKILL. */
  kill(): void;
  /** As it is asked to stop by whoever runs it; resolves when it has ended. */
  stop(): Promise<void>;
}

const bin = join(import.meta.dirname, "..", "..", "..", "bin", "error-autopilot.mjs");

/** Nothing else of this process: secrets of a real installation are none of theirs. */
const inherited = ["PATH", "HOME", "XDG_CACHE_HOME", "NODE_COMPILE_CACHE"];

export function startDemoHands(
  name: string,
  from: { readonly configFile: string; readonly stateDirectory: string; readonly redisUrl: string },
  tell: (line: string) => void,
): DemoHands {
  const args = ["start", "--role", "hands", "--config", from.configFile, "--state", from.stateDirectory];
  const child = spawn(process.execPath, [...process.execArgv, bin, ...args], {
    env: { ...Object.fromEntries(inherited.map((each) => [each, process.env[each]])), REDIS_URL: from.redisUrl },
    // Of a group of its own: Ctrl-C is for the demo, which then stops them.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const orders = new Set<string>();
  const onLine = (line: string): void => {
    const [what = "", id = null, how = ""] = /(\S+), attempt \d+: (\S+).*/.exec(line) ?? [];
    if (id === null) return;
    if (how === "begun") orders.add(id);
    else orders.delete(id);
    tell(`${name}: ${what}`);
  };
  createInterface({ input: child.stdout }).on("line", onLine);
  createInterface({ input: child.stderr }).on("line", (line) => tell(`${name}: ${line}`));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    name,
    isAtWork: () => orders.size > 0,
    kill: () => end(child, "SIGKILL"),
    async stop() {
      end(child, "SIGTERM");
      await ended;
    },
  };
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}
