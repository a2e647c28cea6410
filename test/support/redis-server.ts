import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface RedisServer {
  readonly port: number;
  /** Of one of its 64 databases. */
  url(database?: number): string;
  /** As when it loses power: what is not on disk is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder; what it had written with `appendOnly` is there again. */
  start(): Promise<void>;
  /** What it had written is gone too; while it is killed. */
  forget(): void;
  /** Takes connections and answers nothing, until `goOn`. */
  freeze(): void;
  goOn(): void;
  close(): Promise<void>;
}

export interface RedisServerOptions {
  readonly policy?: string;
  readonly password?: string;
  /** Each write is on disk before it is answered. */
  readonly appendOnly?: boolean;
  /** Speaks TLS and nothing else, with the certificate of `test/fixtures/tls`. */
  readonly isTls?: boolean;
}

export const tlsFolder = join(import.meta.dirname, "..", "fixtures", "tls");

/** A real redis-server of one test file, in a folder of its own, on a free port. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "error-autopilot-redis-"));
  const port = await freePort();
  let child: ChildProcess | null = null;
  // Whoever ends in the middle of a test leaves no server behind.
  const killIt = (): void => void child?.kill("SIGKILL");
  process.once("exit", killIt);

  async function start(): Promise<void> {
    const args = [
      options.isTls === true ? "--tls-port" : "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--databases",
      "64",
      "--dir",
      folder,
    ];
    args.push("--maxmemory-policy", options.policy ?? "noeviction");
    if (options.appendOnly === true) args.push("--appendonly", "yes", "--appendfsync", "always");
    if (options.isTls === true) {
      args.push("--port", "0", "--tls-auth-clients", "no", "--tls-ca-cert-file", join(tlsFolder, "authority.pem"));
      args.push("--tls-cert-file", join(tlsFolder, "server.pem"), "--tls-key-file", join(tlsFolder, "server.key"));
    }
    if (options.password !== undefined) args.push("--requirepass", options.password);
    child = spawn("redis-server", args, { stdio: "ignore" });
    const failed = new Promise<never>((_resolve, reject) => child?.once("error", reject));
    await Promise.race([answering(port), failed]);
  }

  async function kill(): Promise<void> {
    const ended = child;
    child = null;
    if (ended === null) return;
    await new Promise((resolve) => {
      ended.once("close", resolve);
      ended.kill("SIGKILL");
    });
  }

  await start();
  const login = options.password === undefined ? "" : `:${options.password}@`;
  return {
    port,
    url: (database = 0) => `${options.isTls === true ? "rediss" : "redis"}://${login}127.0.0.1:${port}/${database}`,
    kill,
    start,
    forget: () => rmSync(join(folder, "appendonlydir"), { recursive: true, force: true }),
    freeze: () => void child?.kill("SIGSTOP"),
    goOn: () => void child?.kill("SIGCONT"),
    async close() {
      process.off("exit", killIt);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

async function answering(port: number): Promise<void> {
  while (!(await canConnect(port))) await new Promise((resolve) => setTimeout(resolve, 5));
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
