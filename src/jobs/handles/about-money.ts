import { type ChatText, code, joinChat } from "../../domain/chat/chat-text.ts";
import type { ChatWords } from "../../report/chat/chat-words.ts";
import type { AnswerMeans } from "./answer-means.ts";

const dayMs = 86_400_000;
const daysMax = 7;
const linesMax = 20_000;

export async function costText({ store, nowMs, words, map }: AnswerMeans): Promise<ChatText> {
  const days = Array.from({ length: daysMax }, (_, index) => dayUtc(nowMs - index * dayMs));
  const ceiling = `$${(map?.ceilings.dayUsd ?? 0).toFixed(2)}`;
  const rows = await Promise.all(
    days.map(async (day) => words.cost(code(day), `$${(await store.spentUsd(day, null)).toFixed(2)}`, ceiling)),
  );
  return joinChat(rows, "\n");
}

export async function reportText(
  { store, nowMs }: Pick<AnswerMeans, "store" | "nowMs">,
  words: ChatWords,
): Promise<ChatText> {
  const sinceMs = nowMs - dayMs;
  const audit = await store.audit({ sinceMs, limit: linesMax });
  const count = (action: string) => audit.filter((line) => line.action === action).length;
  const issues = (await store.effects({ states: ["done"], intendedSinceMs: sinceMs })).filter(
    ({ outgoing }) => outgoing.kind === "open-issue",
  );
  const usd = (await store.costs(dayUtc(sinceMs))).reduce((sum, line) => sum + (line.actualUsd ?? line.reservedUsd), 0);
  return words.reportOf(count("incident.opened"), count("findings.settled"), issues.length, `$${usd.toFixed(2)}`);
}

export function dayUtc(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
