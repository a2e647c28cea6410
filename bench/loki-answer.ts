/**
 * An answer of query_range with errors of three services: 30 % with a stack trace of some thirty frames (Java, Node), the rest JSON, logfmt and text of one line.
 * Messages and ids differ from entry to entry, as they do.
 */
export function lokiAnswer(entries: number): string {
  const streams = [
    {
      stream: { service_name: "checkout", deployment_environment: "dev", level: "ERROR" },
      values: [] as [string, string][],
    },
    {
      stream: { service_name: "web-gateway", deployment_environment: "dev", level: "error" },
      values: [] as [string, string][],
    },
    {
      stream: { service_name: "inventory", deployment_environment: "dev", level: "error" },
      values: [] as [string, string][],
    },
  ];
  for (let index = 0; index < entries; index++) {
    const kind = index % 20;
    const timestamp = `17951587${String(80_000_000_000 + index * 7_000_003).padStart(11, "0")}`;
    const trace = hex(index, 32);
    if (kind < 4) streams[0]?.values.push([timestamp, javaError(index, trace)]);
    else if (kind < 6) streams[1]?.values.push([timestamp, nodeError(index, trace)]);
    else if (kind < 11) streams[0]?.values.push([timestamp, springLine(index, trace)]);
    else if (kind < 16) streams[1]?.values.push([timestamp, pinoLine(index, trace)]);
    else streams[2]?.values.push([timestamp, logfmtLine(index, trace)]);
  }
  return JSON.stringify({ status: "success", data: { resultType: "streams", result: streams } });
}

function hex(seed: number, length: number): string {
  let text = "";
  for (let part = 0; text.length < length; part++)
    text += (Math.imul(seed + 1, 2_654_435_761 + part * 97) >>> 0).toString(16).padStart(8, "0");
  return text.slice(0, length);
}

function springHeader(index: number, trace: string, logger: string): string {
  return `2026-11-20T07:13:${String(index % 60).padStart(2, "0")}.500Z ERROR 1 --- [checkout] [nio-8080-exec-${index % 10}] [trace_id=${trace}, span_id=${trace.slice(0, 16)}] ${logger} : `;
}

function springLine(index: number, trace: string): string {
  return `${springHeader(index, trace, "c.acme.checkout.StockClient")}Stock of sku-${index} in warehouse ${index % 7} is ${-index}, order ${hex(index, 8)} refused after ${index % 900}ms`;
}

function javaError(index: number, trace: string): string {
  const bug = index % 25;
  const library = Array.from(
    { length: 24 },
    (_, at) => `\tat org.springframework.web.servlet.Dispatcher${at}.doDispatch(Dispatcher${at}.java:${100 + at})`,
  );
  const own = Array.from(
    { length: 4 },
    (_, at) => `\tat com.acme.checkout.part${bug}.Service${at}.handle${at}(Service${at}.kt:${40 + at})`,
  );
  return [
    `${springHeader(index, trace, "c.acme.checkout.OrderService")}Order ${index} failed for customer ${index * 3}`,
    `org.springframework.dao.DataIntegrityViolationException: could not execute statement for order ${index}`,
    ...library,
    ...own,
    `Caused by: org.postgresql.util.PSQLException: ERROR: null value in column "currency" for row ${index}`,
    "\tat org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2725)",
    `\tat com.acme.checkout.part${bug}.Repository.insert(Repository.kt:71)`,
    "\t... 28 more",
  ].join("\n");
}

function nodeError(index: number, trace: string): string {
  const bug = index % 25;
  const message = `Cannot read properties of undefined (reading 'sku') of cart ${index}`;
  const frames = [
    `    at toCart${bug} (/app/src/cart${bug}.ts:17:23)`,
    `    at async handler (/app/src/routes/checkout.ts:22:5)`,
    ...Array.from(
      { length: 18 },
      (_, at) =>
        `    at Layer.handle${at} [as handle_request] (/app/node_modules/express/lib/router/layer.js:${95 + at}:5)`,
    ),
    "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
  ];
  return JSON.stringify({
    level: 50,
    time: 1_795_158_781_900 + index,
    pid: 1,
    hostname: "web-gateway-0",
    traceId: trace,
    spanId: trace.slice(0, 16),
    req: { method: "POST", url: `/api/checkout/${index}` },
    err: { type: "TypeError", message, stack: `TypeError: ${message}\n${frames.join("\n")}` },
    msg: "request errored",
  });
}

function pinoLine(index: number, trace: string): string {
  return JSON.stringify({
    level: 50,
    time: 1_795_158_781_900 + index,
    pid: 1,
    hostname: "web-gateway-0",
    traceId: trace,
    req: { method: "GET", url: `/api/items/${index}` },
    msg: `upstream answered ${500 + (index % 4)} after ${index}ms for item ${hex(index, 12)}`,
  });
}

function logfmtLine(index: number, trace: string): string {
  return `ts=2026-11-20T07:13:01.300Z level=error caller=reserve.go:77 msg="reserve of sku-${index} failed" err="pq: deadlock detected" trace_id=${trace} span_id=${trace.slice(0, 16)}`;
}
