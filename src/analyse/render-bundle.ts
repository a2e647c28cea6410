import type { CodeVersion, Evidence, EvidenceBundle } from "../domain/evidence.ts";
import { observationText } from "../domain/observation.ts";
import { type RedactionMemory, redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";
import { traceTree } from "../domain/trace-tree.ts";
import { inLine, numbered, quoted } from "./quoted.ts";

/** Places named without a model that the model is told. */
const placesMax = 5;

/** The first user turn: everything that was gathered. The same bundle gives the same bytes, so that it is read from the cache from the second call on. */
export function renderBundle(
  bundle: EvidenceBundle,
  readable: readonly CodeVersion[],
  memory: RedactionMemory,
): Redacted {
  const parts = [
    `Incident ${bundle.incident}. Every line that begins with a bar is quoted material.`,
    section("Code that you can read", readable.map(renderVersion), "None: answer from the evidence alone."),
    section("Trace", bundle.trace === null ? [] : [quoted(traceTree(bundle.trace).join("\n"))], traceMissing(bundle)),
    section("What the traces tell at a glance", observations(bundle), "Nothing in particular."),
    section("Evidence", bundle.evidence.map(renderEvidence), "None."),
    section("Likely places, computed without a model", places(bundle), "None."),
    section("Not here", missing(bundle, readable), "Nothing was left out."),
    "What is the root cause?",
  ];
  return redact(parts.join("\n\n"), memory);
}

function section(title: string, parts: readonly string[], none: string): string {
  return `# ${title}\n${parts.length === 0 ? none : parts.join("\n")}`;
}

function observations(bundle: EvidenceBundle): readonly string[] {
  return bundle.observations.map((each) => `- ${inLine(observationText(each, "en"))}`);
}

function renderVersion(version: CodeVersion): string {
  const known = version.isDeployedKnown ? "deployed" : "head of the branch, for the deployed one is unknown";
  const stale = version.staleness === 0 ? "" : `; ${inLine(version.staleness)}`;
  return `- service ${inLine(version.service)}: ${version.repository} at ${version.deployed.slice(0, 12)} (${known}${stale})`;
}

function traceMissing(bundle: EvidenceBundle): string {
  return `None: ${inLine(bundle.traceMissing ?? "there is no trace id")}`;
}

export function renderEvidence(evidence: Evidence): string {
  switch (evidence.kind) {
    case "entry":
      return `${evidence.id}: log entry of service ${inLine(evidence.service ?? "?")}, ${instant(evidence.timestampNs)}\n${quoted(evidence.text)}`;
    case "span":
      return `${evidence.id}: span of service ${inLine(evidence.service ?? "?")}\n${quoted(evidence.text)}`;
    case "lines": {
      const inside = evidence.enclosing === null ? "" : `, in ${inLine(evidence.enclosing)}`;
      const head = `${evidence.id}: ${inLine(evidence.path)}, lines ${evidence.firstLine} to ${evidence.lastLine}${inside}`;
      return `${head}\n${numbered(evidence.text.split("\n"), evidence.firstLine)}`;
    }
    case "commit":
      return `${evidence.id}: commit ${evidence.commit.slice(0, 12)}${evidence.pullRequest === null ? "" : `, of pull request ${evidence.pullRequest}`}\n${quoted(evidence.text)}`;
  }
}

function places(bundle: EvidenceBundle): readonly string[] {
  return bundle.ranking.slice(0, placesMax).map((place) => {
    const inside = place.function === null ? "" : ` in ${inLine(place.function)}`;
    return `- ${inLine(place.path)}, lines ${place.firstLine} to ${place.lastLine}${inside}: ${inLine(place.because)}`;
  });
}

function missing(bundle: EvidenceBundle, readable: readonly CodeVersion[]): readonly string[] {
  const unreadable = bundle.code.filter(({ service }) => !readable.some((version) => version.service === service));
  return [
    ...unreadable.map(({ service }) => `- the code of service ${inLine(service)}`),
    ...bundle.leftOut.map(({ kind, count, because }) => `- ${count} × ${kind}: ${inLine(because)}`),
  ];
}

function instant(timestampNs: bigint): string {
  return new Date(Number(timestampNs / 1_000_000n)).toISOString();
}
