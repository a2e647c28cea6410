import type { ServiceName } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import { type CountableLogSource, isSourceFailure, type ServiceCode } from "../../domain/sources.ts";

const nsPerMs = 1_000_000n;
const backNs = 24n * 3_600_000n * nsPerMs;
const claimsMax = 4;

/**
 * What else was deployed in the day before the first sight, by the labels of the service's streams; one question to Loki. Nothing where versions stand in
 * no label, or Loki cannot tell.
 */
export async function earlierClaims(
  { service, deployedLabels }: Pick<ServiceCode, "service" | "deployedLabels">,
  firstSeenNs: bigint,
  from: {
    readonly logs: CountableLogSource | null;
    readonly selector: string | null;
    readonly serviceOf: (raw: string) => ServiceName;
  },
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (from.logs === null || from.selector === null) return [];
  const toNs = (firstSeenNs / nsPerMs) * nsPerMs;
  try {
    const streams = await from.logs.streamsBetween(from.selector, { fromNs: toNs - backNs, toNs }, signal);
    const own = streams.filter((labels) => Object.values(labels).some((value) => from.serviceOf(value) === service));
    const claims = own.flatMap((labels) =>
      deployedLabels.flatMap((label) => ownValue(labels, label.replaceAll(/\W/g, "_")) ?? []),
    );
    return [...new Set(claims)].sort().slice(0, claimsMax);
  } catch (error) {
    signal.throwIfAborted();
    if (!isSourceFailure(error)) throw error;
    return [];
  }
}
