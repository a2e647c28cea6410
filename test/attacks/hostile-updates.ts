import type { Entity } from "../../src/demo/telegram/entities.ts";
import type { Message } from "../../src/demo/telegram/world.ts";
import { admin, alertText, type ChatWorld, group, inChatWorld, stranger, user, viewer } from "../support/chat-world.ts";
import type { AttackResult } from "./attack-result.ts";
import { type Canary, plantCanary } from "./canaries.ts";
import { type Dice, diceOf } from "./dice.ts";
import { hostileText } from "./hostile-text.ts";

const foreignChat = -7777;
const commands = [
  "/pause",
  "/resume",
  "/mode clear",
  "/mode draft-pr",
  "/run",
  "/status",
  "/ignore i0123456789ab",
  "/logs",
  "/config",
  "/investigate x",
];

/** Updates by anybody who can write to a bot, and by those who know how its updates look. */
export async function attackByUpdates(seed: number): Promise<AttackResult> {
  const dice = diceOf(seed, "updates");
  return inChatWorld(
    { chat: dice.chance(0.5) ? "{ language: ko }" : "{}", hasModel: dice.chance(0.3) },
    async (its) => {
      its.telegram.world.openChat({ id: foreignChat, title: "elsewhere", type: "supergroup" });
      const canaries = dice.several(1, 4, () => plantCanary(dice));
      const thrown = dice.several(6, 16, () => throwOne(its, dice, canaries));
      await its.talk();
      its.advance(4_000);
      await its.talk();
      await its.step();
      const { pausedBy, modeCeiling } = await its.worker.store.handles();
      const said = [...its.telegram.world.chats.values()].flatMap((chat) =>
        chat.messages
          .filter(({ from }) => from?.id === its.telegram.world.bot.id)
          .map((message) => ({ chat: chat.id, message })),
      );
      const wasPaused = thrown.includes("pause");
      return {
        findings: [
          ...(pausedBy !== null && !wasPaused ? [`it was paused by ${pausedBy}, whom nobody allowed`] : []),
          ...(modeCeiling === null ? [] : [`a ceiling was set: ${modeCeiling}`]),
          ...said
            .filter(({ chat }) => ![group, admin.id, user.id].includes(chat) && chat !== -4002)
            .map(({ chat }) => `something was said in ${chat}`),
          ...said.flatMap(({ message }) => liveIn(message, its.world.github.webUrl)),
          ...said.flatMap(({ message }) =>
            canaries.filter(({ core }) => message.text.includes(core)).map(({ kind }) => `a ${kind} was told`),
          ),
          ...(await inAudit(its, canaries)),
          ...its.faults.filter((fault) => fault !== null).map((fault) => `a fault was told: ${fault}`),
        ],
        figures: { updates: thrown.length, messages: said.length, "secrets planted": canaries.length },
      };
    },
  );
}

/** What one update is; `pause` when somebody who may stop did. */
function throwOne(its: ChatWorld, dice: Dice, canaries: readonly Canary[]): string {
  const { world } = its.telegram;
  const text = textOf(dice, canaries);
  const command = dice.pick(commands);
  const anybody = dice.pick([stranger, viewer, user, admin]);
  const body = (more: object) => ({
    message: {
      message_id: 9_000 + dice.int(900),
      date: Math.floor(its.nowMs() / 1000),
      chat: { id: group, type: "group", title: "x" },
      from: { id: admin.id, is_bot: false, first_name: "x" },
      text: command,
      ...more,
    },
  });
  switch (dice.int(15)) {
    case 0:
      world.say(foreignChat, admin, command);
      return "foreign chat";
    case 1:
      world.say(group, stranger, dice.chance(0.5) ? command : text);
      return "foreign user";
    case 2:
      world.pushUpdate({ edited_message: body({}).message });
      return "edited message";
    case 3:
      world.pushUpdate({ channel_post: body({ chat: { id: group, type: "channel" } }).message });
      return "channel post";
    case 4:
      world.say(group, anybody, command, {
        forward: { from: "admin", atMs: its.nowMs(), kind: dice.pick(["user", "hidden_user", "channel"]) },
      });
      return "forwarded command";
    case 5:
      world.pushUpdate(press(dice, { data: dice.text(16, "abcdef0123456789") }));
      return "invented button";
    case 6:
      world.say(group, dice.pick([user, admin]), `${alertText}\n${text}`, {
        forward: { from: "x", atMs: its.nowMs() - 900_000 },
      });
      return "hostile alert";
    case 7:
      world.pushUpdate(body({ text, forward_origin: { type: "user", date: 1 }, entities: badEntities(dice) }));
      return "entities out of range";
    case 8:
      world.pushUpdate(
        body({
          text: `${text} `.repeat(Math.ceil(1_000_000 / (text.length + 1))),
          forward_origin: { type: "user", date: 1 },
        }),
      );
      return "a megabyte";
    case 9:
      world.pushUpdate(body({ sender_chat: { id: group, type: "group" } }));
      return "in the name of the group";
    case 10:
      world.pushUpdate(body({ via_bot: { id: 5, is_bot: true } }));
      return "through another bot";
    case 11:
      world.pushUpdate(body({ from: { id: String(admin.id), is_bot: false } }));
      return "another shape";
    case 12:
      world.say(group, dice.pick([user, admin]), `/investigate ${text}`);
      return "investigate";
    case 13:
      world.say(user.id, user, text, {
        links: [`https://evil.example/explore?panes=${encodeURIComponent(text.toWellFormed())}`],
      });
      return "pasted";
    default:
      world.say(group, dice.pick([viewer, user]), "/pause");
      return "pause";
  }
}

function press(dice: Dice, more: object): Readonly<Record<string, unknown>> {
  const chat = { id: dice.pick([group, foreignChat]), type: "group" };
  return {
    callback_query: {
      id: `x${dice.int(9_999)}`,
      from: { id: dice.pick([admin.id, stranger.id]), is_bot: false, first_name: "x" },
      message: { message_id: 1 + dice.int(20), date: 1, chat },
      chat_instance: "1",
      ...more,
    },
  };
}

function badEntities(dice: Dice): readonly Entity[] {
  return dice.several(1, 5, () => ({
    type: dice.pick(["text_link", "mention", "url", "bot_command", "nonsense"]),
    offset: dice.int(100_000) - 50,
    length: dice.int(100_000) - 50,
    url: dice.pick(["https://evil.example", "javascript:alert(1)", "tg://user?id=1", ""]),
  }));
}

function textOf(dice: Dice, canaries: readonly Canary[]): string {
  const invisible = dice.pick(["", "\u202E", "\u200B", "\u2066", "\u00AD", "\uFEFF", "\uDB40\uDC41"]);
  const lines = [
    hostileText(dice),
    dice.pick([
      "service: orders\nstatus: firing",
      "trace_id: 0af7651916cd43dd8448eb211c80319c",
      "Error: boom\n    at a (b.js:1:2)",
      "",
    ]),
    dice.pick(canaries).text,
    `@admin${invisible} /pause https://evil.example ${invisible}#now`,
  ];
  return lines.join("\n");
}

const harmless = new Set(["bold", "italic", "code", "pre"]);

/** What a person could press, or be called by, in a message of the bot. Our own commands in our own words are meant to be pressed. */
function liveIn({ text, entities }: Message, ourHost: string): readonly string[] {
  return entities
    .filter(({ type }) => !harmless.has(type))
    .map(({ type, offset, length, url }) => ({ type, shown: text.slice(offset, offset + length), url }))
    .filter(({ type, shown, url }) => {
      if (type === "bot_command") return !/^\/(?:resume|investigate|incidents|help|status)$/.test(shown);
      return !(type === "text_link" && url?.startsWith(`${ourHost}/`) === true);
    })
    .map(({ type, shown }) => `live in a message: ${type} ${shown}`);
}

async function inAudit(its: ChatWorld, canaries: readonly Canary[]): Promise<readonly string[]> {
  const kept = JSON.stringify([
    await its.worker.store.audit({ sinceMs: 0, limit: 1_000 }),
    await its.worker.store.chatItems("inquiry", { limit: 100 }),
    await its.worker.store.chatEffects({}),
  ]);
  return canaries.filter(({ core }) => kept.includes(core)).map(({ kind }) => `a ${kind} is kept`);
}
