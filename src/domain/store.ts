import type { BillLine, Ceilings, Reservation } from "./budget.ts";
import type { ChatItem, ChatMemory, ChatMemoryKind } from "./chat/chat-memory.ts";

import type { Checkpoint, Coverage, Scope, Window } from "./coverage.ts";
import type { AuditLine, ChatEffect, ChatSubject, Effect, EffectState, EffectSubject } from "./effect.ts";
import type { Handles } from "./handles.ts";
import type { Incident, IncidentState } from "./incident.ts";
import type { EntryId, Environment, Fingerprint, IncidentId, ServiceName, TraceId } from "./names.ts";
import type { Findings, Order } from "./order.ts";
import type { MinuteEntries } from "./threshold.ts";

/** An entry's identity with its instant, so that the store can keep what it has seen in order of time. */
export interface SeenEntry {
  readonly id: EntryId;
  readonly timestampNs: bigint;
}

/** Short, renewed, never held over an investigation. `poll:<environment>` covers reading and recording only, `effects` the writing. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly fence: bigint;
  readonly expiresAtMs: number;
}

/** What stood at a place where otherwise equal identities differ: a word of a template, the frames behind the first ones. */
export interface Variant {
  /** The place, with all that is equal: 24 hex. */
  readonly place: string;
  readonly fingerprint: Fingerprint;
  /** A digest of each word that stood there; `*` for a value that was masked. */
  readonly words: readonly string[];
}

/** Everything one decision changes, as data. All of it or none of it becomes visible. Lists left out are unchanged. */
export interface Change {
  readonly seen?: readonly SeenEntry[];
  readonly counts?: readonly {
    readonly fingerprint: Fingerprint;
    readonly environment: Environment;
    readonly minuteMs: number;
    readonly add: number;
  }[];
  /** New ones. One that is another incident's already is "stale", unless that incident is written in the same change. */
  readonly aliases?: readonly { readonly fingerprint: Fingerprint; readonly incident: IncidentId }[];
  /** New ones; what is remembered of a place already stays. */
  readonly variants?: readonly Variant[];
  /** All aliases and traces of the first become the second's. Both are written in the same change. */
  readonly merges?: readonly { readonly from: IncidentId; readonly into: IncidentId }[];
  readonly traces?: readonly {
    readonly traceId: TraceId;
    readonly incident: IncidentId;
    readonly forgetAtMs: number;
  }[];
  readonly incidents?: readonly Incident[];
  /** Fingerprints of all incidents are those of this way to read entries. */
  readonly readingDigest?: string;
  readonly coverage?: readonly Coverage[];
  /** Lines of the coverage ledger as they are after their closed part was counted again; found by environment and the first instant of that part. */
  readonly recounted?: readonly Coverage[];
  readonly checkpoint?: Checkpoint;
  readonly orders?: readonly Order[];
  /** Money for these orders; refused as a whole ("over-budget") where a ceiling would be passed. What is not settled stays spent. */
  readonly reserve?: { readonly reservations: readonly Reservation[]; readonly ceilings: Ceilings };
  readonly settle?: readonly {
    readonly reservation: string;
    readonly actualUsd: number;
    readonly model: string | null;
    readonly service: ServiceName | null;
    /** What came of it: the kind of the root cause. */
    readonly outcome: string;
    readonly bill: readonly BillLine[];
  }[];
  /** Orders whose findings are dealt with. */
  readonly settled?: readonly string[];
  /** Findings of a dry run, kept so that going live files them without paying again; null forgets. */
  readonly kept?: readonly { readonly incident: IncidentId; readonly findings: Findings | null }[];
  /**
   * New intents and the steps of those that are there, by id. What is sent, for whom and since when stays as first intended; done and refused
   * stay as they are; "intended" with no attempt and no `because` is a decision made again and changes nothing. So an attempt is counted before
   * it is made ("sending" without one throws). A step decided on an older attempt is "stale"; only a write that was not carried out ("sending"
   * back to "intended") gives its attempt back.
   */
  readonly effects?: readonly Effect[];
  /** Messages, by the same rule. */
  readonly chatEffects?: readonly ChatEffect[];
  /** What is remembered for chats; the same kind and id again replaces it. */
  readonly chat?: readonly ChatItem[];
  readonly audit?: readonly AuditLine[];
}

/** What the store already knows of a page's entries: all that the pure decision needs. */
export interface Known {
  readonly seen: ReadonlySet<EntryId>;
  readonly incidentOf: ReadonlyMap<Fingerprint, Incident>;
  readonly incidentOfTrace: ReadonlyMap<TraceId, IncidentId>;
}

export interface CostLine {
  readonly dayUtc: string;
  readonly environment: Environment;
  readonly order: string;
  readonly model: string | null;
  readonly reservedUsd: number;
  /** Null while the order is at work; the reservation then counts as spent. */
  readonly actualUsd: number | null;
  /** Null until it is settled, like the outcome. */
  readonly service: ServiceName | null;
  readonly outcome: string | null;
  readonly bill: readonly BillLine[];
}

/** `commit` answered: "stale": an incident's version, an alias or an effect's attempts moved, read again and decide again. "fenced": the lease is lost, stop. */
export type CommitResult = "done" | "stale" | "fenced" | "over-budget";

/** The memory. Many reads, one write. Every method may throw StoreUnavailableError (retryable) or StoreCorruptError (not). */
export interface Store {
  /** The newest checkpoint of any query of that environment: where its next poll goes on, with whatever query. */
  latestCheckpoint(environment: Environment): Promise<Checkpoint | null>;
  /** Up to where this very query was read; null when it never was. */
  checkpoint(scope: Scope): Promise<Checkpoint | null>;
  /** That of every environment that was ever read, also of those that are no longer configured. */
  latestCheckpoints(): Promise<readonly Checkpoint[]>;
  known(
    entries: readonly SeenEntry[],
    fingerprints: readonly Fingerprint[],
    traces: readonly TraceId[],
  ): Promise<Known>;
  /** What is known to have stood at these places. */
  variants(places: readonly string[]): Promise<readonly Variant[]>;
  incident(id: IncidentId): Promise<Incident | null>;
  incidentOf(fingerprint: Fingerprint): Promise<Incident | null>;
  /** Its error entries by minute, oldest first, as far back as they are kept. */
  minuteCounts(id: IncidentId, environment: Environment): Promise<readonly MinuteEntries[]>;
  /** Newest `lastSeenNs` first. */
  incidents(filter: {
    readonly states?: readonly IncidentState[];
    readonly sinceNs?: bigint;
    readonly limit: number;
  }): Promise<readonly Incident[]>;
  /** The newest `limit` windows, the oldest of them first. */
  coverage(filter: {
    readonly environment?: Environment;
    readonly overlapping?: Window;
    readonly limit: number;
  }): Promise<readonly Coverage[]>;
  /** Up to where the environment's time is closed (`ClosedPart`), of whatever query; null when nothing is. */
  closedUntilNs(environment: Environment): Promise<bigint | null>;
  /** Windows whose closed part is due to be counted again, oldest first. */
  dueForRecount(environment: Environment, nowMs: number, limit: number): Promise<readonly Coverage[]>;
  /** Identities of entries before this instant may be forgotten: what is read again from there would count once more. */
  seenSinceNs(): Promise<bigint>;
  /** Oldest intent first. */
  effects(filter: {
    readonly states?: readonly EffectState[];
    readonly subject?: EffectSubject;
    readonly intendedSinceMs?: number;
  }): Promise<readonly Effect[]>;
  /** Messages to chats, oldest intent first. */
  chatEffects(filter: {
    readonly states?: readonly EffectState[];
    readonly subject?: ChatSubject;
    readonly id?: string;
  }): Promise<readonly ChatEffect[]>;
  /** Newest first. */
  chatItems<Kind extends ChatMemoryKind>(
    kind: Kind,
    filter: { readonly states?: readonly string[]; readonly id?: string; readonly limit: number },
  ): Promise<readonly ChatMemory[Kind][]>;
  /** Newest first. */
  audit(filter: {
    readonly sinceMs: number;
    readonly limit: number;
    readonly subject?: string;
  }): Promise<readonly AuditLine[]>;
  /** Newest first. */
  costs(sinceDayUtc: string): Promise<readonly CostLine[]>;
  keptFindings(incident: IncidentId): Promise<Findings | null>;
  /** The only write of domain state: one transaction. */
  commit(change: Change, lease: Lease | null): Promise<CommitResult>;
  /** Orders committed but not yet taken over by the queue, oldest first; `forgetOrders` once `JobQueue.offer` returned. */
  orders(limit: number): Promise<readonly Order[]>;
  forgetOrders(ids: readonly string[]): Promise<void>;
  /** Orders committed whose findings are not dealt with yet, taken over by the queue or not. */
  openOrders(): Promise<readonly Order[]>;
  /** Null when another holder has it. Renewing raises `expiresAtMs`, taking over raises `fence`. */
  lease(name: string, holder: string, ttlMs: number): Promise<Lease | null>;
  release(lease: Lease): Promise<void>;
  /** Reserved and settled since the start of that UTC day. */
  spentUsd(dayUtc: string, environment: Environment | null): Promise<number>;
  /** By which way of reading entries the fingerprints of the incidents are known; null before it was ever said. */
  readingDigest(): Promise<string | null>;
  handles(): Promise<Handles>;
  setHandles(handles: Handles, audit: AuditLine): Promise<void>;
  /** No write of ours may be sent to this destination before then; shared by all processes. 0: now. */
  waitUntilMs(destination: string): Promise<number>;
  setWaitUntilMs(destination: string, untilMs: number): Promise<void>;
  /** Deletes what is older than its retention; returns how many rows. */
  prune(before: {
    readonly seenNs: bigint;
    readonly tracesMs: number;
    readonly countsMs: number;
    readonly auditMs: number;
  }): Promise<number>;
  close(): Promise<void>;
}

/** The state file cannot be used just now: locked, full, read-only, its folder missing. It is as it was; the message names the cure. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
  readonly isRetryable = true;
}

/** The state file is damaged, of a newer version or of another program. It was left untouched; the message names the cure. */
export class StoreCorruptError extends Error {
  override readonly name = "StoreCorruptError";
  readonly isRetryable = false;
}
