import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startMs } from "./otlp.ts";
import type { RecordedCase, Recording } from "./recording.ts";

/** A request that the replay answered: whose span asked, and what was recorded for it. */
export interface ReplayedRequest {
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly recorded: RecordedCase;
}

/** Stands where `pricing` would run, and answers as it did when it was recorded, taking as long. */
export interface PricingReplay {
  readonly url: string;
  /** In order of arrival. */
  readonly requests: readonly ReplayedRequest[];
  close(): Promise<void>;
}

export async function startPricingReplay(recording: Recording): Promise<PricingReplay> {
  const requests: ReplayedRequest[] = [];
  const server = createServer((request, response) => {
    const asked = `${request.method} ${request.url}`;
    const recorded = recording.cases.find((one) => one.asked === asked);
    const [, traceId, parentSpanId] =
      /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(String(request.headers["traceparent"])) ?? [];
    if (recorded?.answer == null || traceId === undefined || parentSpanId === undefined) {
      response.writeHead(501, { "content-type": "text/plain" }).end(`nothing is recorded for ${asked}`);
      return;
    }
    requests.push({ traceId, parentSpanId, recorded });
    const { status, contentType, body } = recorded.answer;
    setTimeout(() => response.writeHead(status, { "content-type": contentType }).end(body), durationMs(recorded));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A little more than it took, so that the caller's span encloses it. */
function durationMs(recorded: RecordedCase): number {
  const starts = recorded.spans.map(startMs);
  const ends = recorded.spans.map((span) => Number(BigInt(span.endTimeUnixNano) / 1_000_000n));
  return starts.length === 0 ? 0 : Math.max(...ends) - Math.min(...starts) + 2;
}
