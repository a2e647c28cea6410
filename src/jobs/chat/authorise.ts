import type { ChatId, ChatSetting, UserId } from "../../domain/chat/chat.ts";
import { type Role, roles } from "../../domain/command/role.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { ChatMeans } from "./chat-means.ts";

export interface Speaker {
  readonly role: Role;
  readonly user: UserId;
  /** As the service map has it, whatever number the group has by now. */
  readonly setting: ChatSetting;
}

/** Who speaks, when person and chat are both on the list; null: a stranger. */
export async function speakerOf(means: ChatMeans, chat: ChatId, user: UserId): Promise<Speaker | null> {
  const role = ownValue(means.rules.people, user);
  const setting = await settingOf(means, chat);
  return role === undefined || setting === null ? null : { role, user, setting };
}

export async function settingOf({ brain, rules }: ChatMeans, chat: ChatId): Promise<ChatSetting | null> {
  const listed = ownValue(rules.chats, chat);
  if (listed !== undefined) return listed;
  const moved = (await brain.store.chatItems("chat", { limit: 1_000 })).find(({ movedTo }) => movedTo === chat);
  return moved === undefined ? null : (ownValue(rules.chats, moved.chat) ?? null);
}

export function may(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
