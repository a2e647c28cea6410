import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../domain/clock.ts";
import { newFaultPlan, type SourceFaults, sendFaulty } from "./source-faults.ts";

export interface SourceServerSetup {
  readonly host?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly clock?: Pick<Clock, "nowMs">;
}

export interface SourceRequest {
  readonly method: string;
  readonly path: string;
  /** Of the address, or of a form in the body. */
  readonly params: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface SourceAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string | Buffer;
}

/** What the stand-ins of Loki and Tempo have in common: a real HTTP server, what it was asked, and what goes wrong. */
export interface SourceServer {
  readonly url: string;
  /** The latest thousand, in order of arrival. */
  readonly requests: readonly SourceRequest[];
  readonly faults: SourceFaults;
  close(): Promise<void>;
}

const requestsKeptMax = 1000;
const requestBytesMax = 64 * 1024 * 1024;

/** Answers each request by `answerTo`, with a `Date` by the given clock. */
export async function startSourceServer(
  setup: SourceServerSetup,
  answerTo: (request: SourceRequest) => SourceAnswer,
): Promise<SourceServer> {
  const nowMs = nowOf(setup);
  const faults = newFaultPlan();
  const requests: SourceRequest[] = [];

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "content-type": "text/plain" }).end(`the stand-in failed: ${String(error)}`);
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    requests.push(request);
    if (requests.length > requestsKeptMax) requests.shift();
    const fault = faults.take(request.path);
    const answer =
      fault?.kind === "answer" ? { contentType: "text/plain; charset=utf-8", ...fault } : answerTo(request);
    response.statusCode = answer.status;
    response.setHeader("date", new Date(nowMs()).toUTCString());
    if (answer.contentType !== null) response.setHeader("content-type", answer.contentType);
    if (fault?.kind === "answer") response.setHeaders(new Map(Object.entries(fault.headers ?? {})));
    sendFaulty(fault?.kind === "answer" ? null : fault, Buffer.from(answer.body), response);
  }

  const host = setup.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(setup.port ?? 0, host, resolve);
  });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The clock of a stand-in; the machine's where none is given. */
export function nowOf(setup: SourceServerSetup): () => number {
  return () => setup.clock?.nowMs() ?? Date.now();
}

async function readRequest(incoming: IncomingMessage): Promise<SourceRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > requestBytesMax) throw new Error("the request is too large");
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks).toString("utf8");
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://stand-in");
  const isForm = incoming.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  const params = isForm ? new URLSearchParams([...searchParams, ...new URLSearchParams(body)]) : searchParams;
  return { method: incoming.method ?? "GET", path: pathname, params, headers: incoming.headers, body };
}

/** Text as both servers send their errors. */
export function textAnswer(status: number, body: string): SourceAnswer {
  return { status, contentType: "text/plain; charset=utf-8", body };
}

/** The tenant of a request on a server with tenants; null where the header is missing or empty. */
export function tenantOf(request: SourceRequest): string | null {
  const tenant = request.headers["x-scope-orgid"];
  return typeof tenant === "string" && tenant !== "" ? tenant : null;
}
