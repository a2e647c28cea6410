import { HttpError, isPrivateAddress } from "./http.ts";
import { isTooHeavy } from "./json-weight.ts";
import { secretsIn, withoutSecrets } from "./own-secrets.ts";

const newline = 0x0a;

export interface FetchBounds {
  /** Whose server it is, for people: `GitHub`. */
  readonly who: string;
  /** The one that may be asked, with an optional path. */
  readonly address: string;
  /** Of the whole exchange, from the first packet to the last byte. */
  readonly timeoutMs: number;
  /** Of one answer, decompressed. */
  readonly bytesMax: number;
  /** An answer that is a stream of events is handed on line by line as it comes, within the same bounds. */
  readonly streams?: boolean;
}

/**
 * A fetch for clients that are not ours, kept within bounds: one origin, no redirect followed, the whole exchange within its time, an answer that is bounded as bytes and as JSON, and without
 * the credentials it was asked with. An answer that is cut off, late or too large is an error, never half a text.
 * @throws HttpError when the address is no URL, or is plain http to somewhere public
 */
export function createBoundedFetch(inner: typeof fetch, bounds: FetchBounds): typeof fetch {
  const { who, timeoutMs } = bounds;
  const { origin } = parseAddress(bounds);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) throw new Error(`A request to ${url.origin} was stopped: only ${origin} is asked.`);
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
    try {
      const answer = await inner(input, { ...init, signal, redirect: "manual" });
      const sent = new Headers(init?.headers ?? (input instanceof Request ? input.headers : {}));
      const secrets = secretsIn({ authorization: sent.get("authorization"), apiKey: sent.get("x-api-key") });
      const { status, headers } = answer;
      if (bounds.streams === true && answer.ok && isEventStream(headers)) {
        return new Response(ReadableStream.from(boundedLines(answer, bounds, secrets, orLate)), { status, headers });
      }
      const body = await readAll(answer, bounds);
      const hasBody = answer.status !== 204 && answer.status !== 205 && answer.status !== 304;
      return new Response(hasBody ? withoutSecretsIn(body, secrets) : null, { status, headers });
    } catch (error) {
      throw orLate(error);
    }

    function orLate(error: unknown): unknown {
      if (!deadline.aborted || init?.signal?.aborted === true) return error;
      return new HttpError("timeout", `${who} did not answer in full within ${timeoutMs} ms.`);
    }
  };
}

export function isEventStream(headers: Headers): boolean {
  return headers.get("content-type")?.startsWith("text/event-stream") ?? false;
}

async function readAll(answer: Response, bounds: FetchBounds): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of boundedChunks(answer, bounds)) chunks.push(chunk);
  return checked(chunks, bounds);
}

/** Whole lines only: a secret never stands half in one piece and half in the next. */
async function* boundedLines(
  answer: Response,
  bounds: FetchBounds,
  secrets: readonly string[],
  orLate: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  try {
    for await (const chunk of boundedChunks(answer, bounds)) {
      const end = chunk.lastIndexOf(newline) + 1;
      if (end > 0) {
        yield withoutSecretsIn(checked([...waiting, chunk.subarray(0, end)], bounds), secrets);
        waiting = [];
      }
      if (end < chunk.length) waiting.push(chunk.subarray(end));
    }
    if (waiting.length > 0) yield withoutSecretsIn(checked(waiting, bounds), secrets);
  } catch (error) {
    throw orLate(error);
  }
}

async function* boundedChunks(answer: Response, { who, bytesMax }: FetchBounds): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw new HttpError("too-large", `${who} answered more than ${bytesMax} bytes; the rest was not read.`);
    }
    yield chunk;
  }
}

function checked(chunks: readonly Uint8Array[], { who }: FetchBounds): Buffer {
  const body = Buffer.concat(chunks);
  if (isTooHeavy(body)) throw new HttpError("too-large", `${who} answered JSON of too many values to be read.`);
  return body;
}

/** Nearly always the same bytes, which are then not made into text. */
function withoutSecretsIn(body: Buffer, secrets: readonly string[]): Uint8Array<ArrayBuffer> {
  const holdsOne = secrets.some((secret) => body.includes(secret));
  return Uint8Array.from(holdsOne ? Buffer.from(withoutSecrets(body.toString("utf8"), secrets)) : body);
}

function parseAddress({ who, address }: FetchBounds): URL {
  if (!URL.canParse(address)) {
    throw new HttpError("bad-address", `The address of ${who} is no URL. Write it like https://api.example.com.`);
  }
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol === "https:") return url;
  if (url.protocol === "http:" && (host === "localhost" || isPrivateAddress(host))) return url;
  throw new HttpError(
    "plain-http-refused",
    `The address of ${who}, ${url.origin}, would send credentials in the clear. Use https; plain http is only for this machine and private addresses.`,
  );
}
