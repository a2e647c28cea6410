import type { SandboxLimits, SandboxPreparation, SandboxRun, Shown } from "../../domain/sandbox.ts";
import { sandboxHome } from "../../domain/sandbox.ts";

/** What a run sees, whatever builds it: everything that is not named here does not exist inside. */
export interface MountPlan {
  readonly links: readonly { readonly to: string; readonly at: string }[];
  readonly readOnly: readonly Shown[];
  /** Only while dependencies are prepared. */
  readonly writable: readonly Shown[];
  /** Folders in memory, each as large as `tmpMb`. */
  readonly temporary: readonly string[];
  /** Folders that are copied inside, before the command starts. */
  readonly copies: readonly { readonly from: string; readonly to: string }[];
  readonly env: Readonly<Record<string, string>>;
  readonly isOnline: boolean;
  readonly directory: string;
  readonly argv: readonly string[];
  readonly limits: SandboxLimits;
}

/** What every run sees of this machine. */
export interface MachineView {
  readonly links: MountPlan["links"];
  readonly readOnly: readonly Shown[];
  /** Besides, where the network is there: who answers names. */
  readonly online: readonly Shown[];
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export function planRun(run: SandboxRun, machine: MachineView): MountPlan {
  const copies = run.writableCopies.map((folder, index) => ({ from: folder, at: `/.copies/${index}`, to: folder }));
  return {
    links: machine.links,
    readOnly: [
      ...machine.readOnly,
      { from: run.folder, at: "/.tree" },
      ...copies.map(({ from, at }) => ({ from, at })),
      ...run.readOnly.map((each) => ({ from: each, at: each })),
      ...run.prepared,
    ],
    writable: [],
    temporary: ["/tmp", "/work", ...run.writableCopies],
    copies: [{ from: "/.tree", to: "/work" }, ...copies.map(({ at, to }) => ({ from: at, to }))],
    env: environmentOf(run.env),
    isOnline: false,
    directory: below("/work", run.under),
    argv: run.argv,
    limits: run.limits,
  };
}

export function planPreparation(run: SandboxPreparation, machine: MachineView): MountPlan {
  return {
    links: machine.links,
    readOnly: [...machine.readOnly, ...machine.online, ...run.readOnly.map((each) => ({ from: each, at: each }))],
    writable: [
      { from: run.folder, at: "/work" },
      { from: run.home, at: sandboxHome },
    ],
    temporary: ["/tmp"],
    copies: [],
    env: environmentOf(run.env),
    isOnline: true,
    directory: below("/work", run.under),
    argv: run.argv,
    limits: run.limits,
  };
}

function environmentOf(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { PATH: path, HOME: sandboxHome, CI: "1", LANG: "C.UTF-8", TMPDIR: "/tmp", ...own };
}

function below(folder: string, under: string): string {
  return under === "" ? folder : `${folder}/${under}`;
}
