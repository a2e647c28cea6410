import type { ErrorEntry } from "../../domain/error-entry.ts";
import type { CodeVersion } from "../../domain/evidence.ts";
import type { CommitId } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import { redact } from "../../domain/redact.ts";
import type { CodeSource, ServiceCode } from "../../domain/sources.ts";
import type { Span } from "../../domain/trace.ts";

/** Different values that are tried. */
const claimsMax = 5;

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
  { service, repository }: Pick<ServiceCode, "service" | "repository">,
  source: CodeSource,
  claims: readonly string[],
  signal: AbortSignal,
): Promise<CodeVersion> {
  const base = await source.head(signal);
  const deployed = await firstResolved(source, claims, signal);
  const reasons = [
    ...(source.caution === null ? [] : [source.caution]),
    ...(deployed === null && claims.length > 0 ? [notInClone(claims)] : []),
  ];
  return {
    service,
    repository,
    deployed: deployed ?? base,
    base,
    isDeployedKnown: deployed !== null,
    staleness: reasons.length === 0 ? 0 : redact(reasons.join(" ")),
  };
}

/** The values come from labels: only what a version is made of is repeated. */
function notInClone(claims: readonly string[]): string {
  const plain = claims.map((claim) => claim.replaceAll(/[^\w.+:/@-]/g, "_").slice(0, 80)).join(", ");
  return `What is deployed (${plain}) is not in the local clone; the head of the branch was read instead.`;
}

async function firstResolved(
  source: CodeSource,
  claims: readonly string[],
  signal: AbortSignal,
): Promise<CommitId | null> {
  for (const name of claims.flatMap(namesFor)) {
    const commit = await source.resolve(name, signal);
    if (commit !== null) return commit;
  }
  return null;
}

/** A commit id, whole or abbreviated, alone or at the end of a version (`1.4.2-3-gab12cd3`, `registry/shop:ab12cd3`); else a tag. Never a branch: it moves. */
function namesFor(claim: string): readonly string[] {
  const id = /(?:^|[-_:+.@/]g?)([0-9a-f]{7,64})$/i.exec(claim)?.[1]?.toLowerCase();
  const tag = claim.replace(/^.*:/, "");
  return [...(id === undefined ? [] : [id]), `refs/tags/${tag}`, `refs/tags/v${tag}`];
}
