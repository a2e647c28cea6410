import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chownSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { digestOfFolder } from "../adapters/git/git-repository.ts";
import { asUnprivileged, unprivileged } from "../support/as-unprivileged.ts";
import type { AttackResult } from "./attack-result.ts";
import { diceOf } from "./dice.ts";
import { plantClone } from "./hostile-clone.ts";
import { type DeedName, deeds, hostileCommand, type Target } from "./hostile-command.ts";
import { inFolder } from "./in-folder.ts";
import type { HostileEnd, HostileJob } from "./sandbox-worker.child.ts";

const limits = { durationMs: 900, memoryMb: 192, tmpMb: 16, processesMax: 60, outputBytesMax: 300_000 };
/** For a machine that is busy with much else: what counts is that it ends. */
const graceMs = 30_000;
const canaryLength = 24;

/** A worker without rights, with secrets in its environment, its files and its descriptors, runs a command that wants all of them. */
export const attackBySandbox = (seed: number): Promise<AttackResult> =>
  inFolder(async (folder) => {
    const dice = diceOf(seed, "sandbox");
    const names = Object.keys(deeds) as DeedName[];
    // Each deed alone in the first seeds; then several together.
    const alone = names[seed];
    const chosen = alone === undefined ? dice.several(2, 5, () => dice.pick(names)) : [alone];
    const kind = seed % 3 === 2 ? "util-linux" : "bubblewrap";
    const canary = (name: string) => `canary-${name}-${dice.text(canaryLength, "abcdefghijkmnpqrstuvwxyz")}`;
    const canaries = { variable: canary("variable"), file: canary("file"), descriptor: canary("descriptor") };

    const clone = plantClone(join(folder, "clone"), diceOf(seed, "clone")).path;
    const [home, tree, stateDirectory] = ["home", "tree", "state"].map((name) => {
      mkdirSync(join(folder, name));
      return join(folder, name);
    }) as [string, string, string];
    writeFileSync(join(home, "canary.txt"), canaries.file);
    writeFileSync(join(tree, "test.sh"), "true\n");
    const opened = join(home, "opened.txt");
    writeFileSync(opened, canaries.descriptor);
    giveAway(folder);

    const listeners = await listen(folder, seed);
    const mark = `9${randomUUID().replaceAll(/\D/g, "")}`.slice(0, 14);
    const target: Target = {
      secrets: [join(home, "canary.txt"), opened, join(clone, "config/settings.js")],
      folders: [home, clone, tree, stateDirectory],
      port: listeners.port,
      sockets: listeners.sockets,
      workerPid: process.pid,
      mark,
    };
    const guarded = [home, clone, tree];
    const before = guarded.map(digestOfFolder);
    const script = hostileCommand(chosen, target, dice);
    const job: HostileJob = {
      kind,
      stateDirectory,
      run: {
        argv: ["/bin/bash", "-c", script],
        folder: tree,
        under: "",
        readOnly: [],
        writableCopies: [],
        prepared: [],
        env: { MARK: mark },
        limits,
      },
    };
    const begunAt = performance.now();
    const fd = openSync(opened, "r");
    const end = await work(job, { AUTOPILOT_TOKEN: canaries.variable, GITHUB_TOKEN: canaries.variable }, fd);
    closeSync(fd);
    const durationMs = performance.now() - begunAt;
    listeners.close();

    const { result } = end;
    const output = result?.output ?? "";
    const survivors = processesWith(mark);
    const findings = [
      ...(result === null ? [`nothing was run: ${end.why}`] : []),
      ...(end.user === 0 ? ["the worker was root"] : []),
      ...Object.entries(canaries)
        .filter(([, value]) => output.includes(value))
        .map(([name]) => `the command printed the secret in a ${name}`),
      ...(listeners.connections() > 0 ? ["the command reached a listener of this machine"] : []),
      ...(output.includes("connected-to") ? ["the command connected to something"] : []),
      ...survivors.map((pid) => `process ${pid} survived`),
      ...guarded.flatMap((path, index) => (digestOfFolder(path) === before[index] ? [] : [`${path} was changed`])),
      ...(result?.kind === "ended" && result.exitCode === 0 ? ["a command that fails was taken for a success"] : []),
      ...(output.length > limits.outputBytesMax ? [`${output.length} characters of output were kept`] : []),
      ...(durationMs > limits.durationMs + graceMs ? [`it took ${Math.round(durationMs)} ms`] : []),
      ...mountsBelow(folder).map((mount) => `a mount is left: ${mount}`),
    ].map((finding) => `${finding} (${kind}: ${chosen.join(", ")})`);
    const ended = result?.kind === "killed" ? `ended because of ${result.because}` : "ended by themselves";
    return { findings, figures: { commands: 1, deeds: chosen.length, [ended]: 1, "secrets planted": 3 } };
  });

/** To who is to attack with it. */
function giveAway(folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = unprivileged;
  chownSync(folder, uid, gid);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    chownSync(join(folder, name), uid, gid);
}

async function work(job: HostileJob, secrets: Readonly<Record<string, string>>, fd: number): Promise<HostileEnd> {
  const [program, ...args] = asUnprivileged("test/attacks/sandbox-worker.child.ts");
  const env = { PATH: process.env["PATH"] ?? "", ...secrets };
  // A fourth descriptor, as a shell or a supervisor may leave one open.
  const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe", fd] });
  const { stdin, stdout: out, stderr: err } = child;
  if (stdin === null || out === null || err === null) throw new Error("the worker has no pipes");
  stdin.end(JSON.stringify(job));
  const [stdout, stderr] = await Promise.all([text(out), text(err), once(child, "close")]);
  if (stdout === "") throw new Error(`the worker ended without a word: ${stderr.slice(0, 2_000)}`);
  return JSON.parse(stdout) as HostileEnd;
}

async function listen(folder: string, seed: number) {
  let connections = 0;
  const count = () => {
    connections += 1;
  };
  const sockets = [join(folder, "socket"), `\0autopilot-${process.pid}-${seed}-${randomUUID()}`];
  const servers: Server[] = [];
  for (const at of [0, ...sockets]) {
    const server = createServer(count);
    server.listen(typeof at === "number" ? { port: at, host: "127.0.0.1" } : at);
    await once(server, "listening");
    servers.push(server);
  }
  const address = servers[0]?.address();
  if (typeof address !== "object" || address === null) throw new Error("the listener has no port");
  return {
    port: address.port,
    sockets: sockets.map((each) => each.replace("\0", "@")),
    connections: () => connections,
    close: () => {
      for (const server of servers) server.close();
    },
  };
}

function processesWith(mark: string): readonly string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return false;
    return ["cmdline", "environ"].some((file) => {
      try {
        return readFileSync(`/proc/${name}/${file}`, "latin1").includes(mark);
      } catch {
        return false;
      }
    });
  });
}

function mountsBelow(folder: string): readonly string[] {
  const lines = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return lines.filter((line) => line.includes(folder));
}
