import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KnownAnswer } from "../../src/main/eval/eval-case.ts";

/** A job of the desk, and what around it makes it fail through no fault of its code. */
interface DeskRun {
  readonly job: string;
  readonly kind: KnownAnswer["kind"];
  readonly categories: KnownAnswer["categories"];
  /** The environment in which it runs; what was opened for it is closed afterwards. */
  around(open: Opened): Promise<Readonly<Record<string, string>>>;
}

interface Opened {
  readonly folder: string;
  /** Listens until the job is over; the port. */
  listen(server: Server): Promise<number>;
}

const answering = (status: number) =>
  createHttpServer((request, response) => {
    request.resume();
    response.writeHead(status).end("{}");
  });

const importer = (text: string) => async () => ({ IMPORTER: `${process.execPath} -e ${text}` });

const deskRuns: readonly DeskRun[] = [
  {
    ...{ job: "write-report", kind: "not-in-code", categories: ["capacity"] },
    around: async () => ({ REPORT_FILE: "/dev/full" }),
  },
  {
    ...{ job: "remember-session", kind: "not-in-code", categories: ["capacity"] },
    around: async ({ listen }) => {
      const full = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
      return {
        CACHE_PORT: String(await listen(createServer((socket) => socket.once("data", () => socket.end(full))))),
      };
    },
  },
  {
    ...{ job: "load-customers", kind: "not-in-code", categories: ["third_party", "capacity"] },
    around: async () => ({ DATABASE_PORT: "5439" }),
  },
  {
    ...{ job: "find-ledger", kind: "not-in-code", categories: ["third_party", "misconfiguration"] },
    around: async () => ({ LEDGER_HOST: "ledger.invalid" }),
  },
  {
    ...{ job: "fetch-rates", kind: "not-in-code", categories: ["third_party"] },
    around: async ({ listen }) => {
      const port = await listen(createHttpServer((request) => request.socket.resetAndDestroy()));
      return { RATES_URL: `http://127.0.0.1:${port}/rates` };
    },
  },
  {
    ...{ job: "receive-upload", kind: "not-in-code", categories: ["noise"] },
    around: async () => {
      const port = 18_080;
      const begun = "POST /upload HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n\r\nhalf";
      const timer = setInterval(() => {
        const socket = connect(port, "127.0.0.1", () => {
          clearInterval(timer);
          socket.write(begun, () => socket.destroy());
        }).once("error", () => undefined);
      }, 100);
      return { UPLOAD_PORT: String(port) };
    },
  },
  {
    ...{ job: "charge-card", kind: "not-in-code", categories: ["third_party"] },
    around: async ({ listen }) => ({ PAYMENTS_URL: `http://127.0.0.1:${await listen(answering(503))}` }),
  },
  {
    ...{ job: "charge-again", kind: "not-in-code", categories: ["third_party", "capacity"] },
    around: async ({ listen }) => ({ PAYMENTS_URL: `http://127.0.0.1:${await listen(answering(429))}` }),
  },
  {
    ...{ job: "refund-card", kind: "not-in-code", categories: ["third_party"] },
    around: async ({ listen }) => ({
      PAYMENTS_URL: `http://127.0.0.1:${await listen(createHttpServer(() => undefined))}`,
    }),
  },
  {
    ...{ job: "read-records", kind: "not-in-code", categories: ["data"] },
    around: async ({ folder }) => {
      const file = join(folder, "records.txt");
      writeFileSync(file, "5;open;2026-01-09\n6;paid;2026-01-09\n7;open;2026-11-2\n");
      return { RECORDS_FILE: file };
    },
  },
  { job: "register-guest", kind: "not-in-code", categories: ["data", "noise"], around: async () => ({}) },
  { job: "import-orders", kind: "cannot-tell", categories: [], around: importer("process.exit(1)") },
  {
    job: "synchronise",
    kind: "cannot-tell",
    categories: [],
    around: async () => ({ RATES_URL: "http://127.0.0.1:9" }),
  },
  {
    ...{ job: "print-labels", kind: "cannot-tell", categories: [] },
    around: importer("console.log('E1042');process.exit(1)"),
  },
  {
    ...{ job: "close-day", kind: "cannot-tell", categories: [] },
    around: importer("console.log('{}');process.exit(1)"),
  },
  { job: "move-stock", kind: "cannot-tell", categories: [], around: importer("process.kill(process.pid,'SIGKILL')") },
];

export interface RanDesk {
  readonly job: string;
  readonly answer: KnownAnswer;
  /** What it wrote, a line an entry. */
  readonly lines: readonly string[];
}

/** Runs each job where it fails, in a copy of the program. */
export async function runDesk(program: string): Promise<readonly RanDesk[]> {
  const folder = mkdtempSync(join(tmpdir(), "error-autopilot-desk-"));
  const place = join(folder, "app");
  cpSync(program, place, { recursive: true });
  const ran: RanDesk[] = [];
  try {
    for (const { job, kind, categories, around } of deskRuns) {
      const servers: Server[] = [];
      const env = await around({
        folder,
        listen: (server) =>
          new Promise((resolve) => {
            servers.push(server);
            server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
          }),
      });
      const text = await new Promise<string>((resolve, reject) =>
        execFile(process.execPath, ["src/main.js", job], { cwd: place, env }, (error, stdout) =>
          error === null ? resolve(stdout) : reject(error),
        ),
      );
      for (const server of servers) server.close();
      const shown = text.replaceAll(place, "/app").replaceAll(folder, "/var/desk").trim();
      ran.push({ job, answer: { kind, categories: [...categories], places: [] }, lines: shown.split("\n") });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return ran;
}
