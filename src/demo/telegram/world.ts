import { type Entity, entitiesShown } from "./entities.ts";

export interface Person {
  readonly id: number;
  readonly name: string;
  readonly isBot?: boolean;
}

export interface Button {
  readonly text: string;
  readonly callback_data?: string;
}

export interface Message {
  readonly id: number;
  readonly from: Person | null;
  readonly atMs: number;
  text: string;
  entities: readonly Entity[];
  buttons: readonly (readonly Button[])[];
  readonly replyTo: number | null;
  readonly forwardedFrom: string | null;
  /** How often its text was edited. */
  edits: number;
  readonly isSilent: boolean;
}

export interface Chat {
  id: number;
  readonly title: string;
  readonly type: "private" | "group" | "supergroup" | "channel";
  readonly messages: Message[];
  /** The bot may talk here. */
  isMember: boolean;
  movedTo: number | null;
}

export interface World {
  readonly bot: Person;
  readonly chats: Map<number, Chat>;
  chat(id: number): Chat;
  openChat(chat: { readonly id: number; readonly title: string; readonly type: Chat["type"] }): Chat;
  /** A person writes; the update reaches the bot unless privacy mode keeps it. @returns the message's number */
  say(chat: number, person: Person, text: string, more?: SaidMore): number;
  press(chat: number, person: Person, message: number, label: string): string;
  /** The group becomes a supergroup. @returns its new number */
  migrate(chat: number): number;
  /** The bot is thrown out, or blocked. */
  remove(chat: number): void;
  /** An update of any shape, as somebody hostile would have it arrive. @returns its number */
  pushUpdate(body: Readonly<Record<string, unknown>>): number;
  /** After a week without updates the next number is a random one. */
  jumpTo(updateId: number): void;
  /** Updates from that number on, and forgets those before it. */
  updates(offset: number | undefined, limit: number): readonly object[];
  /** Resolves with the next update, or after so long. */
  nextUpdate(timeoutMs: number, signal: AbortSignal): Promise<void>;
  readonly presses: { readonly id: string; answered: boolean; text: string | null }[];
  add(chat: Chat, message: Omit<Message, "id" | "edits" | "atMs">): Message;
}

export interface SaidMore {
  readonly entities?: readonly Entity[];
  /** A forward of somebody's message, by its name; `links` are the buttons below it. */
  readonly forward?: {
    readonly from: string;
    readonly atMs: number;
    readonly kind?: "user" | "hidden_user" | "channel";
  };
  readonly links?: readonly string[];
  readonly replyTo?: number;
  readonly hasPicture?: boolean;
}

/** What the Bot API's servers keep of one bot. */
export function newWorld(nowMs: () => number, canReadAll: () => boolean): World {
  const bot: Person = { id: 777_000_001, name: "error_autopilot_bot", isBot: true };
  const chats = new Map<number, Chat>();
  const waiting: { readonly id: number; readonly body: object }[] = [];
  const listeners = new Set<() => void>();
  const presses: { id: string; answered: boolean; text: string | null }[] = [];
  let nextUpdateId = 300_000_001;
  let nextMessageId = 1;

  function pushUpdate(body: Readonly<Record<string, unknown>>): number {
    const id = nextUpdateId++;
    waiting.push({ id, body: { update_id: id, ...body } });
    for (const listener of listeners) listener();
    return id;
  }

  const world: World = {
    bot,
    chats,
    presses,
    pushUpdate,
    chat(id) {
      const found = chats.get(id);
      if (found === undefined) throw new Error(`the stand-in has no chat ${id}`);
      return found;
    },
    openChat({ id, title, type }) {
      const chat: Chat = { id, title, type, messages: [], isMember: true, movedTo: null };
      chats.set(id, chat);
      return chat;
    },
    add(chat, message) {
      const added: Message = { ...message, id: nextMessageId++, edits: 0, atMs: nowMs() };
      chat.messages.push(added);
      return added;
    },
    say(chatId, person, text, more = {}) {
      const chat = world.chat(chatId);
      const message = world.add(chat, {
        from: person,
        text,
        entities: entitiesShown(text, more.entities ?? []),
        buttons: [],
        replyTo: more.replyTo ?? null,
        forwardedFrom: more.forward?.from ?? null,
        isSilent: false,
      });
      const repliesToBot = chat.messages.find(({ id }) => id === more.replyTo)?.from?.id === bot.id;
      const isForBot = repliesToBot || /^\/\w/.test(text) || text.includes(`@${bot.name}`);
      // Privacy mode: of a group, a bot sees what is said to it, and no forwards.
      if (chat.type === "private" || canReadAll() || (isForBot && more.forward === undefined))
        pushUpdate({ message: messageBody(world, chat, message, more) });
      return message.id;
    },
    press(chatId, person, messageId, label) {
      const chat = world.chat(chatId);
      const message = chat.messages.find(({ id }) => id === messageId);
      const button = message?.buttons.flat().find(({ text }) => text === label);
      if (message === undefined || button === undefined)
        throw new Error(`there is no button "${label}" on ${messageId}`);
      const press = { id: `press-${presses.length + 1}`, answered: false, text: null };
      presses.push(press);
      pushUpdate({
        callback_query: {
          id: press.id,
          from: personBody(person),
          message: messageBody(world, chat, message, {}),
          chat_instance: "1",
          data: button.callback_data,
        },
      });
      return press.id;
    },
    migrate(chatId) {
      const chat = world.chat(chatId);
      const to = -1_000_000_000_000 - Math.abs(chatId);
      const moved = { ...chat, id: to, type: "supergroup" as const, messages: chat.messages };
      chat.movedTo = to;
      chats.set(to, moved);
      const from = { message_id: nextMessageId++, date: Math.floor(nowMs() / 1000), chat: chatBody(chat) };
      pushUpdate({ message: { ...from, migrate_to_chat_id: to } });
      pushUpdate({ message: { ...from, chat: chatBody(moved), migrate_from_chat_id: chatId } });
      return to;
    },
    remove(chatId) {
      world.chat(chatId).isMember = false;
    },
    jumpTo(updateId) {
      nextUpdateId = updateId;
    },
    updates(offset, limit) {
      if (offset !== undefined && offset >= 0) {
        while (waiting[0] !== undefined && waiting[0].id < offset) waiting.shift();
      } else if (offset !== undefined) waiting.splice(0, Math.max(0, waiting.length + offset));
      return waiting.slice(0, limit).map(({ body }) => body);
    },
    nextUpdate: (timeoutMs, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          listeners.delete(end);
          signal.removeEventListener("abort", end);
          resolve();
        };
        const timer = setTimeout(end, timeoutMs);
        listeners.add(end);
        signal.addEventListener("abort", end);
      }),
  };
  return world;
}

export function personBody({ id, name, isBot = false }: Person): object {
  return { id, is_bot: isBot, first_name: name, username: name };
}

export function chatBody({ id, title, type }: Chat): object {
  return type === "private" ? { id, type, first_name: title } : { id, type, title };
}

/** A message as the Bot API shows it. */
export function messageBody(
  world: Pick<World, "bot">,
  chat: Chat,
  message: Message,
  more: SaidMore,
): Record<string, unknown> {
  const { forward } = more;
  const date = Math.floor(message.atMs / 1000);
  const text =
    more.hasPicture === true
      ? { caption: message.text, caption_entities: message.entities }
      : { text: message.text, entities: message.entities };
  return {
    message_id: message.id,
    ...(message.from === null ? {} : { from: personBody(message.from) }),
    chat: chatBody(chat),
    date,
    ...text,
    ...(more.hasPicture === true
      ? { photo: [{ file_id: "photo-1", file_unique_id: "p1", width: 800, height: 600 }] }
      : {}),
    ...(message.edits > 0 ? { edit_date: date } : {}),
    ...(forward === undefined ? {} : { forward_origin: originOf(forward) }),
    ...(message.replyTo === null
      ? {}
      : { reply_to_message: { message_id: message.replyTo, date, chat: chatBody(chat), from: personBody(world.bot) } }),
    ...(message.buttons.length > 0
      ? { reply_markup: { inline_keyboard: message.buttons } }
      : more.links === undefined
        ? {}
        : { reply_markup: { inline_keyboard: [more.links.map((url) => ({ text: "View", url }))] } }),
  };
}

function originOf({ from, atMs, kind = "user" }: NonNullable<SaidMore["forward"]>): object {
  const date = Math.floor(atMs / 1000);
  if (kind === "hidden_user") return { type: kind, date, sender_user_name: from };
  if (kind === "channel")
    return { type: kind, date, chat: { id: -1_009_999_999_999, type: "channel", title: from }, message_id: 1 };
  return { type: kind, date, sender_user: { id: 888_000_001, is_bot: true, first_name: from, username: from } };
}
