import type { Conclusion } from "../../domain/chat/chat-memory.ts";
import {
  bold,
  type ChatText,
  code,
  fromInert,
  joinChat,
  linkTo,
  money,
  say,
  sentences,
} from "../../domain/chat/chat-text.ts";
import type { Incident } from "../../domain/incident.ts";
import type { ChatWords } from "./chat-words.ts";

const causeMax = 700;
const ruledOutMax = 3;

export interface ConclusionView {
  readonly conclusion: Conclusion;
  /** As it is now; null when it is gone from the state. */
  readonly incident: Incident | null;
  /** Its issue is intended or on its way. */
  readonly isIssueComing: boolean;
  readonly isDryRun: boolean;
  readonly linkHosts: readonly string[];
}

/** What, where, the cause in a few sentences, how sure and what was ruled out, where it was filed, what it cost and took. */
export function conclusionText(view: ConclusionView, words: ChatWords): ChatText {
  const { conclusion, incident, linkHosts } = view;
  const lines: ChatText[] = [headline(conclusion, words)];
  if (conclusion.asked !== conclusion.incident) lines.push(words.followsFrom(code(conclusion.asked)));
  const [place] = conclusion.places;
  if (place !== undefined)
    lines.push(say`${bold(words.where)}: ${code(`${place.repository} ${place.path}:${place.line}`)}`);
  if (conclusion.answer === "failed") lines.push(words.failed, sentences(conclusion.claim, causeMax));
  else {
    const verdict =
      conclusion.answer === "not-in-code"
        ? words.notInCode
        : conclusion.answer === "cannot-tell"
          ? words.cannotTell
          : null;
    if (!conclusion.hasModel) lines.push(words.withoutModel);
    else if (verdict !== null) lines.push(verdict);
    const sure = conclusion.confidence === null ? null : words.confidence(Math.round(conclusion.confidence * 100));
    const cause = sentences(threeSentences(conclusion.claim), causeMax);
    lines.push(sure === null ? say`${bold(words.cause)}: ${cause}` : say`${bold(words.cause)} (${sure}): ${cause}`);
    if (conclusion.ruledOut.length > 0) {
      const each = conclusion.ruledOut.slice(0, ruledOutMax).map((one) => say`• ${sentences(one, 200)}`);
      lines.push(joinChat([say`${bold(words.ruledOut)}:`, ...each], "\n"));
    }
    if (conclusion.nextStep !== null) lines.push(say`${bold(words.next)}: ${sentences(conclusion.nextStep, 300)}`);
  }
  const filed = filedText(view, words);
  if (filed !== null) lines.push(filed);
  const draft = incident === null ? null : draftLink(incident, linkHosts, words);
  if (draft !== null) lines.push(draft);
  lines.push(words.costAndTime(`$${conclusion.costUsd.toFixed(2)}`, Math.ceil(conclusion.tookMs / 1000)));
  return joinChat(lines, "\n");
}

export function draftLink({ pullRequest }: Incident, linkHosts: readonly string[], words: ChatWords): ChatText | null {
  if (pullRequest === null || pullRequest.number === null) return null;
  const named = say`${words.pullRequest} ${pullRequest.number}`;
  return pullRequest.url === null ? named : linkTo(named, pullRequest.url, linkHosts);
}

/** The same in two lines, for several results in one message. */
export function conclusionLine(view: ConclusionView, words: ChatWords): ChatText {
  const { conclusion } = view;
  const cause =
    conclusion.answer === "failed"
      ? words.failed
      : conclusion.answer === "found" || !conclusion.hasModel
        ? sentences(firstSentence(conclusion.claim), 240)
        : conclusion.answer === "not-in-code"
          ? words.notInCode
          : words.cannotTell;
  const filed = filedText(view, words);
  const end =
    filed === null
      ? money(`$${conclusion.costUsd.toFixed(2)}`)
      : say`${filed} · ${money(`$${conclusion.costUsd.toFixed(2)}`)}`;
  return joinChat([headline(conclusion, words), cause, end], "\n");
}

function headline({ title, service, incident }: Conclusion, words: ChatWords): ChatText {
  const named = service === null ? words.unknownService : code(service);
  return say`🔎 ${named} ${fromInert(title)} ${code(incident)}`;
}

function filedText(
  { incident, isIssueComing, isDryRun, linkHosts }: ConclusionView,
  words: ChatWords,
): ChatText | null {
  if (incident?.issue != null)
    return linkTo(say`${words.issue} ${incident.issue.number}`, incident.issue.url, linkHosts);
  if (isIssueComing) return words.issueComes;
  if (incident?.state === "stuck" && incident.note !== null) return sentences(incident.note, 300);
  return isDryRun ? words.report : null;
}

function threeSentences(text: string): string {
  return text
    .split(/(?<=[.!?。])\s+/)
    .slice(0, 3)
    .join(" ");
}

function firstSentence(text: string): string {
  return text.split(/(?<=[.!?。])\s+/)[0] ?? text;
}
