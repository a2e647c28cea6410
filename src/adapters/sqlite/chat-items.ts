import type { ChatItem, ChatMemory, ChatMemoryKind } from "../../domain/chat/chat-memory.ts";
import { decode, encode } from "../../domain/codec.ts";
import type { Database } from "./database.ts";

export function readChatItems<Kind extends ChatMemoryKind>(
  db: Database,
  kind: Kind,
  filter: { readonly states?: readonly string[]; readonly id?: string; readonly limit: number },
): readonly ChatMemory[Kind][] {
  const conditions = ["kind = ?"];
  const values: (string | number)[] = [kind];
  if (filter.states !== undefined) {
    conditions.push("state IN (SELECT value FROM json_each(?))");
    values.push(JSON.stringify(filter.states));
  }
  if (filter.id !== undefined) {
    conditions.push("id = ?");
    values.push(filter.id);
  }
  return db
    .all<{ json: string }>(
      `SELECT json FROM chat_item WHERE ${conditions.join(" AND ")} ORDER BY at_ms DESC, id DESC LIMIT ?`,
      ...values,
      filter.limit,
    )
    .map(({ json }) => decode<ChatMemory[Kind]>(json));
}

export function writeChatItems(db: Database, items: readonly ChatItem[]): void {
  for (const { kind, id, state, atMs, value } of items) {
    db.run(
      `INSERT INTO chat_item (kind, id, state, at_ms, json) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET state = excluded.state, at_ms = excluded.at_ms, json = excluded.json`,
      kind,
      id,
      state,
      atMs,
      encode(value),
    );
  }
}

/** What is open is never old: only what ended, and what a person never came back to. */
export function pruneChatItems(db: Database, beforeMs: number): number {
  return db.run("DELETE FROM chat_item WHERE kind <> 'chat' AND at_ms < ?", beforeMs);
}
