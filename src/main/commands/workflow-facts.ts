import { parse } from "yaml";

/** What one workflow does with a draft of ours, as far as its file tells. */
export interface WorkflowFacts {
  readonly path: string;
  /** Starts when a branch of the repository itself is made or pushed to. */
  readonly runsOnOurBranch: boolean;
  readonly runsOnPullRequests: boolean;
  /** Starts for pull requests with the rights and secrets of the base, also those of forks. */
  readonly runsWithBaseRights: boolean;
  readonly skipsDrafts: boolean;
  readonly skipsForks: boolean;
  readonly usesSecrets: boolean;
  readonly usesReviewdog: boolean;
}

const branchOfOurs = "error-autopilot/i0123456789ab-1-1";

/** Read, never run. Null where the file is no workflow that can be read. */
export function workflowFacts(path: string, text: string): WorkflowFacts | null {
  let workflow: unknown;
  try {
    workflow = parse(text, { schema: "core", maxAliasCount: 50 });
  } catch {
    return null;
  }
  if (typeof workflow !== "object" || workflow === null) return null;
  const { on } = workflow as { readonly on?: unknown };
  const triggers = triggersOf(on);
  return {
    path,
    runsOnOurBranch: triggers.has("push") && matchesOurs(triggers.get("push")),
    runsOnPullRequests: triggers.has("pull_request"),
    runsWithBaseRights: triggers.has("pull_request_target"),
    skipsDrafts: /pull_request\.draft|\bisDraft\b/.test(text) || onlyReady(triggers.get("pull_request")),
    skipsForks: /head\.repo\.(?:fork|full_name|owner)/.test(text),
    usesSecrets: /\bsecrets\.(?!GITHUB_TOKEN\b)\w+|secrets:\s*inherit/.test(text),
    usesReviewdog: /reviewdog/.test(text),
  };
}

function triggersOf(on: unknown): ReadonlyMap<string, unknown> {
  if (typeof on === "string") return new Map([[on, null]]);
  if (Array.isArray(on)) return new Map(on.map((name: unknown) => [String(name), null]));
  return new Map(Object.entries(typeof on === "object" && on !== null ? on : {}));
}

function onlyReady(trigger: unknown): boolean {
  const types = listOf(trigger, "types");
  return types !== null && !types.includes("opened") && !types.includes("synchronize");
}

function matchesOurs(trigger: unknown): boolean {
  const branches = listOf(trigger, "branches");
  const ignored = listOf(trigger, "branches-ignore");
  if (branches !== null) return branches.some(matches);
  if (ignored !== null) return !ignored.some(matches);
  // Tags alone leave branches out.
  return listOf(trigger, "tags") === null;
}

function matches(pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("**", "\u0000")
    .replaceAll("*", "[^/]*")
    .replaceAll("\u0000", ".*");
  return new RegExp(`^${source}$`).test(branchOfOurs);
}

function listOf(holder: unknown, name: string): readonly string[] | null {
  if (typeof holder !== "object" || holder === null) return null;
  const value: unknown = Reflect.get(holder, name);
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.map(String) : null;
}
