/** Loki of the bench, in a process of its own: answers query_range out of a workload. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LokiOptions } from "./loki-process.ts";
import { createWorkload, entriesPerMinute, lokiAnswer } from "./workload.ts";

const options = JSON.parse(process.argv[2] ?? "") as LokiOptions;
const workload = createWorkload(options);
// Whole minutes are made before the port is told, so that what is measured does not wait for their making.
const prepared = Array.from({ length: options.isPrepared ? options.minutes : 0 }, (_, minute) =>
  Buffer.from(lokiAnswer(workload.entries({ first: minute * entriesPerMinute, end: (minute + 1) * entriesPerMinute }))),
);

const server = createServer((request, response) => {
  const query = new URL(request.url ?? "/", "http://localhost").searchParams;
  const range = workload.range(
    BigInt(query.get("start") ?? 0),
    BigInt(query.get("end") ?? 0),
    Number(query.get("limit") ?? 100),
  );
  const isWholeMinute = range.first % entriesPerMinute === 0 && range.end - range.first === entriesPerMinute;
  const ready = isWholeMinute ? prepared[range.first / entriesPerMinute] : undefined;
  const body = ready ?? Buffer.from(lokiAnswer(workload.entries(range)));
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
