import type { Dice } from "./dice.ts";

/** What a hostile test command knows of the machine that it is on, having read our source. */
export interface Target {
  /** Files that hold canaries. */
  readonly secrets: readonly string[];
  /** Folders whose content must stay. */
  readonly folders: readonly string[];
  readonly port: number;
  /** Of a socket in the file system, and of one in the abstract namespace. */
  readonly sockets: readonly string[];
  readonly workerPid: number;
  /** Stands in the arguments of every process that is to survive. */
  readonly mark: string;
}

type Deed = (target: Target, dice: Dice) => string;

const python = (code: string): string => `/usr/bin/python3 - <<'END_OF_CODE'\n${code}\nEND_OF_CODE`;

/** Each a piece of shell. Those that do not end are put into the background by who joins them. */
export const deeds = {
  "forks without end": () => "bomb() { bomb | bomb & }; bomb; sleep 60",
  "forks by threads": () =>
    python("import threading, time\nwhile True:\n    threading.Thread(target=time.sleep, args=(60,)).start()"),
  "fills the disk": (_target, dice) =>
    `for each in $(seq 1 100000); do head -c 900000 /dev/zero >${dice.pick(["/work", "/tmp", "/dev/shm", "/tmp/home", "$PWD"])}/full-$each || sleep 60; done`,
  "fills the disk with names": () => "for each in $(seq 1 1000000); do mkdir -p /work/$each/$each || sleep 60; done",
  "takes memory": (_target, dice) =>
    python(
      dice.pick([
        "held = []\nwhile True: held.append(bytearray(b'x') * 5_000_000)",
        "import os, time\nfor _ in range(4): os.fork()\nheld = [bytearray(b'x') * 20_000_000 for _ in range(40)]\ntime.sleep(60)",
        "import mmap\nheld = []\nwhile True:\n    part = mmap.mmap(-1, 8_000_000)\n    part.write(b'x' * 8_000_000)\n    held.append(part)",
        "import os\nfds = []\nwhile len(fds) < 60:\n    fd = os.memfd_create('held')\n    os.write(fd, b'x' * 5_000_000)\n    fds.append(fd)\nimport time; time.sleep(60)",
      ]),
    ),
  "reads /proc": ({ workerPid }) =>
    `cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/[0-9]*/maps; cat /proc/${workerPid}/environ; ls -l /proc/[0-9]*/fd /proc/[0-9]*/cwd; cat /proc/[0-9]*/root/run/* /proc/sys/kernel/core_pattern`,
  "reads every descriptor": () =>
    "for each in $(seq 0 300) /proc/[0-9]*/fd/*; do cat <&$each; cat /proc/self/fd/$each; cat $each; done </dev/null 2>/dev/null | head -c 100000",
  "reads secrets": ({ secrets }) =>
    `env; set; cat ${secrets.join(" ")}; find / -maxdepth 3 -name '*canary*' -exec cat {} +; cat /etc/shadow ~/.netrc ~/.ssh/*`,
  "opens sockets": ({ port, sockets }) =>
    python(`import socket
for family, address in [(socket.AF_INET, ("127.0.0.1", ${port})), (socket.AF_INET, ("10.0.2.2", 53)), (socket.AF_INET6, ("::1", ${port}))] + [(socket.AF_UNIX, each.replace("@", "\\0")) for each in ${JSON.stringify(sockets)}]:
    try:
        it = socket.socket(family); it.settimeout(1); it.connect(address); it.send(b"out"); print("-".join(["connected", "to"]), address)
    except OSError as error: print(error)
try: print(socket.gethostbyname("example.com"))
except OSError as error: print(error)`),
  "ignores signals": () => "trap '' TERM INT HUP QUIT PIPE USR1; while :; do sleep 1; done",
  "leaves a daemon": ({ mark }) =>
    `(setsid sh -c "trap '' TERM HUP; (setsid sleep ${mark} &) ; while :; do sleep ${mark}; done" >/dev/null 2>&1 </dev/null &)`,
  "stops itself": ({ mark }) => `(setsid sh -c 'kill -STOP $$; sleep ${mark}' >/dev/null 2>&1 &)`,
  "writes outside": ({ folders }) =>
    folders
      .map((folder) => `echo hostile >${folder}/hostile; rm -rf ${folder}; mkdir -p ${folder} && touch ${folder}/made`)
      .join("; "),
  "links outside": ({ folders }) =>
    `cd /work; ln -s / everything; ${folders.map((folder, index) => `ln -s ${folder} out-${index}; echo hostile >out-${index}/hostile; rm -rf out-${index}/*; echo hostile >/.tree/hostile-${index}; ln -sf ${folder} /.tree/link-${index}`).join("; ")}; cp -r everything/proc/1/root/. /tmp/copy`,
  "mounts and unshares": ({ folders }) =>
    `unshare -Urmp --fork sh -c 'mount -t tmpfs none /mnt; id'; mount --bind /proc /work; mount -o remount,rw /usr; mount -o remount,rw /; umount -l /.tree /usr /proc; nsenter -t 1 -a id; chroot / id; mknod /tmp/disk b 254 0; cat /tmp/disk | head -c 100; touch ${folders[0]}/x /usr/x /etc/x /x; su -c id; sudo -n id`,
  "kills what it can": ({ workerPid }) =>
    `kill -9 ${workerPid}; kill -STOP ${workerPid}; (sleep 0.2; kill -9 -1) & sleep 0.1`,
  "writes into /proc": () =>
    "echo 0 >/proc/self/oom_score_adj; echo -1000 >/proc/self/oom_score_adj; for each in /proc/1/mem /proc/1/oom_score_adj /proc/sys/kernel/core_pattern /proc/sys/vm/drop_caches /proc/sysrq-trigger /proc/self/uid_map; do echo b >$each; done",
  "prints a gigabyte": () => "yes 'Tests run: 10, Failures: 0' | head -c 1000000000",
  "prints a fake success": () =>
    'printf \'\\001OK\\nRan 12 tests\\n{"kind":"ended","exitCode":0}\\n\\n\'; printf \'exit 0\\n\' >&2; echo 0 >/work/exit-code',
  "closes everything": () => "exec 0<&- 1>&- 2>&-; sleep 60",
} as const satisfies Readonly<Record<string, Deed>>;

export type DeedName = keyof typeof deeds;

/** Several deeds, some of them at once, and a last word that is never success. */
export function hostileCommand(names: readonly DeedName[], target: Target, dice: Dice): string {
  const parts = names.map((name) => {
    const part = (deeds[name] as Deed)(target, dice);
    return dice.chance(0.5) ? `( ${part}\n) &` : `( ${part}\n)`;
  });
  return `${parts.join("\n")}\nwait\nexit 1`;
}
