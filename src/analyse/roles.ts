import type { Effort } from "../domain/model.ts";

export interface Prompt {
  /** With a slot for the language. */
  readonly text: string;
  /** The digest by which it is known. */
  readonly version: string;
}

/** Which model has a part in the analysis, how it is to work, and what it is told. */
export interface Role {
  readonly model: string;
  readonly effort: Effort | null;
  readonly thinks: boolean;
  readonly prompt: Prompt;
}

export interface Roles {
  readonly investigate: Role;
  /** Looks once more where the first is unsure and it matters; null: nobody does. */
  readonly strong: Role | null;
  /** Tries to refute what was found; null: nobody does. */
  readonly challenge: Role | null;
  /** Says what is worth an investigation where no rule does; null: everything is. */
  readonly triage: Role | null;
  /** Says whether an open issue tells of the same bug; null: nobody looks, and each incident gets an issue of its own. */
  readonly compare: Role | null;
}
