import { bold, type ChatText, code, fromInert, joinChat, linkTo, say, sentences } from "../../domain/chat/chat-text.ts";
import type { Incident } from "../../domain/incident.ts";
import type { IncidentId } from "../../domain/names.ts";
import type { Store } from "../../domain/store.ts";
import type { ChatWords } from "../../report/chat/chat-words.ts";
import { conclusionText, draftLink } from "../../report/chat/conclusion-text.ts";
import { conclusionView } from "../chat/conclusion-view.ts";
import { totalOf } from "../plan-orders.ts";
import type { Answer, AnswerMeans, MapView } from "./answer-means.ts";

const listMax = 12;
const historyMax = 25;
const conclusionsMax = 500;

export async function listText({ store, words }: AnswerMeans): Promise<ChatText> {
  const incidents = await store.incidents({ limit: listMax });
  if (incidents.length === 0) return words.noIncidents;
  const rows = incidents.map((incident) =>
    words.incidentRow(code(incident.id), words.state[incident.state], totalOf(incident), fromInert(incident.title)),
  );
  return joinChat(rows, "\n");
}

export async function showText(means: AnswerMeans, id: string): Promise<Answer> {
  const { store, words, map } = means;
  const incident = await store.incident(id as IncidentId);
  if (incident === null) return { text: words.noSuchIncident(code(id)), end: "refused" };
  const time = (ns: bigint) => code(means.time(Number(ns / 1_000_000n)));
  const concluded = await concludedText(store, incident, map, words);
  const draft = draftLink(incident, map?.linkHosts ?? [], words);
  const named = incident.service === null ? words.unknownService : code(incident.service);
  const text = joinChat(
    [
      say`${named} ${fromInert(incident.title)} ${code(incident.id)}`,
      words.ruled[incident.state],
      words.seen(totalOf(incident), time(incident.firstSeenNs), time(incident.lastSeenNs)),
      ...(incident.issue === null
        ? []
        : [linkTo(say`${words.issue} ${incident.issue.number}`, incident.issue.url, map?.linkHosts ?? [])]),
      ...(draft === null || concluded !== null ? [] : [draft]),
      ...(incident.note === null ? [] : [sentences(incident.note, 400)]),
      ...(concluded === null ? [] : [concluded]),
    ],
    "\n",
  );
  return { text, end: "done" };
}

/** What its latest investigation found; null where there was none, or where it is not known what became of that. */
export async function concludedText(
  store: Store,
  { id }: Incident,
  map: MapView | null,
  words: ChatWords,
): Promise<ChatText | null> {
  if (map === null) return null;
  const conclusions = await store.chatItems("conclusion", { limit: conclusionsMax });
  const latest = conclusions.find(({ incident, asked }) => incident === id || asked === id);
  return latest === undefined ? null : conclusionText(await conclusionView({ ...map, store }, latest), words);
}

/** The decisions of a case, in order. */
export async function whyText({ store, words, time }: AnswerMeans, id: string): Promise<Answer> {
  const incident = await store.incident(id as IncidentId);
  if (incident === null) return { text: words.noSuchIncident(code(id)), end: "refused" };
  const newest = await store.audit({ sinceMs: 0, limit: historyMax, subject: incident.id });
  const rows = newest
    .toReversed()
    .map(({ atMs, actor, action, result }) => say`${code(time(atMs))} ${code(actor)} ${code(action)} ${code(result)}`);
  return { text: joinChat([say`${bold(words.why)} ${code(incident.id)}`, ...rows], "\n"), end: "done" };
}
