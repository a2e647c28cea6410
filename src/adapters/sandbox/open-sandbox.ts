import { chmodSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { redact } from "../../domain/redact.ts";
import {
  type Sandbox,
  SandboxError,
  type SandboxLimits,
  type SandboxPreparation,
  type SandboxResult,
  type SandboxRun,
} from "../../domain/sandbox.ts";
import { systemCodeOf } from "../../domain/system-error.ts";
import { asUserForRoot, userForRoot } from "./as-root.ts";
import { type Builder, linuxBuilders, type Programs, type SandboxKind } from "./builders.ts";
import { runContained } from "./contained-process.ts";
import { viewMachine } from "./machine-view.ts";
import { type MachineView, planPreparation, planRun } from "./mount-plan.ts";
import { type ProbeResult, probeSandbox } from "./probes.ts";
import { findProgram } from "./programs.ts";
import { canWatch } from "./watch-tree.ts";

/** What was found out about one way to build it. */
export interface ProbedKind {
  readonly kind: SandboxKind;
  readonly probes: readonly ProbeResult[];
  readonly holds: boolean;
}

/** What `doctor` wants to know. */
export interface SandboxState {
  /** Null: nothing may run. */
  readonly kind: SandboxKind | null;
  /** Best first, until one held. */
  readonly tried: readonly ProbedKind[];
  /** Why nothing may run, with the cure; null when something may. */
  readonly problem: string | null;
  /** Whether a test can speak to a server that it started itself: util-linux alone cannot set up a loopback. */
  readonly hasLoopback: boolean;
}

/** A sandbox that can tell how it is built. */
export interface OpenSandbox extends Sandbox {
  state(signal: AbortSignal): Promise<SandboxState>;
}

export interface SandboxSettings {
  /** Absolute. */
  readonly stateDirectory: string;
  /** Where programs are found; for tests, which put another one in the place of one. */
  readonly programs: Programs;
  /** Which ways to build it are tried. */
  readonly kinds: readonly SandboxKind[];
  /** As Node names it: the sandbox is made of what Linux has. */
  readonly platform: string;
  /** The worker's user; 0: commands run as a user who owns nothing. */
  readonly user: number;
}

const probeLimits: SandboxLimits = {
  durationMs: 10_000,
  memoryMb: 256,
  tmpMb: 16,
  processesMax: 64,
  outputBytesMax: 1_000_000,
};
/** Where root puts what a user without rights must reach; gone with the next start of the machine. */
const groundOfRoot = "/run/error-autopilot";

export function installedPrograms(): Programs {
  return {
    bash: findProgram("bash"),
    bwrap: findProgram("bwrap"),
    unshare: findProgram("unshare"),
    setpriv: findProgram("setpriv"),
    prlimit: findProgram("prlimit"),
    ip: findProgram("ip"),
  };
}

/** Probes at first use and remembers the answer for as long as it lives: one of it is enough for a process. */
export function openSandbox(settings: SandboxSettings): OpenSandbox {
  let opened: Promise<Opened> | null = null;
  const once = (): Promise<Opened> => {
    opened ??= open(settings);
    return opened;
  };

  async function start(
    signal: AbortSignal,
    limits: SandboxLimits,
    command: (builder: Builder, machine: MachineView) => readonly string[],
  ): Promise<SandboxResult> {
    const { builder, machine, state } = await once();
    if (builder === null || machine === null) {
      throw new SandboxError({ reason: "there is no sandbox that holds", detail: state.problem ?? "" });
    }
    return runContained(command(builder, machine), limits, signal);
  }

  /** What we keep (and with it what other patches left) is nothing that a test may see; what is not there cannot be shown. */
  function refuseFolders(shown: readonly string[]): void {
    const own = resolve(settings.stateDirectory);
    const found = shown.map((path) => resolve(path)).find((path) => isWithin(path, own) || isWithin(own, path));
    if (found !== undefined) {
      const detail = `${found} holds or lies in ${own}. Name a narrower folder in \`sandbox.readOnly\` or \`writableCopies\`.`;
      throw new SandboxError({ reason: "the service map would show our own state folder", detail });
    }
    const missing = shown.find((path) => !existsSync(path));
    if (missing !== undefined) {
      const detail = `${missing} is not there. Make it, or correct \`sandbox.readOnly\` or \`writableCopies\`.`;
      throw new SandboxError({ reason: "a folder that the service map shows does not exist", detail });
    }
  }

  return {
    async state() {
      return (await once()).state;
    },
    async whyNot() {
      const { problem } = (await once()).state;
      return problem === null ? null : redact(problem);
    },
    async run(run: SandboxRun, signal) {
      refuseFolders([...run.readOnly, ...run.writableCopies]);
      return start(signal, run.limits, (builder, machine) => builder.command(planRun(run, machine)));
    },
    async prepare(run: SandboxPreparation, signal) {
      refuseFolders(run.readOnly);
      return start(signal, run.limits, (builder, machine) => builder.command(planPreparation(run, machine)));
    },
  };
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

interface Opened {
  readonly state: SandboxState;
  readonly builder: Builder | null;
  readonly machine: MachineView | null;
}

async function open({ stateDirectory, programs, user, kinds, platform }: SandboxSettings): Promise<Opened> {
  if (platform !== "linux") {
    return failed([], "the sandbox needs Linux. Let hands on a Linux machine do the repairs: docs/distributed.md.");
  }
  const isRoot = user === 0;
  const ground = isRoot ? groundOfRoot : join(stateDirectory, "sandbox");
  try {
    for (const folder of ["", "root", "stage", "tree"]) {
      mkdirSync(join(ground, folder), { recursive: true });
      chmodSync(join(ground, folder), isRoot ? 0o755 : 0o700);
    }
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === null) throw error;
    return failed([], `${ground} cannot be made ready (${code}). Let this user write there, or delete it.`);
  }
  const machine = viewMachine(join(ground, "etc"), isRoot ? userForRoot : user, readdirSync("/etc"));
  const builders = linuxBuilders(programs, { user, ground }).filter(({ kind }) => kinds.includes(kind));
  const tried: ProbedKind[] = [];
  if (!canWatch())
    return failed(tried, "this kernel does not tell the children of a process, so memory could not be limited");
  for (const builder of builders) {
    const probes = await probeSandbox({
      ground,
      asSameUser: isRoot && programs.setpriv !== null ? asUserForRoot(programs.setpriv) : [],
      inside: (argv) => {
        const run = {
          argv,
          folder: join(ground, "tree"),
          under: "",
          readOnly: [],
          writableCopies: [],
          prepared: [],
          env: {},
          limits: probeLimits,
        };
        return runContained(builder.command(planRun(run, machine)), probeLimits, new AbortController().signal);
      },
    });
    const holds = probes.every(({ problem }) => problem === null);
    tried.push({ kind: builder.kind, probes, holds });
    if (!holds) continue;
    const hasLoopback = builder.kind === "bubblewrap" || programs.ip !== null;
    return { state: { kind: builder.kind, tried, problem: null, hasLoopback }, builder, machine };
  }
  return failed(tried, whatFailed(tried, programs));
}

function failed(tried: readonly ProbedKind[], problem: string): Opened {
  return { state: { kind: null, tried, problem, hasLoopback: false }, builder: null, machine: null };
}

function whatFailed(tried: readonly ProbedKind[], programs: Programs): string {
  const missing = (["bash", "unshare", "setpriv", "prlimit"] as const).filter((name) => programs[name] === null);
  if (missing.length > 0) {
    return `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing. Install bash, util-linux and bubblewrap.`;
  }
  const reasons = tried.map(({ kind, probes }) => {
    const broken = probes.find(({ problem }) => problem !== null);
    return `${kind}: "${broken?.probe}" does not hold: ${broken?.problem}`;
  });
  const cure =
    programs.bwrap === null
      ? "Install bubblewrap (apt-get install bubblewrap)."
      : "Unprivileged user namespaces must be allowed for bwrap: docs/repair.md says how.";
  return `${reasons.join("; ")}. ${cure}`;
}
