import type { IncidentId, RepositoryName } from "./names.ts";
import type { Inert, Redacted } from "./text.ts";

/** An issue of ours that is open, as the hands may compare an incident with it. */
export interface OpenIssue {
  /** Whose it is. */
  readonly incident: IncidentId;
  readonly repository: RepositoryName;
  readonly number: number;
  readonly title: Inert;
  /** An error entry of that incident, cut. */
  readonly line: Redacted;
}

/** What the hands say of an incident that shows a bug whose issue is open. The brain believes it of no issue that it did not name in the order. */
export interface SameAs {
  readonly incident: IncidentId;
  readonly because: Redacted;
}
