import type { ChatOutgoing } from "../../src/domain/chat/chat.ts";
import { type ChatText, say } from "../../src/domain/chat/chat-text.ts";
import type { AuditLine, Effect, Outgoing, WriteOutcome } from "../../src/domain/effect.ts";
import type { Evidence } from "../../src/domain/evidence.ts";
import type { Incident, Sample } from "../../src/domain/incident.ts";
import { fenced, inlineCode, own, prose } from "../../src/domain/inert.ts";
import type { ModelRequest, ModelTurn } from "../../src/domain/model.ts";
import { redact } from "../../src/domain/redact.ts";
import type { RootCause } from "../../src/domain/root-cause.ts";
import type { Inert, Redacted } from "../../src/domain/text.ts";
import type { Trace } from "../../src/domain/trace.ts";

/*
 * Promise 3: text that has not passed the gate does not compile into anything that leaves the process. The compiler checks this file with all
 * others: a line below an `@ts-expect-error` that compiles is an error. test/types/gate.test.ts shows that the compiler does look.
 */
type IssueOpening = Extract<Outgoing, { kind: "open-issue" }>;
type IssueComment = Extract<Outgoing, { kind: "comment" }>;
type CommentEdit = Extract<Outgoing, { kind: "edit-comment" }>;
type UserTurn = Extract<ModelTurn, { role: "user" }>;
type ToolResult = Extract<ModelTurn, { role: "tools" }>["results"][number];

declare const raw: string;
declare const gated: Redacted;
declare const inert: Inert;
declare const rawTrace: Trace<string>;

// What passed the gate may go where less is asked.
export const readable: string = inert;
export const stored: Redacted = inert;
export const shown: readonly Inert[] = [fenced(gated), inlineCode(redact(raw)), prose(gated), own`a ${inert} ${1}`];
export const counted = (issue: IssueOpening): IssueOpening => ({
  ...issue,
  title: inert,
  body: inert,
  labels: [inert],
});

// @ts-expect-error text is not redacted by being called so
export const a: Redacted = raw;
// @ts-expect-error nor a literal of our own
export const b: Redacted = "ours";
// @ts-expect-error redacted text may still act where it is shown
export const c: Inert = gated;
// @ts-expect-error a template string makes plain text again
export const d: Inert = `${inert}`;
// @ts-expect-error and so does joining
export const e: Redacted = gated + raw;
// @ts-expect-error a part of inert text may be a half-open fence
export const f: Inert = inert.slice(0, 10);

// @ts-expect-error GitHub takes inert titles only
export const g: IssueOpening["title"] = gated;
// @ts-expect-error and bodies
export const h: IssueOpening["body"] = raw;
// @ts-expect-error and labels
export const i: IssueOpening["labels"] = [raw];
// @ts-expect-error and comments
export const j: IssueComment["body"] = gated;
// @ts-expect-error and edits
export const k: CommentEdit["body"] = raw;
// @ts-expect-error an incident's title travels everywhere
export const l: Incident["title"] = gated;

// @ts-expect-error the model reads redacted text only
export const m: UserTurn["text"] = raw;
// @ts-expect-error and tool results
export const n: ToolResult["text"] = raw;
// @ts-expect-error and instructions
export const o: ModelRequest["system"] = raw;

// @ts-expect-error what is kept in `state/` is redacted: evidence
export const p: Evidence["text"] = raw;
// @ts-expect-error samples
export const q: Sample["line"] = raw;
// @ts-expect-error traces
export const r: Trace<Redacted> = rawTrace;
// @ts-expect-error claims
export const s: RootCause["claim"] = raw;
// @ts-expect-error the audit
export const t: AuditLine["result"] = raw;
// @ts-expect-error reasons of effects
export const u: NonNullable<Effect["because"]> = raw;
// @ts-expect-error what GitHub answered
export const v: Extract<WriteOutcome, { kind: "refused" }>["because"] = raw;

// @ts-expect-error the renderers take redacted text only
export const w = fenced(raw);
// @ts-expect-error all of them
export const x = inlineCode(raw);
// @ts-expect-error also for prose
export const y = prose(raw);
// @ts-expect-error our own words take inert values only
export const z = own`claim: ${gated}`;

// @ts-expect-error a chat takes text that was made for it, not what is inert for GitHub
export const inChat: ChatOutgoing["text"] = inert;
// @ts-expect-error nor something that looks like it
export const alike: ChatText = { text: gated, entities: [] };
// @ts-expect-error and our own words for a chat take only such text
export const said = say`cause: ${gated}`;
