import { bold, type ChatText, code, fromInert, joinChat, linkTo, say, sentences } from "../../domain/chat/chat-text.ts";
import { type Command, type CommandName, commandNames, roleFor } from "../../domain/command.ts";
import type { AuditLine } from "../../domain/effect.ts";
import type { Incident } from "../../domain/incident.ts";
import { lowestMode, type Mode, modes, mostOf } from "../../domain/mode.ts";
import type { IncidentId } from "../../domain/names.ts";
import type { ChatWords } from "../../report/chat/chat-words.ts";
import { chatWordsOf } from "../../report/chat/chat-words-of.ts";
import { conclusionText } from "../../report/chat/conclusion-text.ts";
import { askAgain, type HandleMeans, ignore, pauseAll, resumeAll, setCeiling } from "../handles/handles.ts";
import { type CommandMistake, parseCommand } from "../handles/parse-command.ts";
import { totalOf } from "../plan-orders.ts";
import { conclusionView } from "./answer-inquiries.ts";
import { may, type Speaker } from "./authorise.ts";
import type { WantedButton } from "./buttons.ts";
import { chatTime } from "./chat-clock.ts";
import type { ChatMeans } from "./chat-means.ts";
import { messages } from "./messages.ts";
import { statusText } from "./status-text.ts";

const listMax = 12;
const stoppedMax = 8;
const historyMax = 25;
const dayMs = 86_400_000;

export interface Answered {
  readonly text: ChatText;
  /** For the other chats: what one person did holds for all. */
  readonly notice?: ChatText;
  readonly wanted: readonly WantedButton[];
  readonly audit: readonly AuditLine[];
}

interface Place {
  readonly chat: string;
  readonly message: number;
}

/** Does what a person asks for, or asks once more where it costs or takes away. Null: the answer comes by itself. */
export async function answerCommand(
  means: ChatMeans,
  speaker: Speaker,
  command: Command,
  at: Place,
  signal: AbortSignal,
): Promise<Answered | null> {
  const words = chatWordsOf[speaker.setting.language];
  const needed = roleFor[command.name];
  if (!may(speaker.role, needed)) {
    const text = answerMistake(
      { kind: "role", name: command.name, needed: needed === "admin" ? "admin" : "user" },
      words,
    );
    return { ...plainly(text), audit: [lineOf(means, speaker, "chat.refused", `/${command.name}`)] };
  }
  const question = await questionBefore(means, speaker, command, words);
  if (question !== null) return question;
  return perform(means, speaker, command, at, signal, words);
}

/** After the person pressed yes; the role is looked at again, for the service map may have changed. */
export async function performConfirmed(
  means: ChatMeans,
  speaker: Speaker,
  text: string,
  at: Place,
  signal: AbortSignal,
): Promise<Answered | null> {
  const words = chatWordsOf[speaker.setting.language];
  const parsed = parseCommand(text);
  if (parsed.kind !== "command") return plainly(words.leftAlone);
  if (!may(speaker.role, roleFor[parsed.command.name])) return null;
  return perform(means, speaker, parsed.command, at, signal, words);
}

export function answerMistake(
  mistake: CommandMistake | { readonly kind: "role"; readonly name: CommandName; readonly needed: "user" | "admin" },
  words: ChatWords,
): ChatText {
  switch (mistake.kind) {
    case "role":
      return words.needsRole(code(`/${mistake.name}`), mistake.needed);
    case "unknown":
      return words.unknownCommand(
        code(`/${mistake.name}`),
        mistake.nearest === null ? null : say`${code(`/${mistake.nearest}`)}`,
      );
    case "no-incident":
      return words.needsIncident(code(`/${mistake.name}`));
    case "no-text":
      return words.needsText;
    case "no-mode":
      return words.needsMode(code(mistake.given));
    case "no-duration":
      return words.needsDuration(code(mistake.given));
    case "too-much":
      return words.takesNothing(code(`/${mistake.name}`));
  }
}

/** What costs or takes away is asked once, with what will happen, in words and money. */
async function questionBefore(
  means: ChatMeans,
  speaker: Speaker,
  command: Command,
  words: ChatWords,
): Promise<Answered | null> {
  const { brain } = means;
  const ask = (text: ChatText, does: string): Answered => ({
    text,
    wanted: [
      { label: words.yes, does: { kind: "command", text: does } },
      { label: words.no, does: { kind: "command", text: "" } },
    ],
    audit: [],
  });
  const most = `$${brain.rules.ceilings.incidentUsd.toFixed(2)}`;
  const left = `$${(await leftToday(means)).toFixed(2)}`;
  switch (command.name) {
    case "run": {
      const orders = brain.rules.issuesPerRun * brain.polls.length;
      const mostOfAll = Math.min(orders * brain.rules.ceilings.incidentUsd, Number(left.slice(1)));
      return ask(words.askRun(brain.polls.length, orders, `$${mostOfAll.toFixed(2)}`, left), "/run");
    }
    case "retry": {
      if ((await brain.store.incident(command.incident as IncidentId)) === null) return null;
      return ask(words.askRetry(code(command.incident), most, left), `/retry ${command.incident}`);
    }
    case "ignore": {
      if ((await brain.store.incident(command.incident as IncidentId)) === null) return null;
      const until =
        command.forMs === null ? null : code(chatTime(brain.clock.nowMs() + command.forMs, speaker.setting));
      const hours = command.forMs === null ? "" : ` for ${Math.round(command.forMs / 3_600_000)}h`;
      const because = command.because === null ? "" : ` because ${command.because}`;
      return ask(words.askIgnore(code(command.incident), until), `/ignore ${command.incident}${hours}${because}`);
    }
    case "mode":
      if (command.mode !== "clear") return null;
      return ask(words.askMode(code(highestOf(means))), "/mode clear");
    default:
      return null;
  }
}

async function perform(
  means: ChatMeans,
  speaker: Speaker,
  command: Command,
  at: Place,
  signal: AbortSignal,
  words: ChatWords,
): Promise<Answered | null> {
  const { brain, rules } = means;
  const { store, queue, clock } = brain;
  const nowMs = clock.nowMs();
  const handle: HandleMeans = { store, queue, nowMs, by: `telegram:${speaker.user} in ${at.chat}` };
  switch (command.name) {
    case "help":
      return plainly(helpText(speaker, words));
    case "status":
      return plainly(await statusText(means, speaker, words));
    case "incidents":
      return plainly(await listText(means, words));
    case "show":
      return plainly(
        await ofIncident(means, command.incident, words, (incident) => showText(means, speaker, incident, words)),
      );
    case "why":
      return plainly(
        await ofIncident(means, command.incident, words, (incident) => whyText(means, speaker, incident, words)),
      );
    case "cost":
      return plainly(await costText(means, words));
    case "report":
      return plainly(await reportText(means, words));
    case "config":
      return plainly(
        joinChat(
          [
            bold(words.config),
            ...rules.settings.map(({ name, value, from }) => say`${code(name)} ${code(value)} (${code(from)})`),
          ],
          "\n",
        ),
      );
    case "logs": {
      const lines = means.ownLines().slice(-command.count);
      return plainly(
        lines.length === 0 ? words.noLogs : joinChat([bold(words.logs), ...lines.map((line) => code(line))], "\n"),
      );
    }
    case "pause": {
      const open = await store.openOrders();
      const unreached = await pauseAll(handle);
      const rows = open
        .slice(0, stoppedMax)
        .map(({ incident }) => say`• ${fromInert(incident.title)} ${code(incident.id)}`);
      const text = open.length === 0 ? words.nothingStopped : joinChat([words.stopped(open.length), ...rows], "\n");
      const told = unreached === null ? text : joinChat([text, words.handsUntold], "\n");
      return { ...plainly(told), notice: words.status.paused(code(handle.by)) };
    }
    case "resume": {
      const unreached = await resumeAll(handle);
      const told = unreached === null ? words.resumed : joinChat([words.resumed, words.handsUntold], "\n");
      return { ...plainly(told), notice: say`${words.resumed} ${code(handle.by)}` };
    }
    case "mode":
      return plainly(await setMode(means, handle, command.mode, words));
    case "run":
      // It may take minutes, and a stop must not wait for it.
      void runNow(means, speaker, signal, words);
      return plainly(words.running);
    case "retry": {
      const outcome = await askAgain(handle, command.incident);
      return plainly(outcomeText(outcome.kind, command.incident, words, words.retried(code(command.incident))));
    }
    case "ignore": {
      const untilMs = command.forMs === null ? null : nowMs + command.forMs;
      const until = untilMs === null ? "for good" : `until ${new Date(untilMs).toISOString()}`;
      const because = command.because === null ? "" : ` because ${command.because}`;
      const outcome = await ignore(handle, command.incident, {
        untilMs,
        words: `is ignored ${until}${because}; it is still counted`,
      });
      const shown = untilMs === null ? null : code(chatTime(untilMs, speaker.setting));
      return plainly(outcomeText(outcome.kind, command.incident, words, words.ignored(code(command.incident), shown)));
    }
    case "investigate":
      return null;
  }
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
  } catch {
    // The daemon's or the next run's poll meets it too, and tells it.
  }
}

function outcomeText(kind: string, id: string, words: ChatWords, done: ChatText): ChatText {
  if (kind === "unknown") return words.noSuchIncident(code(id));
  if (kind === "has-issue") return words.hasIssue(code(id));
  return kind === "moved" ? words.movedMeanwhile(code(id)) : done;
}

function helpText({ role }: Speaker, words: ChatWords): ChatText {
  const rows = commandNames
    .filter((name) => may(role, roleFor[name]))
    .map((name) => say`${code(`/${name}`)} ${sentences(words.helpOf[name], 200)}`);
  return joinChat([words.help, ...rows, ...(may(role, "user") ? [words.helpForward] : [])], "\n");
}

async function listText({ brain }: ChatMeans, words: ChatWords): Promise<ChatText> {
  const incidents = await brain.store.incidents({ limit: listMax });
  if (incidents.length === 0) return words.noIncidents;
  const rows = incidents.map((incident) =>
    words.incidentRow(code(incident.id), words.state[incident.state], totalOf(incident), fromInert(incident.title)),
  );
  return joinChat(rows, "\n");
}

async function ofIncident(
  { brain }: ChatMeans,
  id: string,
  words: ChatWords,
  tell: (incident: Incident) => Promise<ChatText>,
): Promise<ChatText> {
  const incident = await brain.store.incident(id as IncidentId);
  return incident === null ? words.noSuchIncident(code(id)) : tell(incident);
}

async function showText(
  means: ChatMeans,
  { setting }: Speaker,
  incident: Incident,
  words: ChatWords,
): Promise<ChatText> {
  const time = (ns: bigint) => code(chatTime(Number(ns / 1_000_000n), setting));
  const [conclusion] = (await means.brain.store.chatItems("conclusion", { limit: 500 })).filter(
    (each) => each.incident === incident.id || each.asked === incident.id,
  );
  const named = incident.service === null ? words.unknownService : code(incident.service);
  return joinChat(
    [
      say`${named} ${fromInert(incident.title)} ${code(incident.id)}`,
      words.ruled[incident.state],
      words.seen(totalOf(incident), time(incident.firstSeenNs), time(incident.lastSeenNs)),
      ...(incident.issue === null
        ? []
        : [linkTo(say`${words.issue} ${incident.issue.number}`, incident.issue.url, means.rules.linkHosts)]),
      ...(incident.note === null ? [] : [sentences(incident.note, 400)]),
      ...(conclusion === undefined ? [] : [conclusionText(await conclusionView(means, conclusion), words)]),
    ],
    "\n",
  );
}

/** The decisions of a case, in order. */
async function whyText(
  { brain }: ChatMeans,
  { setting }: Speaker,
  incident: Incident,
  words: ChatWords,
): Promise<ChatText> {
  const newest = await brain.store.audit({ sinceMs: 0, limit: historyMax, subject: incident.id });
  const rows = [...newest]
    .reverse()
    .map(
      ({ atMs, actor, action, result }) =>
        say`${code(chatTime(atMs, setting))} ${code(actor)} ${code(action)} ${code(result)}`,
    );
  return joinChat([say`${bold(words.why)} ${code(incident.id)}`, ...rows], "\n");
}

async function costText({ brain }: ChatMeans, words: ChatWords): Promise<ChatText> {
  const nowMs = brain.clock.nowMs();
  const days = Array.from({ length: 7 }, (_, index) => new Date(nowMs - index * dayMs).toISOString().slice(0, 10));
  const ceiling = `$${brain.rules.ceilings.dayUsd.toFixed(2)}`;
  const rows = await Promise.all(
    days.map(async (day) => words.cost(code(day), `$${(await brain.store.spentUsd(day, null)).toFixed(2)}`, ceiling)),
  );
  return joinChat(rows, "\n");
}

export async function reportText({ brain }: Pick<ChatMeans, "brain">, words: ChatWords): Promise<ChatText> {
  const { store, clock } = brain;
  const sinceMs = clock.nowMs() - dayMs;
  const audit = await store.audit({ sinceMs, limit: 20_000 });
  const count = (action: string) => audit.filter((line) => line.action === action).length;
  const issues = (await store.effects({ states: ["done"], intendedSinceMs: sinceMs })).filter(
    ({ outgoing }) => outgoing.kind === "open-issue",
  );
  const usd = (await store.costs(new Date(sinceMs).toISOString().slice(0, 10))).reduce(
    (sum, line) => sum + (line.actualUsd ?? line.reservedUsd),
    0,
  );
  return words.reportOf(count("incident.opened"), count("findings.settled"), issues.length, `$${usd.toFixed(2)}`);
}

async function setMode(
  means: ChatMeans,
  handle: HandleMeans,
  mode: Mode | "clear" | null,
  words: ChatWords,
): Promise<ChatText> {
  if (mode === null) {
    const { modeCeiling } = await means.brain.store.handles();
    return modeCeiling === null ? words.noCeiling : words.status.ceiling(code(modeCeiling));
  }
  if (mode === "clear") {
    await setCeiling(handle, null);
    return words.noCeiling;
  }
  const highest = highestOf(means);
  if (modes.indexOf(mode) > modes.indexOf(highest)) return words.noHigher(code(highest));
  await setCeiling(handle, mode);
  return words.modeNow(code(mode));
}

function highestOf({ brain }: ChatMeans): Mode {
  return lowestMode(mostOf(brain.polls.map(({ environment }) => brain.rules.modeOf([environment], null))));
}

async function leftToday({ brain }: ChatMeans): Promise<number> {
  const day = new Date(brain.clock.nowMs()).toISOString().slice(0, 10);
  return Math.max(0, brain.rules.ceilings.dayUsd - (await brain.store.spentUsd(day, null)));
}

function plainly(text: ChatText): Answered {
  return { text, wanted: [], audit: [] };
}

function lineOf({ brain }: ChatMeans, { user }: Speaker, action: string, subject: string): AuditLine {
  return { atMs: brain.clock.nowMs(), actor: `telegram:${user}`, action, subject, result: code(subject).text };
}
