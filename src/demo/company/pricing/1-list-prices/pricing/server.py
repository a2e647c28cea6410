"""GET /prices/<sku>?customer=<id>: what one piece costs this customer."""

import json
import logging
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from pricing import log
from pricing.catalogue import LIST_PRICES
from pricing.tracing import parent_from, span

logger = logging.getLogger("pricing.server")


def price_of(sku, customer):
    return LIST_PRICES[sku]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlparse(self.path)
        sku = url.path.removeprefix("/prices/")
        customer = parse_qs(url.query).get("customer", ["guest"])[0]
        parent = parent_from(self.headers.get("traceparent"))
        try:
            with span("GET /prices/{sku}", "server", parent, http__route="/prices/{sku}"):
                try:
                    cents = price_of(sku, customer)
                    logger.info("price of %s for customer %s is %d", sku, customer, cents)
                except Exception:
                    logger.exception("price of %s for customer %s failed", sku, customer)
                    raise
            self.answer(200, {"sku": sku, "cents": cents})
        except Exception:
            self.answer(500, {"error": "internal error"})

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args):
        pass


def serve():
    log.set_up()
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Handler)
    logger.info("pricing is listening on port %d", server.server_port)
    server.serve_forever()
