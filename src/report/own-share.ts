import type { Evidence } from "../domain/evidence.ts";
import type { Incident } from "../domain/incident.ts";
import type { RepositoryName, ServiceName } from "../domain/names.ts";
import type { Findings } from "../domain/order.ts";
import { redact } from "../domain/redact.ts";
import type { RootCause } from "../domain/root-cause.ts";
import type { Redacted } from "../domain/text.ts";
import type { Span } from "../domain/trace.ts";

/**
 * The part of a case that may stand in an issue of `repository`. Whoever can read that issue may not be allowed to read the
 * others: so the code, commits, log entries and messages of services that live elsewhere stay out. That they took part, and
 * the type of what they threw, stays.
 * @param elsewhere what stands in the place of a quote that is left out
 */
export function ownShare(
  { incident, findings }: { readonly incident: Incident; readonly findings: Findings },
  repository: RepositoryName,
  repositoryOf: (service: ServiceName | null) => RepositoryName | null,
  elsewhere: Redacted,
): { readonly incident: Incident; readonly findings: Findings } {
  const { bundle, rootCause } = findings;
  const isOwn = (service: ServiceName | null) => repositoryOf(service) === repository;
  const evidence = bundle.evidence.filter((each) =>
    "repository" in each ? each.repository === repository : isOwn(each.service),
  );
  const kept = new Set<Evidence["id"]>(evidence.map(({ id }) => id));
  return {
    incident: { ...incident, samples: incident.samples.filter((sample) => isOwn(sample.service)) },
    findings: {
      ...findings,
      bundle: {
        ...bundle,
        evidence,
        code: bundle.code.filter((version) => version.repository === repository),
        ranking: bundle.ranking.filter((place) => place.repository === repository),
        suspects: bundle.suspects.filter((id) => kept.has(id)),
        trace:
          bundle.trace === null
            ? null
            : {
                ...bundle.trace,
                spans: bundle.trace.spans.map((span) => (isOwn(span.service) ? span : outline(span))),
              },
      },
      rootCause: ownAnswer(rootCause, repository, (id) => kept.has(id), elsewhere),
    },
  };
}

function ownAnswer(
  rootCause: RootCause,
  repository: RepositoryName,
  isKept: (id: Evidence["id"]) => boolean,
  elsewhere: Redacted,
): RootCause {
  // What does not resolve is no evidence of anybody's: it is shown, and said not to stand anywhere.
  const citations = rootCause.citations.map((citation) =>
    citation.isResolved && !isKept(citation.evidence) ? { ...citation, quote: elsewhere } : citation,
  );
  return rootCause.kind === "found"
    ? { ...rootCause, citations, faulty: rootCause.faulty.filter((place) => place.repository === repository) }
    : { ...rootCause, citations };
}

/** That it was called, when, and how it ended. */
function outline(span: Span<Redacted>): Span<Redacted> {
  return {
    ...span,
    name: redact("…"),
    statusMessage: null,
    attributes: {},
    exceptions: span.exceptions.map(({ type }) => ({ type, message: null, stackTrace: null })),
  };
}
