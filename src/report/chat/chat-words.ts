import type { ChatText } from "../../domain/chat/chat-text.ts";
import type { CommandName } from "../../domain/command/grammar.ts";
import type { IncidentState } from "../../domain/incident.ts";
import type { Redacted } from "../../domain/text.ts";

/** Our own sentences for people, in one language and as one surface writes commands. */
export interface ChatWords {
  // The answer to a forward, as it grows.
  readonly received: ChatText;
  readonly paused: (by: ChatText) => ChatText;
  readonly searching: (where: ChatText) => ChatText;
  readonly waiting: ChatText;
  readonly reading: ChatText;
  readonly analysing: (cost: ChatText) => ChatText;
  readonly late: (minutes: number) => ChatText;
  readonly nothing: (searched: ChatText) => ChatText;
  readonly couldNotRead: (because: ChatText) => ChatText;
  readonly widen: ChatText;
  readonly wider: Readonly<Record<"1h" | "6h" | "24h", Redacted>>;
  readonly resolvedAlert: ChatText;
  readonly textPlease: ChatText;
  readonly notUnderstood: ChatText;
  readonly known: (count: number, since: ChatText) => ChatText;
  readonly seenSince: (count: number, since: ChatText) => ChatText;
  readonly ruled: Readonly<Record<IncidentState, ChatText>>;
  readonly again: (dollars: string) => Redacted;
  readonly cooldown: ChatText;
  readonly moreKinds: (count: number) => ChatText;

  // A result.
  readonly service: ChatText;
  readonly unknownService: ChatText;
  readonly where: ChatText;
  readonly cause: ChatText;
  readonly ruledOut: ChatText;
  readonly next: ChatText;
  readonly confidence: (percent: number) => ChatText;
  readonly notInCode: ChatText;
  readonly cannotTell: ChatText;
  readonly withoutModel: ChatText;
  readonly failed: ChatText;
  readonly followsFrom: (asked: ChatText) => ChatText;
  readonly issue: ChatText;
  readonly pullRequest: ChatText;
  readonly report: ChatText;
  readonly issueComes: ChatText;
  readonly costAndTime: (dollars: string, seconds: number) => ChatText;
  readonly news: (count: number, environment: ChatText) => ChatText;
  readonly morning: (count: number) => ChatText;
  readonly morningQuiet: ChatText;

  // Commands.
  readonly status: {
    readonly paused: (by: ChatText) => ChatText;
    readonly running: ChatText;
    readonly ceiling: (mode: ChatText) => ChatText;
    readonly environment: (name: ChatText, mode: ChatText, read: ChatText) => ChatText;
    readonly neverRead: ChatText;
    readonly work: (open: number, urgent: number) => ChatText;
    readonly money: (spent: string, ceiling: string) => ChatText;
    readonly chat: (who: "daemon" | "bot" | "run") => ChatText;
    readonly stuck: (count: number) => ChatText;
  };
  readonly noIncidents: ChatText;
  readonly incidentRow: (id: ChatText, state: ChatText, count: number, title: ChatText) => ChatText;
  readonly state: Readonly<Record<IncidentState, ChatText>>;
  readonly noSuchIncident: (id: ChatText) => ChatText;
  readonly seen: (count: number, first: ChatText, last: ChatText) => ChatText;
  readonly why: ChatText;
  readonly stopped: (count: number) => ChatText;
  readonly nothingStopped: ChatText;
  readonly handsUntold: ChatText;
  readonly resumed: ChatText;
  readonly modeNow: (mode: ChatText) => ChatText;
  readonly noCeiling: ChatText;
  readonly noHigher: (mode: ChatText) => ChatText;
  readonly cost: (day: ChatText, dollars: string, ceiling: string) => ChatText;
  readonly askRun: (environments: number, orders: number, dollars: string, left: string) => ChatText;
  readonly askRetry: (id: ChatText, dollars: string, left: string) => ChatText;
  readonly askIgnore: (id: ChatText, until: ChatText | null) => ChatText;
  readonly askMode: (mode: ChatText) => ChatText;
  readonly yes: Redacted;
  readonly no: Redacted;
  readonly running: ChatText;
  readonly ran: (entries: number, incidents: number, orders: number) => ChatText;
  readonly retried: (id: ChatText) => ChatText;
  readonly retriedFromKept: (id: ChatText) => ChatText;
  readonly hasIssue: (id: ChatText, link: ChatText) => ChatText;
  readonly hasDraft: (id: ChatText, link: ChatText | null) => ChatText;
  readonly patchAsked: (id: ChatText, link: ChatText) => ChatText;
  readonly ignored: (id: ChatText, until: ChatText | null) => ChatText;
  readonly movedMeanwhile: (id: ChatText) => ChatText;
  readonly leftAlone: ChatText;
  readonly help: ChatText;
  readonly helpForward: ChatText;
  readonly config: ChatText;
  readonly logs: ChatText;
  readonly noLogs: ChatText;
  readonly reportOf: (opened: number, found: number, issues: number, dollars: string) => ChatText;

  // Refusals, one sentence each.
  readonly needsRole: (name: CommandName, needed: "user" | "admin") => ChatText;
  readonly forwardNeedsRole: ChatText;
  readonly unknownCommand: (given: string, nearest: string | null) => ChatText;
  readonly needsIncident: (name: CommandName) => ChatText;
  readonly needsText: (name: CommandName) => ChatText;
  readonly needsMode: (given: string) => ChatText;
  readonly needsCount: (given: string) => ChatText;
  readonly needsDuration: (given: string) => ChatText;
  /** With what it does take; null: nothing. */
  readonly takesNoMore: (name: CommandName, usage: ChatText | null) => ChatText;
  readonly tooOld: (minutes: number) => ChatText;
  readonly buttonOver: Redacted;
  readonly buttonOfOther: Redacted;

  // About the autopilot itself.
  readonly trouble: (part: ChatText, sentence: ChatText) => ChatText;
  readonly mended: (part: ChatText) => ChatText;
  readonly unreachable: (chat: ChatText, because: ChatText) => ChatText;
  readonly rerouted: (chat: ChatText) => ChatText;
}
