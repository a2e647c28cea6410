import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Exchange, Misbehaviour } from "./hostile-front.ts";

/** An answer in place of the right one. */
export function answer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Misbehaviour {
  return ({ response }) => response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}

/** The right answer with other headers, as if the server's clock or its limits had gone mad. */
export function withHeaders(headers: Readonly<Record<string, string>>): Misbehaviour {
  return async ({ response, good }) => {
    const { status, headers: own, body } = await good();
    response.sendDate = false;
    response.writeHead(status, { ...own, ...headers }).end(body);
  };
}

/** Bytes on the wire, without the courtesy of HTTP. */
export function raw(bytes: string): Misbehaviour {
  return ({ response }) => response.socket?.end(bytes, "latin1");
}

export function redirect(status: number, to: string): Misbehaviour {
  return ({ request, response }) => response.writeHead(status, { location: to + (request.url ?? "") }).end();
}

/** What was sent to say who asks, in every form in which a careless server repeats it. */
export function echoing(status: number): Misbehaviour {
  return ({ request, response }) => {
    const { authorization = "", "x-api-key": key = "" } = request.headers;
    const value = `${authorization.replace(/^\S+\s/, "")}${String(key)}`;
    const login = Buffer.from(value, "base64").toString("latin1");
    const said = `bad login: ${authorization} ${value} (${encodeURIComponent(value)}) ${login} ${Buffer.from(value).toString("base64")}`;
    const error = { type: "authentication_error", message: said };
    response
      .writeHead(status, { "content-type": "application/json", "x-echo": value })
      .end(JSON.stringify({ type: "error", message: said, error }));
  };
}

const zerosOfOnePart = 32 * 1024 * 1024;
let gzipPart: Buffer | null = null;
let brotliBomb: Buffer | null = null;

/** A few megabytes that unpack to as many gigabytes as anybody is willing to read. */
export const gzipBomb: Misbehaviour = (exchange) => {
  gzipPart ??= gzipSync(Buffer.alloc(zerosOfOnePart), { level: 9 });
  exchange.response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
  pour(exchange, gzipPart, 300);
};

/** For those who say that they take it. */
export const brotliBombAnswer: Misbehaviour = ({ response }) => {
  brotliBomb ??= brotliCompressSync(Buffer.alloc(8 * zerosOfOnePart), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
  });
  response.writeHead(200, { "content-type": "application/json", "content-encoding": "br" }).end(brotliBomb);
};

/** A body without an end. */
export const endless: Misbehaviour = (exchange) => {
  exchange.response.writeHead(200, { "content-type": "application/json" });
  pour(exchange, Buffer.alloc(1024 * 1024, "x"), Number.POSITIVE_INFINITY);
};

/** JSON that is small as text and large once read. */
export function jsonBomb(unit: string, bytes: number): Misbehaviour {
  return ({ response }) => {
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(`[${unit.repeat(Math.floor(bytes / unit.length))}`);
  };
}

/** The body of the good answer, a byte at a time, for ever. */
export const drip: Misbehaviour = ({ response }) => {
  response.writeHead(200, { "content-type": "application/json" });
  repeatedly(response, () => response.write(" "));
};

/** Headers that never end. */
export const dripOfHeaders: Misbehaviour = ({ response }) => {
  const { socket } = response;
  socket?.write("HTTP/1.1 200 OK\r\n");
  let count = 0;
  if (socket !== null) repeatedly(socket, () => socket.write(`x-${count++}: y\r\n`));
};

export const hugeHeaders: Misbehaviour = raw(
  `HTTP/1.1 200 OK\r\nx-huge: ${"h".repeat(4_000_000)}\r\ncontent-length: 2\r\n\r\n{}`,
);

/** A second answer behind the first one, for a question that was not asked yet. */
export function answerAhead(body: string): Misbehaviour {
  const one = (text: string) =>
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
  return ({ response }) => response.socket?.write(one(body) + one(body));
}

function pour({ response }: Exchange, part: Buffer, times: number): void {
  let left = times;
  const next = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(part)) return void response.once("drain", next);
    }
    if (left <= 0) response.end();
  };
  next();
}

function repeatedly(until: { once(event: "close", listener: () => void): unknown }, work: () => void): void {
  const timer = setInterval(work, 3);
  until.once("close", () => clearInterval(timer));
}
