import type { ServerResponse } from "node:http";

/** What goes wrong with an answer of Loki or Tempo. */
export type SourceFault =
  /** Another answer in place of the right one. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: string | Buffer;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is reset before a byte is sent. */
  | { readonly kind: "reset" }
  /** No byte is ever sent, and the connection stays. */
  | { readonly kind: "silence" }
  /** The right answer, ended after so many bytes as if that were all. */
  | { readonly kind: "cut"; readonly bytes: number }
  /** The right answer, the connection reset after so many bytes. */
  | { readonly kind: "break-off"; readonly bytes: number }
  /** The right answer, a byte at a time. */
  | { readonly kind: "drip"; readonly everyMs: number };

export interface SourceFaults {
  /** The next `times` requests whose path contains or matches `path` meet this fault, in the order in which faults were planned. */
  next(fault: SourceFault, options?: { readonly path?: string | RegExp; readonly times?: number }): void;
  clear(): void;
}

interface Planned {
  readonly fault: SourceFault;
  readonly path: string | RegExp;
  left: number;
}

export interface FaultPlan extends SourceFaults {
  take(path: string): SourceFault | null;
}

export function newFaultPlan(): FaultPlan {
  let plan: Planned[] = [];
  return {
    next(fault, { path = "", times = 1 } = {}) {
      plan.push({ fault, path, left: times });
    },
    clear() {
      plan = [];
    },
    take(path) {
      const planned = plan.find((each) =>
        typeof each.path === "string" ? path.includes(each.path) : each.path.test(path),
      );
      if (planned === undefined) return null;
      planned.left -= 1;
      plan = plan.filter(({ left }) => left > 0);
      return planned.fault;
    },
  };
}

/** Sends the body as the fault wants it; null: as it should be. */
export function sendFaulty(fault: SourceFault | null, body: Buffer, response: ServerResponse): void {
  switch (fault?.kind) {
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "silence":
      return;
    case "cut":
      response.end(body.subarray(0, fault.bytes));
      return;
    case "break-off":
      // Without a length the client could take the end of the connection for the end of the body.
      response.setHeader("content-length", body.length);
      response.write(body.subarray(0, fault.bytes), () => response.socket?.resetAndDestroy());
      return;
    case "drip":
      drip(body, fault.everyMs, response);
      return;
    default:
      response.setHeader("content-length", body.length);
      response.end(body);
  }
}

function drip(body: Buffer, everyMs: number, response: ServerResponse): void {
  let sent = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(sent, sent + 1));
    sent += 1;
    if (sent >= body.length) response.end();
  }, everyMs);
  response.on("close", () => clearInterval(timer));
}
