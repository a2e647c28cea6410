import { createServer } from "node:http";
import { log } from "./src/logger.js";
import { routeOf } from "./src/routes.js";
import { withSpan } from "./src/tracing.js";

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://storefront");
  const { name, handle } = routeOf(request.method, url);
  let traceId = null;
  try {
    const answer = await withSpan(`${request.method} ${name}`, "server", { "http.route": name }, async (span) => {
      traceId = span.traceId;
      try {
        return await handle(url);
      } catch (err) {
        log.error({ err, route: name }, `${request.method} ${url.pathname} failed`);
        throw err;
      }
    });
    send(response, 200, traceId, answer);
  } catch {
    send(response, 500, traceId, { error: "Something went wrong on our side." });
  }
});

function send(response, status, traceId, answer) {
  response.writeHead(status, { "content-type": "application/json", "x-trace-id": traceId });
  response.end(JSON.stringify(answer));
}

server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
  log.info({ port: server.address().port }, "storefront is listening");
});
process.on("SIGTERM", () => server.close(() => process.exit(0)));
