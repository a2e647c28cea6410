import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands between us and a good server, and may do anything with an exchange. */
export interface HostileFront {
  readonly url: string;
  /** Requests that met the misbehaviour since it was set. */
  readonly met: () => number;
  /** From now on requests whose path contains `path` meet it; null: all is passed on. */
  misbehave(misbehaviour: Misbehaviour | null, path?: string): void;
  close(): Promise<void>;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the good server says to it. */
  readonly good: () => Promise<GoodAnswer>;
}

export interface GoodAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type Misbehaviour = (exchange: Exchange) => unknown;

/** An honest proxy of the server at `goodUrl` until it is told to misbehave. */
export async function startHostileFront(goodUrl: string): Promise<HostileFront> {
  let misbehaviour: Misbehaviour | null = null;
  let path = "";
  let met = 0;

  const server = createServer((request, response) => {
    // Whoever is attacked hangs up in the middle: that is no failure of the front.
    response.on("error", () => undefined);
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const good = () => forward(goodUrl, request, body);
    if (misbehaviour !== null && (request.url ?? "").includes(path)) {
      met += 1;
      await misbehaviour({ request, response, good });
      return;
    }
    const { status, headers, body: bytes } = await good();
    response.writeHead(status, headers).end(bytes);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    met: () => met,
    misbehave(next, only = "") {
      misbehaviour = next;
      path = only;
      met = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const passedOn = ["content-type", "date", "link", "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset"];

async function forward(goodUrl: string, request: IncomingMessage, body: Buffer): Promise<GoodAnswer> {
  const { host: _host, connection: _connection, "content-length": _length, ...headers } = request.headers;
  const method = request.method ?? "GET";
  const answer = await fetch(goodUrl + (request.url ?? "/"), {
    method,
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    redirect: "manual",
    ...(method === "GET" ? {} : { body: new Uint8Array(body) }),
  });
  const kept = [...answer.headers].filter(([name]) => passedOn.includes(name));
  return { status: answer.status, headers: Object.fromEntries(kept), body: Buffer.from(await answer.arrayBuffer()) };
}
