import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../domain/clock.ts";
import { type AppSetup, newAccess, type TokenSetup } from "./access.ts";
import type { Addresses } from "./answers.ts";
import { type Answer, refused, type Surroundings } from "./api.ts";
import { githubDescription, type Match } from "./api-description.ts";
import { type Fault, type Faults, newFaults } from "./faults.ts";
import { answerGraphql, isGraphql } from "./graphql.ts";
import { issuePage } from "./issue-page.ts";
import { operations } from "./operations.ts";
import { newWorld, type RepositorySetup, type World } from "./world.ts";

export interface GitHubSetup {
  readonly port?: number;
  readonly repositories: readonly RepositorySetup[];
  readonly tokens: readonly TokenSetup[];
  readonly app?: AppSetup;
  /** How long what was just created is missing from lists; it can be read by number at once. */
  readonly listingLagMs?: number;
  /** Where people look at issues, without a slash at the end; the stand-in itself shows plain pages when this is left out. */
  readonly webUrl?: string;
  readonly clock: Pick<Clock, "nowMs">;
}

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string;
  /** Null: the connection was cut. */
  readonly status: number | null;
  readonly login: string | null;
}

/** GitHub's REST API on loopback. What it holds lives in this process; any process may talk to it. */
export interface GitHubStandIn {
  readonly url: string;
  readonly webUrl: string;
  readonly world: World;
  readonly faults: Faults;
  /** In order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** Where a request, or an answer of ours, did not fit GitHub's published description. A test that passes has none. */
  readonly violations: readonly string[];
  setListingLag(ms: number): void;
  /** The token is bad from now on. */
  revoke(token: string): void;
  close(): Promise<void>;
}

const requestBytesMax = 1024 * 1024;
const hourlyRequests = 5000;

/**
 * Starts it. Each request's method, path, query and body must fit an operation of GitHub's description (`openapi.json`), else it is refused and
 * kept in `violations`.
 */
export async function startGitHub(setup: GitHubSetup): Promise<GitHubStandIn> {
  const description = githubDescription();
  const nowMs = (): number => setup.clock.nowMs();
  const world = newWorld(setup.repositories, nowMs);
  const access = newAccess(setup.tokens, setup.app ?? null);
  const faults = newFaults();
  const requests: SeenRequest[] = [];
  const violations: string[] = [];
  let listingLagMs = setup.listingLagMs ?? 0;

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      violations.push(
        `the stand-in failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(setup.port ?? 0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const addresses: Addresses = { api: url, web: setup.webUrl ?? url };
  const around: Surroundings = { world, access, addresses, nowMs, listingLagMs: () => listingLagMs };

  return {
    url,
    webUrl: addresses.web,
    world,
    faults,
    requests,
    violations,
    setListingLag(ms) {
      listingLagMs = ms;
    },
    revoke: (token) => access.revoke(token),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    const target = request.url ?? "/";
    const text = await readBody(request);
    const page = method === "GET" ? issuePage(target, world) : null;
    if (page !== null) {
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end(page);
      return;
    }
    const { pathname, searchParams } = new URL(target, url);
    const match = description.match(method, pathname);
    const fault = isFaulty(match) || isGraphql(method, pathname) ? faults.take(method !== "GET") : null;
    const actor = access.actor(request.headers.authorization);
    const login = actor === null || actor.kind === "app" ? null : actor.login;
    const seen = (status: number | null): void => void requests.push({ method, target, body: text, status, login });

    if (fault?.kind === "reset-before") {
      seen(null);
      request.socket.destroy();
      return;
    }
    const answer = refusalOf(fault, nowMs()) ?? answerTo();
    if (fault !== null && losesAnswer(fault, answer, response)) {
      seen(null);
      return;
    }
    const said = fault?.kind === "lost-502" ? refused(502, "Server Error") : answer;
    seen(said.status);
    send(said, actor !== null && actor.kind === "classic" ? actor.scopes : null, response);

    function answerTo(): Answer {
      if (isGraphql(method, pathname)) {
        const asked = answerGraphql(parseBody(text)?.fields ?? {}, actor, around);
        violations.push(...asked.violations);
        return asked.answer;
      }
      if (match === null) {
        violations.push(`${method} ${pathname}: no such operation in GitHub's description`);
        return refused(404, "Not Found");
      }
      const body = parseBody(text);
      if (body === null) {
        violations.push(`${method} ${pathname}: the body is not JSON`);
        return refused(400, "Problems parsing JSON");
      }
      const problems = description.requestProblems(match, searchParams, body.value);
      if (problems.length > 0) {
        violations.push(...problems.map((problem) => `${method} ${pathname}: ${problem}`));
        return refused(422, `Invalid request. ${problems.join("; ")}`);
      }
      if (actor === null) {
        return refused(401, request.headers.authorization ? "Bad credentials" : "Requires authentication");
      }
      const operation = operations[match.operation];
      if (operation === undefined) {
        violations.push(`${method} ${pathname}: the stand-in does not do ${match.operation}`);
        return refused(501, "The stand-in does not do this");
      }
      const asked = { path: match.path, query: searchParams, body: body.fields, actor, target };
      const answered = operation(asked, around);
      violations.push(...description.answerProblems(match.operation, answered.status, answered.body));
      return answered;
    }
  }

  function send(answer: Answer, scopes: readonly string[] | null, response: ServerResponse): void {
    response.sendDate = false;
    const hourMs = 3_600_000;
    response.writeHead(answer.status, {
      date: new Date(nowMs()).toUTCString(),
      "content-type": "application/json; charset=utf-8",
      "x-github-media-type": "github.v3; format=json",
      "x-ratelimit-limit": String(hourlyRequests),
      "x-ratelimit-remaining": String(Math.max(0, hourlyRequests - requests.length)),
      "x-ratelimit-reset": String(Math.ceil((nowMs() + hourMs) / 1000)),
      ...(scopes === null ? {} : { "x-oauth-scopes": scopes.join(", ") }),
      ...answer.headers,
    });
    response.end(JSON.stringify(answer.body));
  }
}

/** Faults are for what is done in repositories: a token that is fetched first does not use one up. */
function isFaulty(match: Match | null): boolean {
  return match !== null && "repo" in match.path;
}

function refusalOf(fault: Fault | null, nowMs: number): Answer | null {
  const seconds = String(fault?.seconds ?? 60);
  switch (fault?.kind) {
    case "fail-500":
      return refused(500, "Server Error");
    case "retry-after":
      return refused(403, "You have exceeded a secondary rate limit.", { "retry-after": seconds });
    case "secondary":
      return refused(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.");
    case "primary":
      return refused(403, "API rate limit exceeded.", {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Math.floor(nowMs / 1000) + Number(seconds)),
      });
    case "invalid":
      return refused(422, "Validation Failed", {}, [{ resource: "Issue", code: "invalid", field: "title" }]);
    default:
      return null;
  }
}

/** Whether the answer is never seen whole: then it, or the connection, was dealt with here. */
function losesAnswer(fault: Fault, answer: Answer, response: ServerResponse): boolean {
  const text = JSON.stringify(answer.body);
  switch (fault.kind) {
    case "reset-after":
      response.socket?.destroy();
      return true;
    case "cut-answer":
      response.writeHead(answer.status, { "content-type": "application/json", "content-length": text.length + 100 });
      response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
      return true;
    case "html-answer":
      response.writeHead(200, { "content-type": "text/html" }).end("<html><body>Just a moment…</body></html>");
      return true;
    case "hold":
      return true;
    default:
      return false;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > requestBytesMax) throw new Error(`a request above ${requestBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseBody(text: string): { value: unknown; fields: Readonly<Record<string, unknown>> } | null {
  if (text === "") return { value: undefined, fields: {} };
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return { value, fields: isObject ? (value as Readonly<Record<string, unknown>>) : {} };
  } catch {
    return null;
  }
}
