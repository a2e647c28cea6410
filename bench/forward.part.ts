/** A forwarded alert while all other hands are busy and two hundred orders wait: how long until its order is given, and until hands begin. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../src/config/load-config.ts";
import { startTelegram } from "../src/demo/telegram/server.ts";
import type { Hands } from "../src/domain/job-queue.ts";
import { stayInChat } from "../src/jobs/chat/stay-in-chat.ts";
import { compose } from "../src/main/compose.ts";
import { openChat } from "../src/main/open-chat.ts";
import { databaseFileOf } from "../src/main/setting.ts";
import { systemClock } from "../src/main/system-clock.ts";
import { alertText, botToken, group, openChats, telegramLines, user } from "../test/support/chat-world.ts";
import { sampleOrder } from "../test/support/domain-samples.ts";
import { startSmallWorld } from "../test/support/small-world.ts";
import { type Figure, median } from "./figure.ts";

const rounds = 5;
const waiting = 200;
const concurrency = 2;

const orderedMs: number[] = [];
const begunMs: number[] = [];
for (let round = 0; round < rounds; round++) await forwardOnce();
for (const figure of [
  figureOf(
    "forwarded alert → order given",
    orderedMs,
    "its logs read in Loki, what is new recorded, the order committed",
  ),
  figureOf(
    "order given → investigation begun",
    begunMs,
    `${concurrency} busy hands, ${waiting} orders waiting, one slot for what is urgent`,
  ),
])
  process.send?.(figure);

async function forwardOnce(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "error-autopilot-bench-"));
  const telegram = await startTelegram({ token: botToken, clock: systemClock });
  openChats(telegram);
  const nowMs = Date.now();
  const mode = `issue\n    telegram: { chat: "${group}" }`;
  const world = await startSmallWorld(folder, nowMs, { mode, extra: telegramLines(telegram.url) });
  mkdirSync(world.stateDirectory, { recursive: true });
  const config = await loadConfig({
    path: world.configFile,
    env: { ...world.env, TELEGRAM_BOT_TOKEN: botToken },
    homeDirectory: "/nowhere",
    workingDirectory: "/",
  });
  let givenAtMs = 0;
  const { stateDirectory } = world;
  const means = {
    clock: systemClock,
    fetch: null,
    wrapStore: <Value>(store: Value): Value => store,
    wrapQueue: <Value>(queue: Value): Value => queue,
  };
  const worker = await compose(
    config,
    {
      stateDirectory,
      databaseFile: databaseFileOf(stateDirectory),
      dryRun: false,
      onProgress: ({ kind }) => {
        if (kind === "ordered") givenAtMs ||= performance.now();
      },
    },
    means,
  );
  const chat = openChat(config, worker, { process: "daemon", ownLines: () => [], onFault: () => undefined }, means);
  if (chat === null) throw new Error("there is no chat");
  const stop = new AbortController();
  const begun = Promise.withResolvers<number>();
  let busy = 0;
  const allBusy = Promise.withResolvers<void>();
  const hands: Hands = ({ order, signal }) => {
    if (order.urgency === "urgent") begun.resolve(performance.now());
    else if (++busy === concurrency) allBusy.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
  };
  for (let index = 0; index < waiting; index++) {
    await worker.queue.offer({
      ...sampleOrder(),
      id: `i${String(index).padStart(12, "0")}-1-0`,
      urgency: "normal",
      notBeforeMs: 0,
    });
  }
  const working = worker.queue.work(hands, {
    concurrency: concurrency + 1,
    urgentSlots: 1,
    until: "aborted",
    signal: stop.signal,
  });
  const talking = stayInChat(chat, stop.signal);
  try {
    await allBusy.promise;
    // The bot is asking by now, as it does all day.
    await systemClock.sleep(300);
    const saidAtMs = performance.now();
    telegram.world.say(group, user, alertText, { forward: { from: "grafana", atMs: nowMs - 15 * 60_000 } });
    const begunAtMs = await begun.promise;
    orderedMs.push(givenAtMs - saidAtMs);
    begunMs.push(Math.max(0, begunAtMs - givenAtMs));
  } finally {
    stop.abort();
    await Promise.allSettled([working, talking]);
    await worker.close();
    await Promise.all([world.close(), telegram.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function figureOf(name: string, values: readonly number[], because: string): Figure {
  const most = Math.max(...values);
  return {
    name,
    value: most,
    unit: "ms",
    target: { kind: "at most", value: 1_000 },
    because: `${because}; the slowest of ${values.length}, median ${median(values).toFixed(0)} ms`,
  };
}
