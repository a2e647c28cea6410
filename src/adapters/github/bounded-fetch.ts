import { isPrivateAddress } from "../http.ts";

/** Of one answer, decompressed: a page of 100 issues of 65,536 characters each, in any script. */
const bytesMax = 32 * 1024 * 1024;

/** The configured address cannot be used. */
export class GitHubAddressError extends Error {
  override readonly name = "GitHubAddressError";
  readonly isRetryable = false;
}

/**
 * The given fetch, kept within bounds: one origin, no redirect followed, the whole exchange within `timeoutMs`, a bounded answer. An answer that is cut
 * off or too large is an error, never half a text.
 * @throws GitHubAddressError when the address is no URL, or is plain http to somewhere public
 */
export function createBoundedFetch(inner: typeof fetch, apiUrl: string, timeoutMs: number): typeof fetch {
  const { origin } = parseAddress(apiUrl);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) throw new Error(`A request to ${url.origin} was stopped: only ${origin} is asked.`);
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
    const answer = await inner(input, { ...init, signal, redirect: "manual" });
    const body = await readAll(answer);
    const hasBody = answer.status !== 204 && answer.status !== 205 && answer.status !== 304;
    return new Response(hasBody ? body : null, { status: answer.status, headers: answer.headers });
  };
}

async function readAll(answer: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error(`GitHub answered more than ${bytesMax} bytes; the rest was not read.`);
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

function parseAddress(apiUrl: string): URL {
  if (!URL.canParse(apiUrl)) {
    throw new GitHubAddressError("GitHub's address is no URL. Write it like https://api.github.com.");
  }
  const url = new URL(apiUrl);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol === "https:") return url;
  if (url.protocol === "http:" && (host === "localhost" || isPrivateAddress(host))) return url;
  throw new GitHubAddressError(
    `GitHub's address ${url.origin} would send the token in the clear. Use https; plain http is only for this machine and private addresses.`,
  );
}
