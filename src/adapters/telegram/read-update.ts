import { z } from "zod";
import type { IncomingMessage, IncomingUpdate } from "../../domain/chat/chat.ts";

/** More than any message has; a text that claims to be longer is cut. */
const textLengthMax = 20_000;
const linksMax = 50;
const linkLengthMax = 8_000;

const idNumber = z.number().int();
const user = z.object({ id: idNumber, is_bot: z.boolean() });
const entity = z.object({ type: z.string(), offset: z.number(), length: z.number(), url: z.string().optional() });
const origin = z.object({ type: z.string(), date: z.number() });
const button = z.object({ url: z.string().optional() });

/** Only the fields that are read; a field of another shape makes the whole update one that is of no use, which is dropped. */
const message = z.object({
  message_id: idNumber,
  date: z.number(),
  chat: z.object({ id: idNumber, type: z.enum(["private", "group", "supergroup", "channel"]) }),
  from: user.optional(),
  sender_chat: z.unknown().optional(),
  via_bot: z.unknown().optional(),
  forward_origin: origin.optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  entities: z.array(entity).optional(),
  caption_entities: z.array(entity).optional(),
  photo: z.array(z.unknown()).optional(),
  document: z.unknown().optional(),
  reply_markup: z.object({ inline_keyboard: z.array(z.array(button)) }).optional(),
  migrate_to_chat_id: idNumber.optional(),
});

const pressed = z.object({
  id: z.string(),
  from: user,
  message: z.object({ message_id: idNumber, chat: z.object({ id: idNumber }) }),
  data: z.string(),
});

/**
 * One update, parsed. What nobody may use to speak to us is of no use and so null: edits, channel posts, what is sent in the name of a chat or through another bot.
 * Its number is known all the same, so that it is done with.
 */
export function readUpdate(raw: unknown): IncomingUpdate | null {
  const numbered = z.object({ update_id: idNumber }).safeParse(raw);
  if (!numbered.success) return null;
  const id = numbered.data.update_id;
  const its = raw as { readonly message?: unknown; readonly callback_query?: unknown };
  const press = pressed.safeParse(its.callback_query);
  if (press.success) {
    const { data } = press;
    if (data.from.is_bot || data.data.length > 64) return { id, what: null };
    return {
      id,
      what: {
        kind: "button",
        press: data.id,
        chat: String(data.message.chat.id),
        user: String(data.from.id),
        message: data.message.message_id,
        data: data.data,
      },
    };
  }
  const said = message.safeParse(its.message);
  return { id, what: said.success ? readMessage(said.data) : null };
}

function readMessage(said: z.output<typeof message>): IncomingUpdate["what"] {
  const chat = String(said.chat.id);
  if (said.migrate_to_chat_id !== undefined) return { kind: "moved", from: chat, to: String(said.migrate_to_chat_id) };
  const { from } = said;
  if (
    from === undefined ||
    said.sender_chat !== undefined ||
    said.via_bot !== undefined ||
    said.chat.type === "channel"
  )
    return null;
  const links = [
    ...[...(said.entities ?? []), ...(said.caption_entities ?? [])].flatMap(({ url }) => url ?? []),
    ...(said.reply_markup?.inline_keyboard.flat().flatMap(({ url }) => url ?? []) ?? []),
  ];
  const read: IncomingMessage = {
    kind: "message",
    chat,
    isPrivate: said.chat.type === "private",
    user: String(from.id),
    message: said.message_id,
    atMs: said.date * 1000,
    isForward: said.forward_origin !== undefined,
    forwardedFromMs: said.forward_origin === undefined ? null : said.forward_origin.date * 1000,
    isBot: from.is_bot,
    text: (said.text ?? said.caption ?? "").slice(0, textLengthMax),
    links: links.slice(0, linksMax).map((url) => url.slice(0, linkLengthMax)),
    hasPicture: said.photo !== undefined || said.document !== undefined,
  };
  return read;
}
