import { type ChatText, code, fromInert, joinChat, linkTo, say } from "../../domain/chat/chat-text.ts";
import type { Command, CommandOf } from "../../domain/command/command.ts";
import { lowestMode, type Mode, modes, mostOf } from "../../domain/mode.ts";
import { listText, showText, whyText } from "./about-incidents.ts";
import { costText, reportText } from "./about-money.ts";
import { statusText } from "./about-now.ts";
import { linesText, settingsText } from "./about-us.ts";
import type { Answer, AnswerMeans, Notice } from "./answer-means.ts";
import { askAgain, ignore, pauseAll, resumeAll, setCeiling } from "./handles.ts";

const stoppedMax = 8;

/** Those that each surface does in a way of its own: they take time, or list what else can be said there. */
export type OwnWay = "run" | "investigate" | "help";

/** Does what was asked, and says what came of it; whether the person may is the surface's business. */
export async function answer(
  means: AnswerMeans,
  command: Exclude<Command, { readonly name: OwnWay }>,
): Promise<Answer> {
  const { words, map } = means;
  switch (command.name) {
    case "status":
      return done(await statusText(means));
    case "incidents":
      return done(await listText(means));
    case "show":
      return showText(means, command.incident);
    case "why":
      return whyText(means, command.incident);
    case "cost":
      return done(await costText(means));
    case "report":
      return done(await reportText(means, words));
    case "config":
      return done(settingsText(map?.settings ?? [], words));
    case "logs":
      return done(linesText(means.ownLines(command.count), words));
    case "pause":
      return pause(means);
    case "resume": {
      const unreached = await resumeAll(means);
      const notice: Notice = (their) => say`${their.resumed} ${code(means.by)}`;
      if (unreached === null) return { ...done(words.resumed), notice };
      return { text: joinChat([words.resumed, words.handsUntold], "\n"), end: "unreached", because: unreached, notice };
    }
    case "mode":
      return setMode(means, command.mode);
    case "retry":
      return retry(means, command.incident);
    case "ignore":
      return silence(means, command);
  }
}

async function pause(means: AnswerMeans): Promise<Answer> {
  const { store, words, by } = means;
  const open = await store.openOrders();
  const unreached = await pauseAll(means);
  const rows = open
    .slice(0, stoppedMax)
    .map(({ incident }) => say`• ${fromInert(incident.title)} ${code(incident.id)}`);
  const text = open.length === 0 ? words.nothingStopped : joinChat([words.stopped(open.length), ...rows], "\n");
  const notice: Notice = (their) => their.status.paused(code(by));
  if (unreached === null) return { ...done(text), notice };
  return { text: joinChat([text, words.handsUntold], "\n"), end: "unreached", because: unreached, notice };
}

async function setMode(means: AnswerMeans, mode: Mode | "clear" | null): Promise<Answer> {
  const { words } = means;
  if (mode === null) {
    const { modeCeiling } = await means.store.handles();
    return done(modeCeiling === null ? words.noCeiling : words.status.ceiling(code(modeCeiling)));
  }
  if (mode === "clear") {
    await setCeiling(means, null);
    return { ...done(words.noCeiling), notice: (their) => say`${their.noCeiling} ${code(means.by)}` };
  }
  const highest = highestOf(means);
  if (highest !== null && modes.indexOf(mode) > modes.indexOf(highest)) {
    return refused(words.noHigher(code(highest)));
  }
  await setCeiling(means, mode);
  return { ...done(words.modeNow(code(mode))), notice: (their) => say`${their.modeNow(code(mode))} ${code(means.by)}` };
}

/** The most that the service map allows anywhere; null where it is not known. */
export function highestOf({ map }: Pick<AnswerMeans, "map">): Mode | null {
  if (map === null) return null;
  return lowestMode(mostOf(map.environments.map((environment) => map.modeOf([environment], null))));
}

async function retry(means: AnswerMeans, incident: string): Promise<Answer> {
  const { words, map } = means;
  const id = code(incident);
  const link = (text: ChatText, url: string) =>
    map === null ? code(url) : linkTo(say`${text} ${code(url.split("/").at(-1) ?? url)}`, url, map.linkHosts);
  const outcome = await askAgain(means, incident);
  switch (outcome.kind) {
    case "done":
      return done(outcome.isKept === true ? words.retriedFromKept(id) : words.retried(id));
    case "patch-asked":
      return done(words.patchAsked(id, link(words.issue, outcome.url)));
    case "has-issue":
      return refused(words.hasIssue(id, link(words.issue, outcome.url)));
    case "has-draft":
      return refused(words.hasDraft(id, outcome.url === null ? null : link(words.pullRequest, outcome.url)));
    case "unknown":
      return refused(words.noSuchIncident(id));
    case "moved":
      return refused(words.movedMeanwhile(id));
  }
}

async function silence(means: AnswerMeans, command: CommandOf<"ignore">): Promise<Answer> {
  const { words, nowMs, time } = means;
  const id = code(command.incident);
  const untilMs = command.forMs === null ? null : nowMs + command.forMs;
  const until = untilMs === null ? "for good" : `until ${new Date(untilMs).toISOString()}`;
  const because = command.because === null ? "" : ` because ${command.because}`;
  const outcome = await ignore(means, command.incident, {
    untilMs,
    words: `is ignored ${until}${because}; it is still counted`,
  });
  if (outcome.kind === "unknown") return refused(words.noSuchIncident(id));
  if (outcome.kind !== "done") return refused(words.movedMeanwhile(id));
  return done(words.ignored(id, untilMs === null ? null : code(time(untilMs))));
}

function done(text: ChatText): Answer {
  return { text, end: "done" };
}

function refused(text: ChatText): Answer {
  return { text, end: "refused" };
}
