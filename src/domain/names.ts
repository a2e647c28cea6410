/** Key of `environments` in service-map.yaml. */
export type Environment = string;
/** Key of `services`; aliases are resolved before anything is stored. */
export type ServiceName = string;
export type RepositoryName = `${string}/${string}`;
/** 40 or 64 lower-case hex, resolved once; never a ref name. */
export type CommitId = string;
/** 32 lower-case hex, left-padded with zeros (Tempo strips them). */
export type TraceId = string;
/** 16 lower-case hex. */
export type SpanId = string;
/** 32 hex of SHA-256 over (sorted labels, timestampNs, line): what makes two readings of one log entry the same. */
export type EntryId = string;
/** `v2-` and 24 hex: a pure function of one error entry and of the algorithm's version, never of what was seen before. */
export type Fingerprint = `v${number}-${string}`;
/** `i` and 12 hex of the first fingerprint. The marker carries the known fingerprints too, so that after lost state any alias finds it. */
export type IncidentId = `i${string}`;
