import type { Inquiry } from "../../domain/chat/chat-memory.ts";
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
import { type ConclusionView, conclusionText, draftLink } from "./conclusion-text.ts";

/** What is known of one incident that a person asked about. */
export interface IncidentView {
  readonly incident: Incident;
  readonly how: Inquiry["incidents"][number]["how"];
  readonly count: number;
  /** In the chat's own time. */
  readonly since: string;
  readonly conclusion: ConclusionView | null;
  readonly work: "waiting" | "reading" | "analysing" | null;
  readonly spentUsd: number;
}

export interface InquiryView {
  readonly inquiry: Inquiry;
  readonly incidents: readonly IncidentView[];
  readonly isLate: boolean;
  readonly urgentMinutes: number;
  readonly linkHosts: readonly string[];
}

/** The answer as it stands now: the same words for the same state, so that what has not changed is not sent again. */
export function inquiryText(view: InquiryView, words: ChatWords): ChatText {
  const { inquiry, incidents } = view;
  const { finding } = inquiry;
  const title = inquiry.alerts[0]?.title ?? null;
  const head = title === null ? [] : [say`${bold(say`«`)}${code(title)}${bold(say`»`)}`];
  if (finding === null) {
    return joinChat(
      [...head, inquiry.environment === null ? words.received : words.searching(code(inquiry.environment))],
      "\n",
    );
  }
  switch (finding.kind) {
    case "paused":
      return joinChat([...head, words.paused(code(finding.by))], "\n");
    case "resolved":
      return joinChat([...head, words.resolvedAlert], "\n");
    case "text-please":
      return words.textPlease;
    case "not-understood":
      return words.notUnderstood;
    case "nothing": {
      const said =
        finding.because === null
          ? words.nothing(code(finding.searched))
          : words.couldNotRead(sentences(finding.because, 400));
      return joinChat([...head, said, words.widen], "\n");
    }
    case "incidents": {
      const each = incidents.map((one) => incidentText(one, view, words));
      const late = view.isLate && inquiry.state !== "answered" ? [words.late(view.urgentMinutes)] : [];
      const more = inquiry.moreKinds > 0 ? [words.moreKinds(inquiry.moreKinds)] : [];
      return joinChat([...head, ...late, ...each, ...more], "\n\n");
    }
  }
}

function incidentText(view: IncidentView, { linkHosts }: InquiryView, words: ChatWords): ChatText {
  const { incident, how, conclusion } = view;
  if (conclusion !== null) {
    const told = conclusionText(conclusion, words);
    return how === "ordered" ? told : joinChat([words.known(view.count, code(view.since)), told], "\n");
  }
  const named = incident.service === null ? words.unknownService : code(incident.service);
  const lines = [
    say`${named} ${fromInert(incident.title)} ${code(incident.id)}`,
    (how === "ordered" ? words.seenSince : words.known)(view.count, code(view.since)),
  ];
  if (how !== "ordered") {
    lines.push(words.ruled[incident.state]);
    if (incident.issue !== null)
      lines.push(linkTo(say`${words.issue} ${incident.issue.number}`, incident.issue.url, linkHosts));
    const draft = draftLink(incident, linkHosts, words);
    if (draft !== null) lines.push(draft);
    if (incident.note !== null) lines.push(sentences(incident.note, 300));
    if (how === "waits") lines.push(words.cooldown);
    return joinChat(lines, "\n");
  }
  lines.push(
    view.work === "analysing"
      ? words.analysing(money(`$${view.spentUsd.toFixed(2)}`))
      : view.work === "reading"
        ? words.reading
        : words.waiting,
  );
  return joinChat(lines, "\n");
}
