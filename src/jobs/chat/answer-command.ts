import { type ChatText, code, joinChat, say, sentences } from "../../domain/chat/chat-text.ts";
import type { Command, CommandOf } from "../../domain/command/command.ts";
import { commandNames, handleOf } from "../../domain/command/grammar.ts";
import { parseCommand } from "../../domain/command/parse-command.ts";
import { textOf } from "../../domain/command/text-of.ts";
import { usageOf } from "../../domain/command/usage.ts";
import type { AuditLine } from "../../domain/effect.ts";
import { modes } from "../../domain/mode.ts";
import type { IncidentId } from "../../domain/names.ts";
import { isReadFailure } from "../../domain/sources.ts";
import type { ChatWords } from "../../report/chat/chat-words.ts";
import { chatWordsOf } from "../../report/chat/chat-words-of.ts";
import { dayUtc } from "../handles/about-money.ts";
import { answer, highestOf } from "../handles/answer.ts";
import type { AnswerMeans, Notice } from "../handles/answer-means.ts";
import { may, type Speaker } from "./authorise.ts";
import type { WantedButton } from "./buttons.ts";
import { chatTime } from "./chat-clock.ts";
import type { ChatMeans } from "./chat-means.ts";
import { messages } from "./messages.ts";

export interface Answered {
  readonly text: ChatText;
  /** For the other chats: what one person did holds for all. */
  readonly notice?: Notice;
  readonly wanted: readonly WantedButton[];
  readonly audit: readonly AuditLine[];
}

/** An investigation is a question of its own, whose answer grows. */
type Answerable = Exclude<Command, { readonly name: "investigate" }>;

/** Does what a person asks for, or asks once more where it costs or takes away. */
export async function answerCommand(
  means: ChatMeans,
  speaker: Speaker,
  command: Answerable,
  chat: string,
  signal: AbortSignal,
): Promise<Answered> {
  const question = await questionBefore(means, speaker, command, chat);
  return question ?? perform(means, speaker, command, chat, signal);
}

/** Why the person may not; null where they may. */
export function refusal(means: ChatMeans, speaker: Speaker, { name }: Command): Answered | null {
  const needed = handleOf(name).role;
  if (needed === "viewer" || may(speaker.role, needed)) return null;
  const words = chatWordsOf[speaker.setting.language];
  return { ...plainly(words.needsRole(name, needed)), audit: [lineOf(means, speaker, "chat.refused", `/${name}`)] };
}

/** After the person pressed yes; the role is looked at again, for the service map may have changed. */
export async function performConfirmed(
  means: ChatMeans,
  speaker: Speaker,
  text: string,
  chat: string,
  signal: AbortSignal,
): Promise<Answered | null> {
  const parsed = parseCommand(text);
  if (parsed.kind !== "command" || parsed.command.name === "investigate")
    return plainly(chatWordsOf[speaker.setting.language].leftAlone);
  if (!may(speaker.role, handleOf(parsed.command.name).role)) return null;
  return perform(means, speaker, parsed.command, chat, signal);
}

/** What costs or takes away is asked once, with what will happen, in words and money. */
async function questionBefore(
  means: ChatMeans,
  speaker: Speaker,
  command: Answerable,
  chat: string,
): Promise<Answered | null> {
  const { asks } = handleOf(command.name);
  if (asks === null) return null;
  const words = chatWordsOf[speaker.setting.language];
  const text = await questionText(means, speaker, command, chat);
  if (text === null) return null;
  return {
    text,
    wanted: [
      { label: words.yes, does: { kind: "command", text: textOf(command) } },
      { label: words.no, does: { kind: "command", text: "" } },
    ],
    audit: [],
  };
}

/** Null: nothing would come of it that a person has to think about. */
async function questionText(
  means: ChatMeans,
  speaker: Speaker,
  command: Answerable,
  chat: string,
): Promise<ChatText | null> {
  const { brain } = means;
  const { store, rules, clock, polls } = brain;
  const words = chatWordsOf[speaker.setting.language];
  const leftUsd = Math.max(0, rules.ceilings.dayUsd - (await store.spentUsd(dayUtc(clock.nowMs()), null)));
  switch (command.name) {
    case "run": {
      const orders = rules.issuesPerRun * polls.length;
      return words.askRun(
        polls.length,
        orders,
        usd(Math.min(orders * rules.ceilings.incidentUsd, leftUsd)),
        usd(leftUsd),
      );
    }
    case "retry": {
      if ((await store.incident(command.incident as IncidentId)) === null) return null;
      return words.askRetry(code(command.incident), usd(rules.ceilings.incidentUsd), usd(leftUsd));
    }
    case "ignore": {
      if ((await store.incident(command.incident as IncidentId)) === null) return null;
      const { forMs } = command;
      const until = forMs === null ? null : code(chatTime(clock.nowMs() + forMs, speaker.setting));
      return words.askIgnore(code(command.incident), until);
    }
    case "mode":
      return raises(command, (await store.handles()).modeCeiling)
        ? words.askMode(code(highestOf(answerMeans(means, speaker, chat)) ?? "dry-run"))
        : null;
    default:
      return null;
  }
}

/** Whether more may happen afterwards than now; of what is set by hand, for the service map cannot be exceeded. */
function raises({ mode }: CommandOf<"mode">, ceiling: CommandOf<"mode">["mode"]): boolean {
  if (mode === "clear") return true;
  return mode !== null && ceiling !== null && ceiling !== "clear" && modes.indexOf(mode) > modes.indexOf(ceiling);
}

async function perform(
  means: ChatMeans,
  speaker: Speaker,
  command: Answerable,
  chat: string,
  signal: AbortSignal,
): Promise<Answered> {
  const words = chatWordsOf[speaker.setting.language];
  if (command.name === "help") return plainly(helpText(speaker, words));
  if (command.name === "run") {
    // It may take minutes, and a stop must not wait for it.
    void runNow(means, speaker, signal, words);
    return plainly(words.running);
  }
  const { text, notice } = await answer(answerMeans(means, speaker, chat), command);
  return notice === undefined ? plainly(text) : { ...plainly(text), notice };
}

function answerMeans(means: ChatMeans, { user, setting }: Speaker, chat: string): AnswerMeans {
  const { store, queue, clock, polls, rules } = means.brain;
  return {
    store,
    queue,
    nowMs: clock.nowMs(),
    by: `telegram:${user} in ${chat}`,
    words: chatWordsOf[setting.language],
    time: (atMs) => chatTime(atMs, setting),
    map: {
      environments: polls.map(({ environment }) => environment),
      modeOf: rules.modeOf,
      ceilings: rules.ceilings,
      linkHosts: means.rules.linkHosts,
      settings: means.rules.settings,
      chatReader: means.process,
    },
    ownLines: means.ownLines,
  };
}

async function runNow(means: ChatMeans, { setting }: Speaker, signal: AbortSignal, words: ChatWords): Promise<void> {
  const { store, clock } = means.brain;
  const startedMs = clock.nowMs();
  try {
    await means.pollNow(signal);
    const covered = (await store.coverage({ limit: 200 })).filter(({ readAtMs }) => readAtMs >= startedMs);
    const entries = covered.reduce((sum, each) => sum + each.entries, 0);
    const incidents = (await store.incidents({ limit: 1_000 })).length;
    const text = words.ran(entries, incidents, (await store.openOrders()).length);
    await store.commit({ chatEffects: messages(means, `ran-${startedMs}`, setting.chat, text, "answer") }, null);
  } catch (error) {
    // A source that fails is met by the daemon's or the next run's poll too, which tells it.
    if (signal.aborted || isReadFailure(error)) return;
    means.onFault(error instanceof Error ? error.message : "What /run was to read failed, and did not say why.");
  }
}

/** What this person may say. */
function helpText({ role, setting }: Speaker, words: ChatWords): ChatText {
  const { language } = setting;
  const rows = commandNames
    .filter((name) => may(role, handleOf(name).role))
    .map((name) => {
      const shown = code(`/${name} ${usageOf(name, language)}`.trim());
      return say`${shown} ${sentences(handleOf(name).says[language], 200)}`;
    });
  return joinChat([words.help, ...rows, ...(may(role, "user") ? [words.helpForward] : [])], "\n");
}

function usd(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function plainly(text: ChatText): Answered {
  return { text, wanted: [], audit: [] };
}

function lineOf({ brain }: ChatMeans, { user }: Speaker, action: string, subject: string): AuditLine {
  return { atMs: brain.clock.nowMs(), actor: `telegram:${user}`, action, subject, result: code(subject).text };
}
