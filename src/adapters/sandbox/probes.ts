import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { SandboxError, type SandboxResult } from "../../domain/sandbox.ts";

export type ProbeName =
  | "exit code comes back"
  | "write inside works"
  | "write outside fails"
  | "canary outside cannot be read"
  | "no connection to our loopback"
  | "no environment of ours";

export interface ProbeResult {
  readonly probe: ProbeName;
  /** Null: it holds. */
  readonly problem: string | null;
  readonly durationMs: number;
}

export interface ProbeMeans {
  /** The real profile. */
  readonly inside: (argv: readonly string[]) => Promise<SandboxResult>;
  /** What stands before a command that is run without a sandbox, by the same user. */
  readonly asSameUser: readonly string[];
  /** A folder of ours that the sandbox must not show. */
  readonly ground: string;
}

interface Probe {
  readonly name: ProbeName;
  readonly argv: readonly string[];
  /** What was seen inside; null: it holds. */
  readonly judge: (result: SandboxResult) => string | null;
  /** Whether the same command, without a sandbox, does what it must not do inside: a probe that cannot fail proves nothing. */
  readonly control: (() => boolean) | null;
}

const controlMs = 10_000;

/** All six, one after the other until one does not hold. */
export async function probeSandbox(means: ProbeMeans): Promise<readonly ProbeResult[]> {
  const scene = await setScene(means);
  const results: ProbeResult[] = [];
  try {
    for (const probe of probesOf(scene, means)) {
      const begunAt = performance.now();
      const problem = await tryProbe(probe, means);
      results.push({ probe: probe.name, problem, durationMs: performance.now() - begunAt });
      if (problem !== null) break;
    }
  } finally {
    scene.leave();
  }
  return results;
}

async function tryProbe({ argv, judge, control }: Probe, means: ProbeMeans): Promise<string | null> {
  if (control !== null && !control()) return "it could not fail here, so it proves nothing";
  try {
    return judge(await means.inside(argv));
  } catch (error) {
    if (error instanceof SandboxError) return error.message;
    throw error;
  }
}

interface Scene {
  readonly folder: string;
  readonly canary: string;
  readonly port: number;
  /** Connections to our listener so far. */
  connections(): number;
  leave(): void;
}

/** A canary in a file, one in the environment of a process of the same user, and a listener on loopback. */
async function setScene({ ground, asSameUser }: ProbeMeans): Promise<Scene> {
  const canary = `canary-${randomUUID()}`;
  const folder = join(ground, `probe-${randomUUID()}`);
  mkdirSync(folder, { mode: 0o755 });
  // The sandbox's user may be another one, and must be kept out by the sandbox alone.
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, "canary"), canary, { mode: 0o644 });
  const [program = "", ...args] = [...asSameUser, "/bin/cat"];
  const neighbour = spawn(program, args, { env: { AUTOPILOT_CANARY: canary }, stdio: ["pipe", "ignore", "ignore"] });
  neighbour.on("error", () => undefined);
  neighbour.stdin.on("error", () => undefined);
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    folder,
    canary,
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    leave() {
      neighbour.kill("SIGKILL");
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function probesOf(scene: Scene, { asSameUser }: ProbeMeans): readonly Probe[] {
  const { folder, canary, port } = scene;
  const written = join(folder, "written");
  const outside = (argv: readonly string[]) => {
    const [program = "", ...args] = [...asSameUser, ...argv];
    const done = spawnSync(program, args, { env: { PATH: "/usr/bin:/bin" }, timeout: controlMs, encoding: "utf8" });
    return { exitCode: done.status, output: done.stdout };
  };
  let connectionsOfControl = 0;
  const write = ["/bin/sh", "-c", 'echo tried; echo written >"$1"', "sh", written];
  const read = ["/bin/sh", "-c", 'echo tried; cat "$1"', "sh", join(folder, "canary")];
  const connect = ["/bin/bash", "--norc", "-c", 'echo tried; exec 3<>"/dev/tcp/127.0.0.1/$1"', "bash", String(port)];
  const environment = `all=$(cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n')
case $all in *"$1"*) exit 9 ;; *HOME=*) exit 0 ;; *) exit 8 ;; esac`;
  const look = ["/bin/sh", "-c", environment, "sh", canary];
  return [
    {
      name: "exit code comes back",
      argv: ["/bin/sh", "-c", "(exit 7)\nexit $?"],
      judge: (result) => (isEnd(result, 7) ? null : told(result, "7 was expected")),
      control: null,
    },
    {
      name: "write inside works",
      argv: ["/bin/sh", "-c", "echo 1 >/work/probe && echo 1 >/tmp/probe && test -s /work/probe && test -s /tmp/probe"],
      judge: (result) => (isEnd(result, 0) ? null : told(result, "nothing can be written")),
      control: null,
    },
    {
      name: "write outside fails",
      argv: write,
      judge: (result) => (existsSync(written) || isEnd(result, 0) ? "a file appeared outside" : tried(result)),
      control() {
        outside(write);
        const isWritten = existsSync(written);
        rmSync(written, { force: true });
        return isWritten;
      },
    },
    {
      name: "canary outside cannot be read",
      argv: read,
      judge: (result) =>
        result.output.includes(canary) || isEnd(result, 0) ? "a file of this machine was read" : tried(result),
      control: () => outside(read).output.includes(canary),
    },
    {
      name: "no connection to our loopback",
      argv: connect,
      judge: (result) =>
        scene.connections() > connectionsOfControl || isEnd(result, 0)
          ? "it connected to a listener on 127.0.0.1"
          : tried(result),
      control() {
        connectionsOfControl += 1;
        return outside(connect).exitCode === 0;
      },
    },
    {
      name: "no environment of ours",
      argv: look,
      judge: (result) =>
        isEnd(result, 0)
          ? null
          : isEnd(result, 9)
            ? "it read the environment of another process"
            : told(result, "0 was expected"),
      control: () => outside(look).exitCode === 9,
    },
  ];
}

function isEnd(result: SandboxResult, exitCode: number): boolean {
  return result.kind === "ended" && result.exitCode === exitCode;
}

/** What fails must have been tried: a shell that does not even start proves nothing. */
function tried(result: SandboxResult): string | null {
  return result.kind === "ended" && result.output.includes("tried") ? null : told(result, "it was not even tried");
}

function told(result: SandboxResult, expected: string): string {
  const what =
    result.kind === "ended" ? `it ended with ${result.exitCode}` : `it was ended because of ${result.because}`;
  const said = result.output.trim().slice(0, 300);
  return `${what}, ${expected}${said === "" ? "" : `: ${said}`}`;
}
