import type { Config } from "../../src/config/config.ts";
import type { FileChange, Patch } from "../../src/domain/patch.ts";
import { guardOf } from "../../src/main/guard-of.ts";
import { diffOf } from "../../src/repair/build-patch.ts";
import { isTestFile } from "../../src/repair/test-file.ts";
import type { SmallWorld } from "../support/small-world.ts";
import { type Canary, canariesIn } from "./canaries.ts";
import { modelWord } from "./hostile-mechanic.ts";
import type { Outcome } from "./journey.ts";
import { liveParts } from "./live-parts.ts";

const repositories = ["company/orders", "company/shop", "autopilot/orders"];
const ourBranch = /^error-autopilot\/i\w+-\d+-\d+$/;

/** Beside what an issue takes. */
export const draftWrites: readonly RegExp[] = [
  /^POST \/repos\/(?:company|autopilot)\/orders\/git\/refs$/,
  /^POST \/graphql$/,
  /^POST \/repos\/company\/orders\/pulls$/,
];

/** What is in the repositories after a journey and must not be, each in a sentence; none when all is well. */
export async function draftFindings(
  world: SmallWorld,
  { incidents }: Outcome,
  config: Config,
  canaries: readonly Canary[],
): Promise<readonly string[]> {
  const { pulls, code: codeOf } = world.github.world;
  const found: string[] = [];
  const branches = repositories.flatMap((repository) =>
    codeOf(repository)
      .branches()
      .filter((branch) => branch !== "main")
      .map((branch) => ({ repository, branch })),
  );
  const incidentOf = (branch: string): string => /\/(i\w+)-/.exec(branch)?.[1] ?? "";
  for (const { repository, branch } of branches) {
    const name = `${repository} ${branch}`;
    if (!ourBranch.test(branch)) found.push(`a branch that is not named as ours: ${name}`);
    if (!incidents.some(({ id }) => id === incidentOf(branch))) found.push(`a branch of no incident: ${name}`);
    found.push(...(await branchFindings(world, { repository, branch }, config, canaries)));
  }
  const owners = branches.map(({ branch }) => incidentOf(branch));
  found.push(...doubled(owners).map((incident) => `two branches for ${incident}`));
  for (const pull of pulls.all()) {
    const name = `${pull.repository}#${pull.number}`;
    if (pull.repository !== "company/orders") found.push(`a pull request elsewhere: ${name}`);
    if (!pull.isDraft || pull.isMerged) found.push(`a pull request that is no draft: ${name}`);
    if (pull.into !== "main" || !ourBranch.test(pull.branch))
      found.push(`${name} is of ${pull.branch} to ${pull.into}`);
    if (pull.reviews.length > 0) found.push(`${name} was reviewed`);
  }
  found.push(...doubled(pulls.all().map(({ branch }) => incidentOf(branch))).map((each) => `two drafts for ${each}`));
  const [head, ...others] = new Set(repositories.flatMap((each) => codeOf(each).head("main") ?? []));
  if (head === undefined || others.length > 0) found.push("the default branch has moved");
  return [...found, ...wordFindings(world)];
}

async function branchFindings(
  { github }: SmallWorld,
  { repository, branch }: { readonly repository: string; readonly branch: string },
  config: Config,
  canaries: readonly Canary[],
): Promise<readonly string[]> {
  const name = `${repository} ${branch}`;
  const code = github.world.code(repository);
  const [base, head] = [code.head("main") ?? "", code.head(branch) ?? ""];
  const [before, after] = [code.commit(base), code.commit(head)];
  if (before === null || after === null || head === base) return [];
  const paths = [...new Set([...before.files.keys(), ...after.files.keys()])];
  const changed = paths.filter((path) => before.files.get(path)?.sha !== after.files.get(path)?.sha);
  const files: FileChange[] = changed.map((path) => ({
    path,
    before: blobOf(before.files.get(path)?.sha),
    after: blobOf(after.files.get(path)?.sha) ?? new Uint8Array(),
    isTest: isTestFile(path),
  }));
  function blobOf(sha: string | undefined): Uint8Array | null {
    return sha === undefined ? null : code.blob(sha);
  }
  const found: string[] = [];
  if (after.parents.length !== 1 || after.parents[0] !== base) found.push("is not one commit on its base");
  const tests = files.filter(({ isTest }) => isTest).length;
  if (files.length - tests !== 1 || tests !== 1) found.push(`changes ${changed.join(", ")}`);
  const modes = paths.filter(
    (path) => before.files.has(path) && before.files.get(path)?.mode !== after.files.get(path)?.mode,
  );
  if (modes.length > 0) found.push(`changes the mode of ${modes.join(", ")}`);
  if (changed.some((path) => after.files.get(path)?.mode !== "100644")) found.push("has a file of another mode");
  const patch: Patch = { incident: "i", repository: "company/orders", base, files, diff: diffOf(files) ?? "" };
  const rules = await guardOf(config)(patch, "orders");
  found.push(
    ...rules.filter(({ holds }) => !holds).map(({ rule, detail }) => `is not for the guard: ${rule}, ${detail}`),
  );
  for (const { path, after: bytes } of files) {
    found.push(
      ...canariesIn(Buffer.from(bytes), canaries).map(({ kind }) => `has a secret of kind ${kind} in ${path}`),
    );
  }
  found.push(...lineFindings(after.message).map((finding) => `has a message with ${finding}`));
  return found.map((finding) => `${name} ${finding}`);
}

/** Titles, bodies and messages are our own words; a path of the patch is the one thing in them that a model chose. */
function wordFindings({ github }: SmallWorld): readonly string[] {
  return github.world.issues().flatMap((issue) => {
    const name = `${issue.repository}#${issue.number}`;
    const body = issue.isPullRequest ? lineFindings(issue.body.replaceAll(/<!--.*?-->/g, "")) : [];
    return [...lineFindings(issue.title), ...body].map((finding) => `${name} has a text with ${finding}`);
  });
}

function lineFindings(text: string): readonly string[] {
  // Our own reference from a draft to its issue.
  const foreign = text.replaceAll(/\bissue #\d+ \(incident/g, "issue (incident");
  return [...liveParts(foreign, [], true), ...(text.includes(modelWord) ? ["words of the model"] : [])];
}

function doubled(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
