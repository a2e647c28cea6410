import type { TelegramConfig } from "../../config/build-telegram.ts";
import { StoreCorruptError, StoreUnavailableError } from "../../domain/store.ts";
import type { Check } from "./doctor-check.ts";

/** The bot, its chats, and who reads them. */
export async function checkTelegram(config: TelegramConfig | null, databaseFile: string): Promise<readonly Check[]> {
  if (config === null) return [];
  const name = "telegram";
  const { token, apiUrl, chats } = config;
  if (token === null) {
    return [{ name, state: "failed", detail: "no token", cure: "Set TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE." }];
  }
  const { probeTelegram } = await import("../../adapters/telegram/probe.ts");
  const isRead = await isReadByUs(databaseFile).catch((error: unknown) => {
    // The state folder's own check has told it.
    if (error instanceof StoreUnavailableError || error instanceof StoreCorruptError) return false;
    throw error;
  });
  const bot = await probeTelegram({ token, apiUrl, fetch: null }, Object.keys(chats), isRead);
  if (bot.problem !== null) {
    return [
      {
        name,
        state: "failed",
        detail: bot.problem,
        cure: "Ask @BotFather for the token, or see that this machine reaches Telegram.",
      },
    ];
  }
  const hasGroup = Object.keys(chats).some((chat) => chat.startsWith("-"));
  return [
    {
      name,
      state: "ok",
      detail: `@${bot.name}, ${isRead ? "read by a daemon or a bot that is alive" : "read by each run, for no daemon and no bot is alive"}`,
      cure: null,
    },
    ...(hasGroup && !bot.canReadAll
      ? [
          {
            name: `${name}: privacy`,
            state: "warning" as const,
            detail: "privacy mode is on, so a forward in a group never reaches the bot",
            cure: "Send /setprivacy to @BotFather and choose Disable, then take the bot out of the group and add it again.",
          },
        ]
      : []),
    ...(bot.webhook === ""
      ? []
      : [
          {
            name: `${name}: webhook`,
            state: "failed" as const,
            detail: "a webhook is set, so updates go there and not to us",
            cure: "Take it away with the Bot API's deleteWebhook, or ask @BotFather for another bot.",
          },
        ]),
    ...(bot.rival === null || bot.webhook !== ""
      ? []
      : [
          {
            name: `${name}: conflict`,
            state: "failed" as const,
            detail: `another program reads this bot's updates (${bot.rival})`,
            cure: "Stop that one, or give each installation a bot of its own.",
          },
        ]),
    ...bot.unreachable.map(({ chat, because }) => ({
      name: `${name}: ${chat}`,
      state: "failed" as const,
      detail: because,
      cure: "Add the bot to that group, or write to it once from that account; a group that became a supergroup has another number.",
    })),
  ];
}

/** Whoever holds the lease reads; taking it for a moment shows whether anybody does. */
async function isReadByUs(databaseFile: string): Promise<boolean> {
  const [{ openStore }, { systemClock }, { updatesLease }] = await Promise.all([
    import("../../adapters/sqlite/store.ts"),
    import("../system-clock.ts"),
    import("../../jobs/chat/stay-in-chat.ts"),
  ]);
  const store = await openStore({ path: databaseFile, clock: systemClock });
  try {
    const lease = await store.lease(updatesLease, "doctor", 1);
    if (lease !== null) await store.release(lease);
    return lease === null;
  } finally {
    await store.close();
  }
}
