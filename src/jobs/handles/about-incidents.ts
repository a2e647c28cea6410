import { bold, type ChatText, code, fromInert, joinChat, linkTo, say, sentences } from "../../domain/chat/chat-text.ts";
import type { IncidentId } from "../../domain/names.ts";
import { conclusionText } from "../../report/chat/conclusion-text.ts";
import { chatTime } from "../chat/chat-clock.ts";
import { conclusionView } from "../chat/conclusion-view.ts";
import { totalOf } from "../plan-orders.ts";
import type { Answer, AnswerMeans } from "./answer-means.ts";

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
  const { store, words, setting, map } = means;
  const incident = await store.incident(id as IncidentId);
  if (incident === null) return { text: words.noSuchIncident(code(id)), end: "refused" };
  const time = (ns: bigint) => code(chatTime(Number(ns / 1_000_000n), setting));
  const conclusion = (await store.chatItems("conclusion", { limit: conclusionsMax })).find(
    (each) => each.incident === incident.id || each.asked === incident.id,
  );
  const named = incident.service === null ? words.unknownService : code(incident.service);
  const text = joinChat(
    [
      say`${named} ${fromInert(incident.title)} ${code(incident.id)}`,
      words.ruled[incident.state],
      words.seen(totalOf(incident), time(incident.firstSeenNs), time(incident.lastSeenNs)),
      ...(incident.issue === null
        ? []
        : [linkTo(say`${words.issue} ${incident.issue.number}`, incident.issue.url, map?.linkHosts ?? [])]),
      ...(incident.note === null ? [] : [sentences(incident.note, 400)]),
      ...(conclusion === undefined || map === null
        ? []
        : [conclusionText(await conclusionView({ ...map, store }, conclusion), words)]),
    ],
    "\n",
  );
  return { text, end: "done" };
}

/** The decisions of a case, in order. */
export async function whyText({ store, words, setting }: AnswerMeans, id: string): Promise<Answer> {
  const incident = await store.incident(id as IncidentId);
  if (incident === null) return { text: words.noSuchIncident(code(id)), end: "refused" };
  const newest = await store.audit({ sinceMs: 0, limit: historyMax, subject: incident.id });
  const rows = newest
    .toReversed()
    .map(
      ({ atMs, actor, action, result }) =>
        say`${code(chatTime(atMs, setting))} ${code(actor)} ${code(action)} ${code(result)}`,
    );
  return { text: joinChat([say`${bold(words.why)} ${code(incident.id)}`, ...rows], "\n"), end: "done" };
}
