import type { CodeVersion, EvidenceBundle } from "../domain/evidence.ts";
import type { Language } from "../domain/language.ts";
import type { ModelAnswer, ModelRequest } from "../domain/model.ts";
import type { IncidentId } from "../domain/names.ts";
import type { RootCause } from "../domain/root-cause.ts";
import type { CodeSource } from "../domain/sources.ts";
import type { Redacted } from "../domain/text.ts";

/** What a patch is made for. */
export interface RepairCase {
  readonly incident: IncidentId;
  readonly bundle: EvidenceBundle;
  readonly rootCause: Extract<RootCause, { kind: "found" }>;
  /** Of the service whose file is at fault. */
  readonly version: CodeVersion;
  readonly source: CodeSource;
  /** Folder of the service in the repository; "" for all of it. */
  readonly under: string;
  /** How one test file is run, as the service map says it; null: it does not say. */
  readonly testCommand: string | null;
  readonly language: Language;
  /** What a reviewer of the last draft asked for. */
  readonly request: Redacted | null;
}

export interface SpeakerModel {
  readonly name: string;
  /** It can be told how hard to work and whether to think. */
  readonly isSteerable: boolean;
}

/** A conversation's model: which it is, what it is told to do, and how it is asked. */
export interface Speaker extends SpeakerModel {
  /** The system prompt with its slot for the language, and the digest by which it is known. */
  readonly prompt: { readonly text: string; readonly version: string };
  /** Null: the money left does not reach for another call. @throws ModelError */
  readonly ask: (request: ModelRequest, signal: AbortSignal) => Promise<ModelAnswer | null>;
}

/** Why there is no patch, in a sentence. */
export interface NoPatch {
  readonly kind: "none";
  readonly because: string;
}
