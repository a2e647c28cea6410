import type { ErrorEntry } from "../../domain/error-entry.ts";
import type { CodeVersion } from "../../domain/evidence.ts";
import type { CommitId, ServiceName } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import { redact } from "../../domain/redact.ts";
import type { CodeSource, ServiceCode, VersionRule } from "../../domain/sources.ts";
import type { Span } from "../../domain/trace.ts";

/** Different values that are tried. */
const claimsMax = 4;
/** Commits that changed how often a file holds a version: it comes, goes, and comes back in a comment. */
const fileChangesMax = 8;

/** What labels, metadata and resource attributes say is deployed, best label first, newest entry first. Loki writes dots in names as underscores. */
export function deployedClaims(
  { deployedLabels, service }: Pick<ServiceCode, "deployedLabels" | "service">,
  entries: readonly ErrorEntry[],
  spans: readonly Span[],
): readonly string[] {
  const ofService = entries.filter((entry) => entry.service === service);
  const newestFirst = ofService.toSorted((one, other) => Number(other.entry.timestampNs - one.entry.timestampNs));
  const claims = deployedLabels.flatMap((label) => {
    const names = [label, label.replaceAll(/\W/g, "_")];
    const inEntries = newestFirst.flatMap(({ entry }) =>
      names.map((name) => ownValue(entry.labels, name) ?? ownValue(entry.structuredMetadata, name)),
    );
    const inSpans = spans
      .filter((span) => span.service === service)
      .map(({ attributes }) => ownValue(attributes, label));
    return [...inEntries, ...inSpans].filter((value) => typeof value === "string" && value !== "");
  });
  return [...new Set(claims.map(String))].slice(0, claimsMax);
}

/**
 * The two commits of a service. Where what is deployed is not said, or is not in the clone, the head of the branch stands in for it.
 * @throws CodeSourceError when the clone cannot be read
 */
export async function codeVersionOf(
  { service, repository, version }: Pick<ServiceCode, "service" | "repository" | "version">,
  source: CodeSource,
  claims: readonly string[],
  signal: AbortSignal,
): Promise<CodeVersion> {
  const base = await source.head(signal);
  const deployed = await firstResolved({ service, version }, source, base, claims, signal);
  const reasons = [
    ...(source.caution === null ? [] : [source.caution]),
    ...(deployed === null && claims.length > 0 ? [notInClone(claims)] : []),
  ];
  return {
    service,
    repository,
    deployed: deployed ?? base,
    base,
    isDeployedKnown: deployed !== null || (claims.length === 0 && version.otherwise === "head"),
    staleness: reasons.length === 0 ? 0 : redact(reasons.join(" ")),
  };
}

/** The commits that several values name, each once. */
export async function commitsOfClaims(
  { service, version }: Pick<ServiceCode, "service" | "version">,
  source: CodeSource,
  claims: readonly string[],
  signal: AbortSignal,
): Promise<readonly CommitId[]> {
  const head = claims.length === 0 ? "" : await source.head(signal);
  const found = await Promise.all(
    claims.map((claim) => firstResolved({ service, version }, source, head, [claim], signal)),
  );
  return [...new Set(found.filter((commit) => commit !== null))];
}

/** The values come from labels: only what a version is made of is repeated. */
function notInClone(claims: readonly string[]): string {
  const plain = claims.map((claim) => claim.replaceAll(/[^\w.+:/@-]/g, "_").slice(0, 80)).join(", ");
  return `What is deployed (${plain}) is not in the local clone; the head of the branch was read instead.`;
}

interface Rule {
  readonly service: ServiceName;
  readonly version: VersionRule;
}

async function firstResolved(
  rule: Rule,
  source: CodeSource,
  base: CommitId,
  claims: readonly string[],
  signal: AbortSignal,
): Promise<CommitId | null> {
  for (const claim of claims) {
    const found = await Promise.all(refsFor(claim, rule).map((ref) => source.resolve(ref, signal)));
    const commit =
      found.find((each) => each !== null) ?? (await writtenInto(rule.version.file, claim, source, base, signal));
    if (commit !== null) return commit;
  }
  return null;
}

/**
 * A commit id, whole or abbreviated, alone or at the end of a version (`1.4.2-3-gab12cd3`, `registry/shop:ab12cd3`); else a tag, by the rule or as tags are
 * usually called: `1.4.2`, `v1.4.2`, `shop-1.4.2`, `shop/v1.4.2`, `shop@1.4.2`. Never a branch: it moves.
 */
export function refsFor(claim: string, { service, version }: Rule): readonly string[] {
  const id = /(?:^|[-_:+.@/]g?)([0-9a-f]{7,64})$/i.exec(claim)?.[1]?.toLowerCase();
  const said = claim.replace(/^.*:/, "");
  const bare = said.replace(/^v(?=\d)/, "");
  const usual = [
    said,
    bare,
    `v${bare}`,
    ...["-", "/", "@"].flatMap((sign) => [`${service}${sign}${bare}`, `${service}${sign}v${bare}`]),
  ];
  const byRule = [said, bare].flatMap((each) => version.tag?.replace("{version}", () => each) ?? []);
  const tags = [...new Set([...byRule, ...usual])].map((tag) => `refs/tags/${tag}`);
  return [...(id === undefined ? [] : [id]), ...tags];
}

/** The newest commit that wrote a version into the file that holds it. */
async function writtenInto(
  file: string | null,
  claim: string,
  source: CodeSource,
  base: CommitId,
  signal: AbortSignal,
): Promise<CommitId | null> {
  const version = claim.replace(/^.*:/, "").replace(/^v(?=\d)/, "");
  if (file === null || !/^[\w.+-]{1,80}$/.test(version)) return null;
  // `1.4.2` is not in `1.4.2-SNAPSHOT`, nor in `11.4.2`.
  const whole = new RegExp(`(?<![\\w.+-])${version.replaceAll(/[.+]/g, "\\$&")}(?![\\w.+-])`);
  for (const { commit } of await source.changesOf(base, file, version, fileChangesMax, signal)) {
    const found = await source.lines(commit, file, 1, Number.MAX_SAFE_INTEGER, signal);
    if (found?.lines.some((line) => whole.test(line)) === true) return commit;
  }
  return null;
}
