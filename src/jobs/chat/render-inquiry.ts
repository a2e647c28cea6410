import type { Conclusion, Inquiry } from "../../domain/chat/chat-memory.ts";
import { type ChatText, cutChat, messageUnitsMax } from "../../domain/chat/chat-text.ts";
import { type OrderProgress, QueueUnavailableError } from "../../domain/job-queue.ts";
import type { IncidentId } from "../../domain/names.ts";
import type { ChatWords } from "../../report/chat/chat-words.ts";
import { type IncidentView, inquiryText } from "../../report/chat/inquiry-text.ts";
import { totalOf } from "../plan-orders.ts";
import type { WantedButton } from "./buttons.ts";
import type { AskMeans } from "./chat-means.ts";
import { conclusionView, viewMeans } from "./conclusion-view.ts";

const conclusionsMax = 500;
/** An issue that takes longer is linked to by /show. */
const issueWaitMs = 120_000;
const day = 86_400_000;

interface Rendered {
  readonly text: ChatText;
  readonly wanted: readonly WantedButton[];
  /** Nothing will change it any more. */
  readonly isFinal: boolean;
}

/** How it is told: in whose words, and how an instant is said. */
interface Telling {
  readonly words: ChatWords;
  readonly time: (atMs: number) => string;
}

/** The answer to a question as it stands now. */
export async function renderInquiry(
  means: AskMeans,
  inquiry: Inquiry,
  nowMs: number,
  { words, time }: Telling,
): Promise<Rendered> {
  const { rules, brain } = means;
  const incidents = (await Promise.all(inquiry.incidents.map((each) => viewOf(means, inquiry, each, time)))).filter(
    (each) => each !== null,
  );
  const isDone = incidents.every(
    ({ how, conclusion }) =>
      how !== "ordered" ||
      (conclusion !== null && (!conclusion.isIssueComing || nowMs - conclusion.conclusion.atMs > issueWaitMs)),
  );
  const isOver =
    inquiry.state === "answered" || (inquiry.state === "waiting" && (isDone || nowMs - inquiry.receivedAtMs > day));
  const view = {
    inquiry: isOver ? { ...inquiry, state: "answered" as const } : inquiry,
    incidents,
    isLate: nowMs > inquiry.deadlineMs,
    urgentMinutes: Math.round((inquiry.deadlineMs - inquiry.receivedAtMs) / 60_000),
    linkHosts: rules.linkHosts,
  };
  const text = cutChat(inquiryText(view, words), messageUnitsMax);
  return { text, wanted: isOver ? buttonsFor() : [], isFinal: isOver };

  function buttonsFor(): readonly WantedButton[] {
    const { finding } = inquiry;
    if (finding?.kind === "nothing") {
      return (["1h", "6h", "24h"] as const).flatMap((span) => {
        const lookBackMs = Number.parseInt(span, 10) * 3_600_000;
        if (lookBackMs <= inquiry.lookBackMs) return [];
        return [{ label: words.wider[span], does: { kind: "wider", inquiry: inquiry.id, lookBackMs } as const }];
      });
    }
    const isKnown = finding?.kind === "incidents" && inquiry.incidents.every(({ how }) => how !== "ordered");
    if (!isKnown) return [];
    const most = `$${brain.rules.ceilings.incidentUsd.toFixed(2)}`;
    return [{ label: words.again(most), does: { kind: "again", inquiry: inquiry.id } as const }];
  }
}

async function viewOf(
  means: AskMeans,
  inquiry: Inquiry,
  { id, how }: Inquiry["incidents"][number],
  time: Telling["time"],
): Promise<IncidentView | null> {
  const { store } = means.brain;
  const incident = await store.incident(id);
  if (incident === null) return null;
  const conclusion = await latestConclusion(means, id, how === "ordered" ? inquiry.receivedAtMs : 0);
  const open = (await store.openOrders()).find((order) => order.incident.id === id);
  const work = open === undefined ? null : await progressOf(means, open.id);
  return {
    incident,
    how,
    count: totalOf(incident),
    since: time(Number(incident.firstSeenNs / 1_000_000n)),
    conclusion: conclusion === null ? null : await conclusionView(viewMeans(means), conclusion),
    work: work === null ? "waiting" : work.saved === 0 ? "reading" : "analysing",
    spentUsd: work?.costUsd ?? 0,
  };
}

/** Also of hands on other machines; what cannot be asked now is not known now. */
async function progressOf({ brain }: AskMeans, orderId: string): Promise<OrderProgress | null> {
  try {
    return await brain.queue.progress(orderId);
  } catch (error) {
    if (error instanceof QueueUnavailableError) return null;
    throw error;
  }
}

async function latestConclusion({ brain }: AskMeans, id: IncidentId, sinceMs: number): Promise<Conclusion | null> {
  const all = await brain.store.chatItems("conclusion", { limit: conclusionsMax });
  return all.find((each) => (each.asked === id || each.incident === id) && each.atMs >= sinceMs) ?? null;
}
