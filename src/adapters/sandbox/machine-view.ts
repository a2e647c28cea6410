import { lstatSync, mkdirSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Shown } from "../../domain/sandbox.ts";
import type { MachineView } from "./mount-plan.ts";

/** On most systems links into /usr; folders of their own on some. */
const systemFolders = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

/**
 * Public configuration without which programs below /usr do not start: where a name leads, and what Java, TLS and the loader read.
 * Nothing that may hold a password: /etc/maven, say, comes in by `sandbox.readOnly` when somebody wants it.
 */
const publicConfiguration = [
  "/etc/alternatives",
  "/etc/ld.so.cache",
  "/etc/localtime",
  "/etc/ssl/certs",
  "/etc/ca-certificates",
  "/etc/pki/ca-trust/extracted",
  "/etc/crypto-policies",
];
const javaConfiguration = /^java-\d+-openjdk$|^java$/;

/**
 * What every run sees: /usr, public parts of /etc, and files of ours in place of those that tell of this machine.
 * @param folder where those files are written
 * @param user the id that commands have inside
 */
export function viewMachine(folder: string, user: number, entriesOfEtc: readonly string[]): MachineView {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const files = {
    passwd: `worker:x:${user}:${user}::/tmp/home:/bin/sh\n`,
    group: `worker:x:${user}:\n`,
    hosts: "127.0.0.1 localhost\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o644 });
  const java = entriesOfEtc.filter((name) => javaConfiguration.test(name)).map((name) => `/etc/${name}`);
  return {
    links: systemFolders.flatMap((name) => {
      const target = linkTarget(`/${name}`);
      return target === null ? [] : [{ to: target, at: `/${name}` }];
    }),
    readOnly: [
      ...["/usr", ...systemFolders.map((name) => `/${name}`).filter((path) => kindOf(path) === "folder")].map(same),
      ...Object.keys(files).map((name) => ({ from: join(folder, name), at: `/etc/${name}` })),
      ...[...publicConfiguration, ...java].flatMap(resolved),
    ],
    online: resolved("/etc/resolv.conf"),
  };
}

function same(path: string): Shown {
  return { from: path, at: path };
}

/** A link is shown as what it leads to now; one that leads nowhere is left out. */
function resolved(path: string): readonly Shown[] {
  try {
    return [{ from: realpathSync(path), at: path }];
  } catch {
    return [];
  }
}

function kindOf(path: string): "folder" | "link" | "other" | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  return found.isDirectory() ? "folder" : found.isSymbolicLink() ? "link" : "other";
}

function linkTarget(path: string): string | null {
  return kindOf(path) === "link" ? readlinkSync(path) : null;
}
