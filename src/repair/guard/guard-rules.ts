import type { RedactionMemory } from "../../domain/redact.ts";

/** What people can set. Everything may be made stricter; nothing that is protected by itself can be freed. */
export interface GuardRules {
  /** Added and removed lines of all files together. */
  readonly linesMax: number;
  /** More of them: `*` in one part of a path, `**` for any parts. */
  readonly protectedPaths: readonly string[];
  /** The only files whose settings may be changed. */
  readonly configFiles: readonly string[];
  /** Folder of the service in its repository; "" for all of it. */
  readonly under: string;
  readonly redaction: RedactionMemory;
}
