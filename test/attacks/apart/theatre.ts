import { Redis } from "ioredis";
import { type RedisFront, startRedisFront } from "../../support/redis-front.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import type { SmallWorld } from "../../support/small-world.ts";
import { endLeases, type SpawnedHands, spawnHands } from "../../support/spawn-hands.ts";
import type { Misfortune } from "./misfortunes.ts";

/** A Redis, the wires of brain and of hands to it, and hands that are replaced when they die. */
export interface Theatre {
  /** Of the brain's wire. */
  readonly brainUrl: string;
  /** What has happened so far, by the name of the misfortune. */
  readonly happened: ReadonlyMap<Misfortune["kind"], number>;
  readonly handsKilled: () => number;
  /** Orders that hands stopped working on, whose call may have been under way. */
  readonly stopped: () => number;
  /** Calls of the model whose answer had been saved before. */
  readonly paidAgain: readonly string[];
  /** When hands have found something or died, or a moment later. */
  news(): Promise<void>;
  /** Dead hands are replaced, and leases of what nobody works on run out. */
  tidyUp(): Promise<void>;
  /** The crash point at which the brain dies in its next run, should that come so far; null: at none. */
  readonly brainDiesAt: () => number | null;
  /** It made a run and passed so many crash points, or died in it. */
  brainRan(pointsPassed: number | "died"): void;
  close(): Promise<void>;
}

export interface TheatreOptions {
  readonly handsCount: number;
  readonly clockAheadMs: number;
  readonly misfortunes: readonly Misfortune[];
}

const times = { answerTimeoutMs: 400, silenceMsMax: 900 } as const;

export async function openTheatre(world: SmallWorld, options: TheatreOptions): Promise<Theatre> {
  const redis = await startRedis({ appendOnly: true });
  const wires = { brain: await startRedisFront(redis.port), hands: await startRedisFront(redis.port) };
  const happened = new Map<Misfortune["kind"], number>();
  const note = (kind: Misfortune["kind"]) => void happened.set(kind, (happened.get(kind) ?? 0) + 1);
  const saved = new Set<string>();
  const paidAgain: string[] = [];
  const everybody: SpawnedHands[] = [];
  // Counted over all its runs: it gives orders in one, and settles what hands have found in another.
  const brainDeaths = options.misfortunes.filter((each) => each.kind === "brain-dies").map(({ at }) => ({ left: at }));
  const handsDeaths = options.misfortunes.filter((each) => each.kind === "hands-die");
  let killed = 0;
  let isClosing = false;
  let hands: SpawnedHands[] = [];
  let hear: () => void = () => undefined;

  function onLine(line: string): void {
    const [word = "", digest = ""] = line.split(" ");
    if (word === "found") hear();
    if (word === "saved") saved.add(digest);
    if (word === "asked" && saved.has(digest)) paidAgain.push(digest);
  }

  function raise(): SpawnedHands {
    const crashAt = handsDeaths.shift()?.at ?? null;
    const name = `hands-${everybody.length}`;
    const { clockAheadMs } = options;
    const given = { name, crashAt, clockAheadMs, times: { ...times } };
    const raised = spawnHands(world, wires.hands.url(), given, onLine);
    raised.process.once("exit", () => {
      hear();
      if (isClosing) return;
      killed += 1;
      if (crashAt !== null) note("hands-die");
    });
    everybody.push(raised);
    return raised;
  }

  decideWire(wires.brain, "brain");
  decideWire(wires.hands, "hands");
  hands = Array.from({ length: options.handsCount }, raise);

  function decideWire(front: RedisFront, whose: "brain" | "hands"): void {
    const due = options.misfortunes.filter((each) => isOnWire(each, whose));
    front.onMessage((number) => {
      const [next] = due.filter(({ at }) => at <= number);
      if (next === undefined) return "passed";
      due.splice(due.indexOf(next), 1);
      note(next.kind);
      return befall(next, front);
    });
  }

  function befall(misfortune: Misfortune, front: RedisFront): "cut-before" | "cut-after" | "passed" {
    switch (misfortune.kind) {
      case "hands-die-on-the-wire":
        // Which of them sent it is not known; the first one is as good as any.
        hands[0]?.process.kill("SIGKILL");
        return misfortune.arrives ? "cut-after" : "cut-before";
      case "wire-is-cut":
        if (misfortune.forMs > 0) setTimeout(() => outage(front, "cut", misfortune.forMs), 10);
        return misfortune.arrives ? "cut-after" : "cut-before";
      case "wire-is-stalled":
        outage(front, "stall", misfortune.forMs);
        return "passed";
      case "redis-dies":
        void restart(redis, misfortune.isEmptied, misfortune.forMs);
        return "passed";
      default:
        return "passed";
    }
  }

  async function restart(server: RedisServer, isEmptied: boolean, forMs: number): Promise<void> {
    await server.kill();
    if (isEmptied) {
      server.forget();
      saved.clear();
    }
    await new Promise((resolve) => setTimeout(resolve, forMs));
    if (!isClosing) await server.start();
  }

  const abandoned = new Map<string, number>();

  return {
    brainUrl: wires.brain.url(),
    happened,
    handsKilled: () => killed,
    stopped: () => everybody.flatMap(({ said }) => said).filter((line) => /^(?:stopped|threw) /.test(line)).length,
    paidAgain,
    brainDiesAt: () => brainDeaths[0]?.left ?? null,
    brainRan(pointsPassed) {
      if (pointsPassed === "died") {
        brainDeaths.shift();
        note("brain-dies");
      } else if (brainDeaths[0] !== undefined) brainDeaths[0].left -= pointsPassed;
    },
    news: () =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, quietMs);
        hear = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    async tidyUp() {
      hands = hands.map((each) => (each.hasEnded() ? raise() : each));
      const atWork = new Set(hands.flatMap((each) => each.atWork()));
      const locked = (await lockedOrders(redis).catch(() => [])).filter((order) => !atWork.has(order));
      for (const order of abandoned.keys()) if (!locked.includes(order)) abandoned.delete(order);
      // Seen several times, for what hands have taken a moment ago they have not told of yet.
      for (const order of locked) abandoned.set(order, (abandoned.get(order) ?? 0) + 1);
      const over = locked.filter((order) => (abandoned.get(order) ?? 0) >= looksMax);
      if (over.length > 0) await endLeases(redis.url(), over);
    },
    async close() {
      isClosing = true;
      await Promise.all(everybody.map((each) => each.kill()));
      await Promise.all([wires.brain.close(), wires.hands.close()]);
      await redis.close();
    },
  };
}

const quietMs = 250;
const looksMax = 3;

function isOnWire(misfortune: Misfortune, whose: "brain" | "hands"): boolean {
  switch (misfortune.kind) {
    case "hands-die-on-the-wire":
    case "redis-dies":
      return whose === "hands";
    case "wire-is-cut":
    case "wire-is-stalled":
      return misfortune.whose === whose;
    default:
      return false;
  }
}

function outage(front: RedisFront, how: "cut" | "stall", forMs: number): void {
  front[how]();
  setTimeout(() => front.mend(), forMs);
}

/** Orders that somebody has, or had when he died. */
async function lockedOrders(server: RedisServer): Promise<readonly string[]> {
  const admin = new Redis(server.url(), { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  admin.on("error", () => undefined);
  try {
    await admin.connect();
    const locks = await admin.keys("error-autopilot:orders:order-*:lock");
    return locks.map((key) => decodeURIComponent(key.slice("error-autopilot:orders:order-".length, -":lock".length)));
  } finally {
    admin.disconnect();
  }
}
