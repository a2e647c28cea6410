import { firstProcess } from "./first-process.ts";
import type { MountPlan } from "./mount-plan.ts";

/** Programs of util-linux, and `ip` where it is installed: without it the sandbox's own loopback stays down. */
export interface UtilLinux {
  readonly unshare: string;
  readonly ip: string | null;
}

const devices = ["null", "zero", "full", "random", "urandom", "tty"];

/**
 * The same profile by util-linux alone: new namespaces, a root in memory, and then a second user namespace in which nothing may be mounted any more and no
 * capability is left.
 * @param root an empty folder of ours, to mount the new root on
 * @param isNotExecutable whether what is shown lies on a file system without execution: a new mount may not allow more
 */
export function utilLinuxArguments(
  programs: UtilLinux,
  plan: MountPlan,
  where: { readonly root: string; readonly user: number; readonly isNotExecutable: (path: string) => boolean },
): readonly string[] {
  const { root, user } = where;
  const at = (path: string) => quoted(`${root}${path}`);
  const tmpfs = (path: string, mb: number) =>
    `mkdir -p ${at(path)}; mount -t tmpfs -o size=${mb}m,mode=755,nosuid,nodev tmpfs ${at(path)}`;
  const bind = ({ from, at: to }: { from: string; at: string }, access: "ro" | "rw") => {
    const flags = `remount,bind,${access},nosuid,nodev${where.isNotExecutable(from) ? ",noexec" : ""}`;
    const target = at(to);
    return [
      `if [ -d ${quoted(from)} ]; then mkdir -p ${target}; else mkdir -p "$(dirname ${target})"; : >>${target}; fi`,
      `mount --bind ${quoted(from)} ${target}`,
      `mount -o ${flags} ${target}`,
    ].join("\n");
  };
  const last = [
    programs.unshare,
    "--user",
    `--map-user=${user}`,
    `--map-group=${user}`,
    "--",
    "setpriv",
    "--no-new-privs",
    "--bounding-set=-all",
    "--inh-caps=-all",
    "--",
    "env",
    "-i",
    ...Object.entries(plan.env).map(([name, value]) => `${name}=${value}`),
    ...firstProcess(plan),
  ];
  const script = [
    "set -e",
    "export PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    "umask 022",
    `mount -t tmpfs -o size=1m,mode=755,nosuid,nodev tmpfs ${quoted(root)}`,
    `mkdir ${at("/proc")} ${at("/dev")}`,
    tmpfs("/etc", 1),
    `mount -t proc -o nosuid,nodev,noexec proc ${at("/proc")}`,
    tmpfs("/dev", 1),
    ...devices.map((name) => `: >${at(`/dev/${name}`)}; mount --bind /dev/${name} ${at(`/dev/${name}`)}`),
    `mkdir ${at("/dev/pts")}; mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts ${at("/dev/pts")}`,
    `ln -s pts/ptmx ${at("/dev/ptmx")}; ln -s /proc/self/fd ${at("/dev/fd")}`,
    ...["stdin", "stdout", "stderr"].map((name, index) => `ln -s /proc/self/fd/${index} ${at(`/dev/${name}`)}`),
    tmpfs("/dev/shm", plan.limits.tmpMb),
    ...plan.links.map((link) => `ln -s ${quoted(link.to)} ${at(link.at)}`),
    ...plan.temporary.map((folder) => tmpfs(folder, plan.limits.tmpMb)),
    ...plan.readOnly.map((each) => bind(each, "ro")),
    ...plan.writable.map((each) => bind(each, "rw")),
    ...(programs.ip === null || plan.isOnline ? [] : [`${quoted(programs.ip)} link set lo up || true`]),
    ...["/etc", "/dev"].map((folder) => `mount -o remount,bind,ro,nosuid,nodev ${at(folder)}`),
    `cd ${quoted(root)}`,
    "mkdir .old",
    "pivot_root . .old",
    "umount -l /.old",
    "rmdir /.old",
    "mount -o remount,bind,ro,nosuid,nodev /",
    "echo 1 >/proc/sys/user/max_user_namespaces",
    `exec ${last.map(quoted).join(" ")}`,
  ].join("\n");
  return [
    programs.unshare,
    "--user",
    "--map-root-user",
    "--mount",
    "--propagation=private",
    "--ipc",
    "--uts",
    "--pid",
    "--cgroup",
    ...(plan.isOnline ? [] : ["--net"]),
    "--fork",
    "--kill-child=KILL",
    "--",
    "/bin/sh",
    "-c",
    script,
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
