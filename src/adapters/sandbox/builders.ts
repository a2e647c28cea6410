import { staged, userForRoot } from "./as-root.ts";
import { bubblewrapArguments } from "./bubblewrap.ts";
import { limitsOf } from "./first-process.ts";
import type { MountPlan } from "./mount-plan.ts";
import { executionOracle } from "./programs.ts";
import { utilLinuxArguments } from "./util-linux.ts";

export type SandboxKind = "bubblewrap" | "util-linux";

/** One way to build the sandbox: the whole command, program first, that runs a plan. */
export interface Builder {
  readonly kind: SandboxKind;
  command(plan: MountPlan): readonly string[];
}

export interface Programs {
  readonly bash: string | null;
  readonly bwrap: string | null;
  readonly unshare: string | null;
  readonly setpriv: string | null;
  readonly prlimit: string | null;
  readonly ip: string | null;
}

/** Who the worker is, and a folder of ours. */
export interface Place {
  readonly user: number;
  /** Readable by everybody when the worker is root. */
  readonly ground: string;
}

/**
 * Closes what the worker itself was started with: descriptors of a shell, of a supervisor or of systemd would stay open all the way into the sandbox.
 * Without --norc a bash whose standard input is a socket, as Node's pipes are, would run ~/.bashrc.
 * And when this machine runs out of memory all the same, the kernel takes the sandbox first.
 */
const begin = `for each in /proc/self/fd/*; do
  each=\${each##*/}
  if (( each > 2 )); then exec {each}>&-; fi
done
echo 1000 >/proc/self/oom_score_adj
exec "$@"`;

/** The ways for which everything is installed, best first. */
export function linuxBuilders(programs: Programs, place: Place): readonly Builder[] {
  const { bash, bwrap, unshare, setpriv, prlimit } = programs;
  if (bash === null || prlimit === null || setpriv === null || unshare === null) return [];
  const isRoot = place.user === 0;
  const stage = `${place.ground}/stage`;
  const build = (kind: SandboxKind, inner: (plan: MountPlan) => readonly string[]): Builder => ({
    kind,
    command(plan) {
      const there = isRoot ? staged(plan, unshare, stage) : { plan, before: [] };
      const limited = [prlimit, ...limitsOf(plan), "--", setpriv, "--pdeathsig=KILL", "--"];
      return [bash, "--norc", "--noprofile", "-c", begin, "bash", ...there.before, ...limited, ...inner(there.plan)];
    },
  });
  const where = {
    root: isRoot ? `${stage}/root` : `${place.ground}/root`,
    user: isRoot ? userForRoot : place.user,
    isNotExecutable: executionOracle(),
  };
  return [
    ...(bwrap === null ? [] : [build("bubblewrap", (plan) => bubblewrapArguments(bwrap, plan))]),
    build("util-linux", (plan) => utilLinuxArguments({ unshare, ip: programs.ip }, plan, where)),
  ];
}
