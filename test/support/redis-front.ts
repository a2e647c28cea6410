import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

/** What the front does with a connection in place of passing it on. It is told when a client has sent something. */
export interface RedisMisbehaviour {
  /** The real server is asked too, and what it says comes here in place of going to the client. */
  readonly onReply?: (reply: Buffer, client: Socket) => void;
  /** In place of the real server. */
  readonly onRequest?: (request: Buffer, client: Socket) => void;
}

/** What becomes of one message of a client: it never arrives; it arrives and the connection is cut before the reply; or all is as it should be. */
export type MessageFate = "cut-before" | "cut-after" | "passed";

/** A wire to a Redis that can be cut, frozen, and replaced by somebody hostile. */
export interface RedisFront {
  /** Of one of the database's numbers, through the front. */
  url(database?: number): string;
  /** Connections that clients have made since the last change. */
  readonly connections: () => number;
  /** Null: everything is passed on again. Connections that are there are closed, or with "open" go on in the new way. */
  misbehave(misbehaviour: RedisMisbehaviour | null, those?: "closed" | "open"): void;
  /** Refuses connections and cuts those that are there. */
  cut(): void;
  /** Holds back everything, both ways, on connections that stay open. */
  stall(): void;
  /** The end of `cut` and `stall`; what was held back goes on. */
  mend(): void;
  /** Decides about each message of a client before it is passed on; `number` counts from 0. */
  onMessage(decide: ((number: number) => MessageFate) | null): void;
  close(): Promise<void>;
}

export async function startRedisFront(redisPort: number): Promise<RedisFront> {
  const pairs = new Map<Socket, Socket | null>();
  let misbehaviour: RedisMisbehaviour | null = null;
  let decide: ((number: number) => MessageFate) | null = null;
  let connections = 0;
  let messages = 0;
  let isCut = false;
  let isStalled = false;

  const server = createServer((client) => {
    connections += 1;
    client.on("error", () => undefined);
    if (isCut) return void client.destroy();
    const redis = connect(redisPort, "127.0.0.1");
    redis.on("error", () => client.destroy());
    redis.on("close", () => client.destroy());
    client.on("close", () => {
      pairs.delete(client);
      redis.destroy();
    });
    pairs.set(client, redis);
    if (isStalled) for (const each of [client, redis]) each.pause();
    let isDeaf = false;
    client.on("data", (request: Buffer) => {
      if (isDeaf) return;
      if (misbehaviour?.onRequest !== undefined) return misbehaviour.onRequest(request, client);
      const fate = decide?.(messages++) ?? "passed";
      if (fate === "cut-before") return void client.destroy();
      isDeaf = fate === "cut-after";
      // With the last of it written, the server carries it out, whoever hears of it.
      redis.write(request, () => {
        if (isDeaf) setTimeout(() => client.destroy(), cutAfterMs);
      });
    });
    redis.on("data", (reply: Buffer) => {
      if (isDeaf) return;
      if (misbehaviour?.onReply !== undefined) misbehaviour.onReply(reply, client);
      else client.write(reply);
    });
  });

  function closeAll(): void {
    for (const client of pairs.keys()) client.destroy();
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (database = 0) => `redis://127.0.0.1:${port}/${database}`,
    connections: () => connections,
    misbehave(next, those = "closed") {
      misbehaviour = next;
      connections = 0;
      if (those === "closed") closeAll();
    },
    cut() {
      isCut = true;
      closeAll();
    },
    stall() {
      isStalled = true;
      for (const each of [...pairs.keys(), ...pairs.values()]) each?.pause();
    },
    mend() {
      isCut = false;
      isStalled = false;
      for (const each of [...pairs.keys(), ...pairs.values()]) each?.resume();
    },
    onMessage(next) {
      decide = next;
      messages = 0;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      closeAll();
      await closed;
    },
  };
}

/** Long enough for a server on the same machine to have read what was written to it. */
const cutAfterMs = 5;
