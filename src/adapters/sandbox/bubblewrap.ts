import { firstProcess } from "./first-process.ts";
import type { MountPlan } from "./mount-plan.ts";

/**
 * The profile for bubblewrap 0.8 and later (`--disable-userns`). Every folder in memory has a size, also those that bubblewrap makes by itself: its root and
 * /dev would else hold half of this machine's memory.
 * @see bwrap(1)
 */
export function bubblewrapArguments(bwrap: string, plan: MountPlan): readonly string[] {
  const size = ["--size", String(plan.limits.tmpMb * 1_048_576)];
  return [
    bwrap,
    "--unshare-user",
    "--unshare-all",
    ...(plan.isOnline ? ["--share-net"] : []),
    "--disable-userns",
    "--die-with-parent",
    "--new-session",
    "--as-pid-1",
    "--cap-drop",
    "ALL",
    "--clearenv",
    ...Object.entries(plan.env).flatMap(([name, value]) => ["--setenv", name, value]),
    "--tmpfs",
    "/etc",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    ...size,
    "--tmpfs",
    "/dev/shm",
    ...plan.links.flatMap(({ to, at }) => ["--symlink", to, at]),
    ...plan.temporary.flatMap((folder) => [...size, "--tmpfs", folder]),
    ...plan.readOnly.flatMap(({ from, at }) => ["--ro-bind", from, at]),
    ...plan.writable.flatMap(({ from, at }) => ["--bind", from, at]),
    "--remount-ro",
    "/etc",
    "--remount-ro",
    "/dev",
    "--remount-ro",
    "/",
    "--chdir",
    "/",
    "--",
    ...firstProcess(plan),
  ];
}
