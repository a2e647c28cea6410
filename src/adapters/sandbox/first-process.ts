import type { MountPlan } from "./mount-plan.ts";

/** Above the limit that the watcher keeps: whoever passes that one is ended, and does not just fail to fork. */
const processesReserve = 64;

/** What the first process writes before the command starts: whatever came before it is ours, whatever follows is the command's. */
export const startMark = "\u0001";

/**
 * Process 1 of the sandbox. It copies what may be written, starts the command, waits for it and ends with its exit code; with process 1 the kernel ends
 * every other process of the sandbox, so none outlives its command.
 *
 * The number of processes is limited here and not outside: inside its own user namespace only what runs there counts.
 */
const script = `umask 022
processes=$1 directory=$2
shift 2
while [ "$1" != -- ]; do
  cp -a "$1/." "$2/" || exit 1
  shift 2
done
shift
mkdir -p "$HOME" 2>/dev/null
cd "$directory" || exit 1
printf '\\001'
prlimit --nproc="$processes" -- "$@" </dev/null
exit $?`;

export function firstProcess(plan: MountPlan): readonly string[] {
  const copies = plan.copies.flatMap(({ from, to }) => [from, to]);
  const processes = String(plan.limits.processesMax + processesReserve);
  return ["/bin/sh", "-c", script, "sh", processes, plan.directory, ...copies, "--", ...plan.argv];
}

/** Of each process; their sum is watched from outside. */
export function limitsOf({ limits }: MountPlan): readonly string[] {
  const megabyte = 1_048_576;
  return [
    `--data=${limits.memoryMb * megabyte}`,
    `--fsize=${limits.tmpMb * megabyte}`,
    `--cpu=${Math.ceil(limits.durationMs / 1000) * 2 + 60}`,
    "--nofile=4096",
    "--core=0",
    "--memlock=65536",
    "--msgqueue=819200",
  ];
}
