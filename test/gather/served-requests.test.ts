import { describe, expect, it } from "vitest";
import { servedRequests } from "../../src/gather/trace/served-requests.ts";
import { makeTrace, type SpanSketch } from "./make-trace.ts";

const requestsOf = (service: string, ...sketches: readonly SpanSketch[]) =>
  servedRequests(makeTrace(...sketches).spans, service);

describe("what a service was asked", () => {
  it("is what its own span says, of either convention", () => {
    const http = { method: "POST", path: "/orders/{id}" };
    const now = { "http.request.method": "POST", "http.route": "/orders/{id}", "url.path": "/orders/17" };
    expect(requestsOf("shop", { at: "shop/POST", kind: "server", attributes: now })).toEqual([
      { kind: "http", ...http },
    ]);
    const before = { "http.method": "post", "http.target": "/orders/17?token=x" };
    expect(requestsOf("shop", { at: "shop/POST", kind: "server", attributes: before })).toEqual([
      { kind: "http", method: "POST", path: "/orders/17" },
    ]);
    expect(requestsOf("shop", { at: "shop/x", kind: "server", name: "GET /orders/{id}" } as never)).toEqual([
      { kind: "http", method: "GET", path: "/orders/{id}" },
    ]);
  });

  it("is what its caller says, where it says nothing itself", () => {
    const attributes = { "http.request.method": "GET", "url.full": "http://stock:8080/reserve/3?x=1" };
    const sketches: readonly SpanSketch[] = [
      { at: "shop/call", kind: "client", attributes },
      { at: "stock/reserve", below: "call" },
    ];
    expect(requestsOf("stock", ...sketches)).toEqual([{ kind: "http", method: "GET", path: "/reserve/3" }]);
    expect(requestsOf("shop", ...sketches)).toEqual([{ kind: "http", method: "GET", path: "/reserve/3" }]);
  });

  it("is a remote procedure, in one name or two", () => {
    const two = { "rpc.service": "shop.Orders", "rpc.method": "Place" };
    const one = { "rpc.method": "shop.Orders/Place" };
    for (const attributes of [one, two]) {
      expect(requestsOf("shop", { at: "shop/x", kind: "server", attributes })).toEqual([
        { kind: "rpc", service: "shop.Orders", method: "Place" },
      ]);
    }
  });

  it("is nothing where no span says it, nearest first where it was asked twice", () => {
    expect(requestsOf("shop", { at: "shop/work", kind: "server" })).toEqual([]);
    const first = { at: "shop/one", kind: "server", attributes: { "http.route": "/one" } } as const;
    const second = { at: "shop/two", below: "one", kind: "server", attributes: { "http.route": "/two" } } as const;
    expect(requestsOf("shop", first, second).map((each) => each.kind === "http" && each.path)).toEqual([
      "/two",
      "/one",
    ]);
  });
});
