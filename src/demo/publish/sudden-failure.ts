import { randomBytes } from "node:crypto";
import type { CompanyRepository } from "./create-repositories.ts";
import { otlpSpan } from "./otlp.ts";
import { Shipment } from "./shipment.ts";

const service = "storefront";
const count = 6;

const failure = {
  type: "TypeError",
  message: "query.trim is not a function",
  stack: `TypeError: query.trim is not a function
    at parseQuery (/srv/storefront/src/catalogue/search.js:20:20)
    at search (/srv/storefront/src/catalogue/search.js:14:17)
    at node:internal/process/task_queues:105:5`,
};

/** Somebody's crawler begins to send the search word twice (`?q=pan&q=mug`), and the search takes two words for one. @returns how Grafana says it */
export async function suddenFailure(at: {
  readonly lokiUrl: string;
  readonly tempoUrl: string;
  readonly environment: string;
  readonly repository: CompanyRepository;
  readonly nowMs: number;
}): Promise<string> {
  const shipment = new Shipment(at.environment);
  for (let index = 0; index < count; index++) {
    const timeMs = at.nowMs - 90_000 + index * 9_000;
    const [traceId, spanId] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
    const line = JSON.stringify({
      level: 50,
      time: timeMs,
      trace_id: traceId,
      span_id: spanId,
      err: failure,
      msg: failure.message,
    });
    shipment.addEntry(service, "storefront-6d9f7-2xkqp", timeMs, line);
    const startNs = BigInt(timeMs - 4) * 1_000_000n;
    shipment.addSpans(service, at.repository.head, [
      otlpSpan.parse({
        traceId,
        spanId,
        name: "GET /search",
        kind: 2,
        startTimeUnixNano: startNs.toString(),
        endTimeUnixNano: (startNs + 5_000_000n).toString(),
        attributes: [{ key: "http.route", value: { stringValue: "/search" } }],
        status: { code: 2, message: failure.message },
        events: [
          {
            name: "exception",
            timeUnixNano: (startNs + 4_000_000n).toString(),
            attributes: [
              { key: "exception.type", value: { stringValue: failure.type } },
              { key: "exception.message", value: { stringValue: failure.message } },
              { key: "exception.stacktrace", value: { stringValue: failure.stack } },
            ],
          },
        ],
      }),
    ]);
  }
  await shipment.send(at.lokiUrl, at.tempoUrl);
  return `**Firing**

Value: A=${count}
Labels:
 - alertname = ERROR LOG
 - service_name = ${service}
 - deployment_environment = ${at.environment}
Annotations:
 - summary = ${count} errors in 5 minutes`;
}
