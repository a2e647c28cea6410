import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Sandbox, Shown } from "../../domain/sandbox.ts";
import type { ServiceCommands } from "../../domain/service-commands.ts";
import type { PreparedFolders } from "../../domain/verify-means.ts";
import type { Workplace } from "../../domain/workplace.ts";
import { NoResult, resultOf, shown } from "./run-commands.ts";

/** What says which dependencies there are, in the languages that we know. */
const manifests = new Set([
  ...["package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", ".npmrc"],
  ...["pyproject.toml", "setup.py", "setup.cfg", "poetry.lock", "Pipfile", "Pipfile.lock", "uv.lock"],
  ...["go.mod", "go.sum", "go.work", "go.work.sum"],
  ...["pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "gradle.properties"],
  ...["gradle.lockfile", "libs.versions.toml", "gradle-wrapper.properties", "verification-metadata.xml"],
  ...["Gemfile", "Gemfile.lock", "composer.json", "composer.lock", "Cargo.toml", "Cargo.lock"],
]);
const requirements = /^(?:requirements|constraints)[\w.-]*\.txt$/;
const manifestsMax = 2_000;
const outputMax = 600;

/** What the dependencies depend on; the same for every commit that asks for the same ones. */
export async function dependencyDigest(workplace: Workplace): Promise<string> {
  const digest = createHash("sha256");
  const paths = workplace.paths.filter((path) => isManifest(posix.basename(path))).slice(0, manifestsMax);
  for (const path of paths) {
    digest
      .update(`${path}\0`)
      .update((await workplace.read(path)) ?? "")
      .update("\0");
  }
  return digest.digest("hex");
}

function isManifest(name: string): boolean {
  return manifests.has(name) || requirements.test(name);
}

/**
 * Brings the dependencies by the service's own commands, once for each state of the lock files: with the network and without secrets, on a tree of the base commit
 * that is used for nothing else.
 * @throws NoResult when a command fails, SandboxError, or the signal's reason
 */
export async function prepareDependencies(
  commands: ServiceCommands,
  lockDigest: string,
  openWorkplace: () => Promise<Workplace>,
  means: { readonly sandbox: Sandbox; readonly prepared: PreparedFolders },
  signal: AbortSignal,
): Promise<readonly Shown[]> {
  if (commands.prepare.length === 0) return [];
  const { under, readOnly, env, limits } = commands;
  const key = createHash("sha256")
    .update(JSON.stringify([lockDigest, commands.prepare, under, env, readOnly]))
    .digest("hex");
  const known = await means.prepared.find(key);
  if (known !== null) return known;
  const workplace = await openWorkplace();
  const preparation = await means.prepared.begin();
  try {
    for (const argv of commands.prepare) {
      const run = { argv, folder: workplace.folder, under, home: preparation.home, readOnly, env, limits };
      const { exitCode, output } = resultOf(argv, await means.sandbox.prepare(run, signal), limits.durationMs, signal);
      if (exitCode !== 0) {
        throw new NoResult(
          `${shown(argv)}, which brings the dependencies, ended with ${exitCode}: ${output.trim().slice(-outputMax)}`,
        );
      }
    }
    return await preparation.keep(key, workplace);
  } finally {
    await preparation.abandon();
    await workplace.remove();
  }
}
