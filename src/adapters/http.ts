import type { IncomingHttpHeaders, IncomingMessage, Agent as PlainAgent } from "node:http";
import type { Agent as TlsAgent } from "node:https";
import type { LookupFunction } from "node:net";
import type { Readable } from "node:stream";
import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";
import { isTooHeavy } from "./json-weight.ts";
import { overwriteSecrets, secretsIn, withoutSecrets } from "./own-secrets.ts";

/** `path` is appended to the base address; the query is encoded here. */
export interface HttpClient {
  /**
   * One GET, answered in full. Statuses of 400 and above are answers, not errors.
   * @throws HttpError when there is no answer, or none that may be used
   * @throws the signal's reason when `signal` aborts
   */
  get(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    headers?: Readonly<Record<string, string>>,
  ): Promise<HttpAnswer>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** "" where the body is none. */
  readonly text: string;
  /** The body of a protobuf message; null where it is text. */
  readonly bytes: Buffer | null;
}

/** Why an exchange brought no usable answer. */
export type HttpFailure =
  | "bad-address"
  | "plain-http-refused"
  | "not-reached"
  | "certificate"
  | "broken-off"
  | "redirect"
  | "too-large"
  | "timeout";

/** No usable answer came. The message names the server and the API path, never credentials, path prefix or query. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly failure: HttpFailure;
  readonly isRetryable: boolean;

  constructor(failure: HttpFailure, message: string) {
    super(message);
    this.failure = failure;
    this.isRetryable = failure === "not-reached" || failure === "broken-off" || failure === "timeout";
  }
}

type HttpAuth =
  | { readonly kind: "basic"; readonly user: string; readonly password: string }
  | { readonly kind: "bearer"; readonly token: string };

/** How one source is reached, as the configuration says it. */
export interface HttpSource {
  /** Address of the one server, with an optional path prefix: `https://logs.example.com/loki-proxy`. */
  readonly url: string;
  readonly tenant: string | null;
  readonly auth: HttpAuth | null;
  /** For the whole exchange, from the first packet to the last byte. */
  readonly timeoutMs: number;
  /** Plain http to public addresses too. Absent: only to loopback and private ones. */
  readonly allowPlainHttp?: boolean;
}

/** The headers that say who is asking, and for which tenant. */
function accessHeaders({ tenant, auth }: HttpSource): Record<string, string> {
  const headers: Record<string, string> = {};
  if (tenant !== null) headers["x-scope-orgid"] = tenant;
  if (auth?.kind === "basic") {
    headers["authorization"] = `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString("base64")}`;
  }
  if (auth?.kind === "bearer") headers["authorization"] = `Bearer ${auth.token}`;
  return headers;
}

/** The server's clock as its `Date` header tells it, in milliseconds; null where it sends none. */
export function serverTimeMs(headers: IncomingHttpHeaders): number | null {
  const timeMs = headers.date === undefined ? Number.NaN : Date.parse(headers.date);
  return Number.isNaN(timeMs) ? null : timeMs;
}

/** `Retry-After` in milliseconds; null where the server sends none. */
export function retryAfterMs(headers: IncomingHttpHeaders): number | null {
  const seconds = headers["retry-after"];
  return seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : null;
}

const wordsLengthMax = 500;

export function isHtml(answer: HttpAnswer): boolean {
  return /^\s*</.test(answer.text) || (answer.headers["content-type"] ?? "").startsWith("text/html");
}

/** What a server says in an error, in one redacted line: the text, the message inside JSON, or the title of a page. */
export function serverWords(answer: HttpAnswer): Redacted {
  // Cut before and after: the gate must not read megabytes, and must see what the second cut would tear.
  const text = answer.text.slice(0, 20 * wordsLengthMax).trim();
  const inside = isHtml(answer)
    ? `a page titled "${/<title[^>]*>([^<]{0,200})/i.exec(text)?.[1]?.trim() ?? ""}"`
    : (/"(?:message|error)":\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text);
  const words = redact(inside.replace(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim());
  return words.length <= wordsLengthMax ? words : redact(`${words.slice(0, wordsLengthMax)}…`);
}

// Idle connections are kept for the next page of the same poll, and do not keep the process alive.
const connectionsMax = 8;

/**
 * A client of one server, reading at most `bytesMax` of a body (counted after decompression). Follows no redirect, sends nothing over plain
 * http to a public address, retries nothing.
 * @throws HttpError when the address cannot be used
 */
export function createHttpClient(source: HttpSource, limits: { readonly bytesMax: number }): HttpClient {
  const base = parseBase(source.url);
  const { protocol } = base;
  const guardsPlainHttp = protocol === "http:" && source.allowPlainHttp !== true;
  const ownHeaders: Record<string, string> = {
    accept: "application/json",
    "accept-encoding": "gzip",
    ...accessHeaders(source),
  };
  const secrets = secretsIn({ authorization: ownHeaders["authorization"] ?? null, apiKey: null });
  const withoutOwnSecrets = (answer: HttpAnswer): HttpAnswer => ({
    ...answer,
    text: withoutSecrets(answer.text, secrets),
    bytes: answer.bytes === null ? null : overwriteSecrets(answer.bytes, secrets),
  });
  let agent: PlainAgent | TlsAgent | null = null;

  async function exchange(
    target: URL,
    path: string,
    headers: Record<string, string>,
    isFresh: boolean,
    signal: AbortSignal,
  ) {
    // Not imported, because an import reads every export, and one of node:http loads a WebSocket client: more than a tenth of a run with nothing new.
    const http = protocol === "https:" ? process.getBuiltinModule("node:https") : process.getBuiltinModule("node:http");
    const lookup = guardsPlainHttp ? await guardedLookup(base.hostname, base.origin) : undefined;
    agent ??= new http.Agent({ keepAlive: true, maxSockets: connectionsMax });
    const said = `${base.origin}${path}`;
    signal.throwIfAborted();
    return new Promise<HttpAnswer>((resolve, reject) => {
      const request = http.request(target, {
        method: "GET",
        headers,
        agent: isFresh ? false : (agent as PlainAgent),
        lookup,
      });
      const end = (error: unknown): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        reject(error);
        request.destroy();
      };
      const onAbort = (): void => end(signal.reason);
      const timer = setTimeout(
        () => end(new HttpError("timeout", `${said} did not answer in full within ${source.timeoutMs} ms.`)),
        source.timeoutMs,
      );
      signal.addEventListener("abort", onAbort, { once: true });
      // A kept connection may have been closed by the server just now: that says nothing about this request.
      request.on("error", (error) =>
        end(request.reusedSocket && isReset(error) ? staleConnection : explain(error, said)),
      );
      request.on("response", (message) => {
        readAnswer(message, said, limits.bytesMax).then((answer) => {
          clearTimeout(timer);
          signal.removeEventListener("abort", onAbort);
          resolve(answer);
        }, end);
      });
      request.end();
    });
  }

  return {
    async get(path, query, signal, headers = {}) {
      const target = new URL(base.href.replace(/\/+$/, "") + path);
      target.search = new URLSearchParams(query).toString();
      const sent = { ...ownHeaders, ...headers };
      try {
        return withoutOwnSecrets(await exchange(target, path, sent, false, signal));
      } catch (error) {
        if (error === staleConnection) return withoutOwnSecrets(await exchange(target, path, sent, true, signal));
        if (codeOf(error) !== "ERR_INVALID_CHAR") throw error;
        throw new HttpError(
          "bad-address",
          `The tenant, user or token for ${base.origin} holds a character that a header cannot carry, such as a line break.`,
        );
      }
    },
  };
}

const staleConnection = new HttpError("broken-off", "The server closed a kept connection.");

function parseBase(url: string): URL {
  const base = URL.canParse(url) ? new URL(url) : null;
  if (base === null || !/^https?:$/.test(base.protocol)) {
    throw new HttpError(
      "bad-address",
      "The address is no http:// or https:// URL. Write it like https://loki.example.com.",
    );
  }
  if (base.username !== "" || base.password !== "") {
    throw new HttpError(
      "bad-address",
      `The address of ${base.origin} holds a user name or password. Put them into auth.`,
    );
  }
  if (base.search !== "" || base.hash !== "") {
    throw new HttpError(
      "bad-address",
      `The address of ${base.origin} holds a query or fragment. End it with the path.`,
    );
  }
  return base;
}

/**
 * Name resolution that ends in private addresses only. The address that is connected to is the one that was judged, so a name cannot point
 * somewhere else a moment later.
 */
async function guardedLookup(hostname: string, origin: string): Promise<LookupFunction> {
  const [{ isIP }, dns] = await Promise.all([import("node:net"), import("node:dns")]);
  const host = hostname.replace(/^\[|\]$/g, "");
  const refusal = new HttpError(
    "plain-http-refused",
    `${origin} is plain http at a public address, where anyone on the way can read and change it. Use https.`,
  );
  if (isIP(host) !== 0 && !isPrivateAddress(host)) throw refusal;
  return (name, lookupOptions, callback) => {
    dns.lookup(name, { ...lookupOptions, all: true }, (error, found) => {
      if (error !== null) return callback(error, "", 0);
      const [first] = found;
      if (first === undefined || !found.every((each) => isPrivateAddress(each.address)))
        return callback(refusal, "", 0);
      return lookupOptions.all === true ? callback(null, found) : callback(null, first.address, first.family);
    });
  };
}

/** Loopback, private, link-local and carrier-internal addresses, IPv4 or IPv6. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
  if (plain.includes(":")) return plain === "::1" || /^f[cd]|^fe[89ab]/.test(plain);
  const [first = -1, second = -1] = plain.split(".").map(Number);
  if (first === 127 || first === 10) return true;
  if (first === 172) return second >= 16 && second <= 31;
  if (first === 192) return second === 168;
  if (first === 169) return second === 254;
  return first === 100 && second >= 64 && second <= 127;
}

async function readAnswer(message: IncomingMessage, said: string, bytesMax: number): Promise<HttpAnswer> {
  const status = message.statusCode ?? 0;
  const { location } = message.headers;
  if (status >= 300 && status < 400) {
    if (status === 304 || location === undefined) {
      throw new HttpError(
        "redirect",
        `${said} answered ${status}, which is no answer to what was asked. Is a cache in between?`,
      );
    }
    const target = URL.canParse(location) ? ` to ${new URL(location).origin}` : "";
    throw new HttpError(
      "redirect",
      `${said} redirects${target} (${status}), which is not followed. Set the address to where the API really is, past any login page.`,
    );
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of await decoded(message)) {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        throw new HttpError("too-large", `${said} answered more than ${bytesMax} bytes; the rest was not read.`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof HttpError ? error : explain(error, said);
  }
  const body = Buffer.concat(chunks, bytes);
  if (/^application\/(?:x-)?protobuf\b/.test(message.headers["content-type"] ?? "")) {
    return { status, headers: message.headers, text: "", bytes: body };
  }
  if (isTooHeavy(body)) throw new HttpError("too-large", `${said} answered JSON of too many values to be read.`);
  return { status, headers: message.headers, text: body.toString("utf8"), bytes: null };
}

async function decoded(message: IncomingMessage): Promise<AsyncIterable<Buffer>> {
  if (message.headers["content-encoding"] !== "gzip") return message;
  const [{ createGunzip }, { pipeline }] = await Promise.all([import("node:zlib"), import("node:stream")]);
  // The error of either end comes out of the iteration; the callback is only there because a pipeline wants one.
  return pipeline(message, createGunzip(), () => undefined) as Readable;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function isReset(error: unknown): boolean {
  return ["ECONNRESET", "EPIPE"].includes(codeOf(error));
}

/** Node's own words may hold addresses or URLs: only the code is passed on. */
function explain(error: unknown, said: string): HttpError {
  if (error instanceof HttpError) return error;
  const code = codeOf(error);
  if (/CERT|SSL|TLS|SELF_SIGNED|ALTNAME/.test(code)) {
    return new HttpError(
      "certificate",
      `The certificate of ${said} cannot be trusted (${code}). Name its authority in NODE_EXTRA_CA_CERTS.`,
    );
  }
  if (["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"].includes(code)) {
    return new HttpError(
      "not-reached",
      `${said} cannot be reached (${code}). Is the server up, and the address right?`,
    );
  }
  return new HttpError("broken-off", `The answer of ${said} broke off${code === "" ? "" : ` (${code})`}.`);
}
