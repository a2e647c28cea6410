import type { MountPlan } from "./mount-plan.ts";

/**
 * A user who owns nothing, for a worker that is root: the limits of processes do not hold for root, and files of root would be the sandbox's own.
 * Above what systems give to people and services, below what systemd gives out itself.
 */
export const userForRoot = 60_937;

/**
 * What the new user may not reach by its path (the state folder belongs to root alone) is bound, while we are still root and in a mount namespace of our own,
 * to a place that it can reach.
 */
const script = `set -e
stage=$1 user=$2 rules=$3
shift 3
umask 022
mount -t tmpfs -o size=1m,mode=755,nosuid,nodev tmpfs "$stage"
mkdir "$stage/root"
index=0
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mkdir "$stage/$index"; else : >"$stage/$index"; fi
  mount --bind "$1" "$stage/$index"
  case $rules in *",$index,"*) chown -RhP "$user:$user" "$stage/$index" ;; esac
  index=$((index + 1))
  shift
done
shift
chown "$user:$user" "$stage/root"
exec setpriv --reuid="$user" --regid="$user" --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs -- "$@"`;

/** The plan with its sources at their new places, and what has to stand before the command so that they are there. */
export function staged(
  plan: MountPlan,
  unshare: string,
  stage: string,
): { plan: MountPlan; before: readonly string[] } {
  const sources: string[] = [];
  const moved = <T extends { readonly from: string }>(each: T): T => {
    if (/^\/(usr|etc|bin|sbin|lib\w*)(\/|$)/.test(each.from)) return each;
    sources.push(each.from);
    return { ...each, from: `${stage}/${sources.length - 1}` };
  };
  const readOnly = plan.readOnly.map(moved);
  const firstWritable = sources.length;
  const writable = plan.writable.map(moved);
  const rules = `,${sources.map((_, index) => (index >= firstWritable ? index : "")).join(",")},`;
  const mounting = [unshare, "--mount", "--propagation=private", "--", "/bin/sh", "-c", script, "sh"];
  return {
    plan: { ...plan, readOnly, writable },
    before: [...mounting, stage, String(userForRoot), rules, ...sources, "--"],
  };
}

/** For what is run without a sandbox to see whether a probe can tell the difference. */
export function asUserForRoot(setpriv: string): readonly string[] {
  return [setpriv, `--reuid=${userForRoot}`, `--regid=${userForRoot}`, "--clear-groups", "--no-new-privs", "--"];
}
