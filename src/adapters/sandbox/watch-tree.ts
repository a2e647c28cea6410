import { readdirSync, readFileSync, statfsSync } from "node:fs";
import type { SandboxLimits } from "../../domain/sandbox.ts";

/** The process that the sandbox begins with, as this machine numbers it; null while it is not there yet. */
export function firstInside(monitor: number): number | null {
  return childrenOf(monitor)[0] ?? null;
}

/** What processes are there below one, itself included; more than `most` are not looked for. */
function treeOf(root: number, most: number): readonly number[] {
  const found = [root];
  for (const each of found) {
    if (found.length > most) break;
    found.push(...childrenOf(each));
  }
  return found;
}

/** @see proc(5), /proc/pid/task/tid/children: children stand with the thread that made them */
function childrenOf(pid: number): readonly number[] {
  const children: number[] = [];
  for (const thread of list(`/proc/${pid}/task`)) {
    for (const text of read(`/proc/${pid}/task/${thread}/children`).split(" "))
      if (text !== "") children.push(Number(text));
  }
  return children;
}

/** Whether this kernel tells children at all. */
export function canWatch(): boolean {
  try {
    readFileSync(`/proc/${process.pid}/task/${process.pid}/children`);
    return true;
  } catch {
    return false;
  }
}

/** Memory of the whole machine, in kilobytes. */
export interface MachineMemory {
  readonly totalKb: number;
  readonly availableKb: number;
  readonly sharedKb: number;
}

export function machineMemory(): MachineMemory {
  const text = read("/proc/meminfo");
  const value = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? Number.NaN);
  return { totalKb: value("MemTotal"), availableKb: value("MemAvailable"), sharedKb: value("Shmem") };
}

/** Below it nothing on this machine works well, whoever took it; the sandbox is what can be spared. */
const availableShareMin = 0.04;

/**
 * Which limit the sandbox has passed; null: none. Limits of a process are the kernel's; this looks at the sum.
 * @param begin what the machine had before the run
 */
export function passedLimit(
  first: number,
  limits: SandboxLimits,
  begin: MachineMemory,
): "memory" | "processes" | "disk" | null {
  const tree = treeOf(first, limits.processesMax + 2);
  if (tree.length > limits.processesMax) return "processes";
  const limitKb = limits.memoryMb * 1024;
  let threads = 0;
  let ownKb = 0;
  for (const pid of tree) {
    const status = read(`/proc/${pid}/status`);
    ownKb += kilobytes(status, "RssAnon") + kilobytes(status, "RssShmem");
    threads += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  if (threads > limits.processesMax) return "processes";
  // Pages that processes share were counted once for each of them: only when the sum is too large it is worth to ask for the exact one.
  if (ownKb > limitKb && exactKb(tree) > limitKb) return "memory";
  const now = machineMemory();
  // Memory without a process: files in memory that are held by a descriptor only, System V segments. /work, /tmp and /dev/shm have their own limit.
  if (now.sharedKb - begin.sharedKb > limitKb + 3 * limits.tmpMb * 1024) return "memory";
  if (now.availableKb < availableShareMin * now.totalKb) return "memory";
  return isFull(first) ? "disk" : null;
}

function exactKb(tree: readonly number[]): number {
  return tree.reduce((sum, pid) => {
    const rollup = read(`/proc/${pid}/smaps_rollup`);
    const status = rollup === "" ? read(`/proc/${pid}/status`) : "";
    // A process that hides its pages is counted in full.
    return (
      sum +
      kilobytes(rollup, "Pss_Anon") +
      kilobytes(rollup, "Pss_Shmem") +
      kilobytes(status, "RssAnon") +
      kilobytes(status, "RssShmem")
    );
  }, 0);
}

function isFull(first: number): boolean {
  return ["/work", "/tmp", "/dev/shm"].some((folder) => {
    try {
      const { bavail, type } = statfsSync(`/proc/${first}/root${folder}`);
      return type === tmpfsType && bavail === 0;
    } catch {
      return false;
    }
  });
}

/** @see statfs(2), TMPFS_MAGIC */
const tmpfsType = 0x01021994;

function kilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
}

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
