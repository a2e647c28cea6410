import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { runGitCommand } from "./git-repository.ts";

export interface GitHttpServer {
  readonly url: string;
  /** Of each request: path, and the login that came with it. */
  readonly requests: readonly { readonly path: string; readonly authorization: string | null }[];
  /** In place of the right answer; null: the right one. */
  answer: RequestListener | null;
  close(): Promise<void>;
}

/** Real git over HTTP on loopback: `git http-backend` behind a small server. @param root a folder with `owner/name.git` below it */
export async function startGitServer(root: string, login: string | null = null): Promise<GitHttpServer> {
  const backend = `${runGitCommand(root, ["--exec-path"])}/git-http-backend`;
  const requests: { path: string; authorization: string | null }[] = [];
  const server = createServer((request, response) => {
    const authorization = request.headers.authorization ?? null;
    requests.push({ path: request.url ?? "", authorization });
    if (its.answer !== null) its.answer(request, response);
    else if (login !== null && authorization !== login) response.writeHead(401, { "www-authenticate": "Basic" }).end();
    else serve(backend, root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const its: GitHttpServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return its;
}

/** @see git-http-backend(1): a CGI program */
function serve(backend: string, root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://git");
  const child = spawn(backend, [], {
    env: {
      PATH: process.env["PATH"] ?? "",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: String(request.headers["content-encoding"] ?? ""),
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => {
    const answer = Buffer.concat(chunks);
    const headEnd = answer.indexOf("\r\n\r\n");
    const head = answer.subarray(0, Math.max(0, headEnd)).toString("latin1").split("\r\n");
    const fields = head.map((line) => /^([^:]+): (.*)$/.exec(line) ?? []);
    const status = fields.find(([, name]) => name === "Status")?.[2] ?? "200";
    response.writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(
        fields.flatMap(([, name, value]) => (name === undefined || name === "Status" ? [] : [[name, value]])),
      ),
    );
    response.end(answer.subarray(headEnd + 4));
  });
}
