import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** Nobody: root passes by most of what keeps others out, so what must be kept out is tried as somebody else. */
export const unprivileged = { uid: 65_534, gid: 65_534 };

const repository = join(import.meta.dirname, "..", "..");
const stage = "/run/error-autopilot-tests";

/** The repository and Node are bound to where that user can reach them, in a mount namespace of its own. */
const script = `set -e
stage=$1 repository=$2 node=$3 user=$4
shift 4
mount -t tmpfs -o mode=755,size=1m tmpfs "$stage"
mkdir "$stage/repository" "$stage/node"
mount --bind "$repository" "$stage/repository"
mount --bind "$node" "$stage/node"
exec setpriv --reuid="$user" --regid="$user" --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs -- "$stage/node/node" "$stage/repository/$1"`;

/** The command that runs a file of this repository by Node, as a user without rights, whoever runs the tests. */
export function asUnprivileged(file: string): readonly [program: string, ...args: string[]] {
  if (process.getuid?.() !== 0) return [process.execPath, join(repository, file)];
  mkdirSync(stage, { recursive: true, mode: 0o755 });
  const words = [stage, repository, dirname(process.execPath), String(unprivileged.uid), file];
  return ["unshare", "--mount", "--propagation=private", "--", "/bin/sh", "-c", script, "sh", ...words];
}
