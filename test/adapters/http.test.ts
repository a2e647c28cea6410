import dns, { type LookupAddress } from "node:dns";
import { createServer, type RequestListener } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, type MockInstance, vi } from "vitest";
import {
  createHttpClient,
  type HttpError,
  type HttpSource,
  isPrivateAddress,
  serverWords,
} from "../../src/adapters/http.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = new AbortController().signal;

function client(source: Partial<HttpSource> & { readonly url: string }, bytesMax = 1000) {
  return createHttpClient({ tenant: null, auth: null, timeoutMs: 5000, ...source }, { bytesMax });
}

async function failure(run: () => unknown): Promise<HttpError> {
  try {
    await run();
  } catch (error) {
    return error as HttpError;
  }
  throw new Error("nothing was thrown");
}

describe("an HTTP client of one server", () => {
  it("sends path, query, tenant and login, and gives status, headers and text", async () => {
    const url = await serve((request, response) => {
      response.setHeader(
        "x-seen",
        JSON.stringify([request.url, request.headers["x-scope-orgid"], request.headers.authorization]),
      );
      response.writeHead(418).end("short and stout");
    });
    const loki = client({ url: `${url}/prefix/`, tenant: "shop", auth: { kind: "basic", user: "u", password: "p:w" } });
    const answer = await loki.get("/api", { query: '{a="b c"}' }, never);
    expect(answer).toMatchObject({ status: 418, text: "short and stout" });
    expect(JSON.parse(answer.headers["x-seen"] as string)).toEqual([
      "/prefix/api?query=%7Ba%3D%22b+c%22%7D",
      "shop",
      `Basic ${Buffer.from("u:p:w").toString("base64")}`,
    ]);
    const bearer = await client({ url, auth: { kind: "bearer", token: "t0ken" } }).get("/", {}, never);
    expect(bearer.headers["x-seen"]).toContain("Bearer t0ken");
  });

  it("keeps the connection for the next request", async () => {
    const ports = new Set<number>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort ?? 0);
      response.end("ok");
    });
    const one = client({ url });
    for (const path of ["/1", "/2", "/3"]) await one.get(path, {}, never);
    expect(ports.size).toBe(1);
  });

  it("asks once more, on a new connection, when a kept one was closed meanwhile", async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      if (asked === 2) request.socket.resetAndDestroy();
      else response.end(`answer ${asked}`);
    });
    const one = client({ url });
    await one.get("/", {}, never);
    expect((await one.get("/", {}, never)).text).toBe("answer 3");
  });

  it("tells a reset on a new connection as an error", async () => {
    let asked = 0;
    const url = await serve((request) => {
      asked += 1;
      request.socket.resetAndDestroy();
    });
    expect(await failure(() => client({ url }).get("/", {}, never))).toMatchObject({
      failure: "broken-off",
      isRetryable: true,
    });
    expect(asked).toBe(1);
  });

  it("follows no redirect, and says where it would have led without the rest of the address", async () => {
    let isAsked = false;
    const other = await serve((_request, response) => {
      isAsked = true;
      response.end();
    });
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: `${other}/login?token=geheim` }).end("moved");
    });
    const error = await failure(() => client({ url }).get("/api", {}, never));
    expect(error).toMatchObject({ failure: "redirect", isRetryable: false });
    expect(error.message).toContain(other);
    expect(error.message).not.toContain("geheim");
    expect(isAsked).toBe(false);
  });

  it("reads no more than it may", async () => {
    const url = await serve((_request, response) => response.end("x".repeat(1001)));
    expect(await failure(() => client({ url }).get("/", {}, never))).toMatchObject({ failure: "too-large" });
    expect((await client({ url }, 1001).get("/", {}, never)).text).toHaveLength(1001);
  });

  it("counts bytes after decompression, so that a small body cannot become a large one", async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
    });
    expect(bomb.length).toBeLessThan(25_000);
    expect(await failure(() => client({ url }, 25_000).get("/", {}, never))).toMatchObject({ failure: "too-large" });
  });

  it("reads gzip, and tells broken gzip as an answer that broke off", async () => {
    const packed = gzipSync("packed");
    const url = await serve((request, response) => {
      response
        .writeHead(200, { "content-encoding": "gzip" })
        .end(request.url === "/cut" ? packed.subarray(0, 12) : packed);
    });
    expect((await client({ url }).get("/", {}, never)).text).toBe("packed");
    expect(await failure(() => client({ url }).get("/cut", {}, never))).toMatchObject({ failure: "broken-off" });
  });

  it("limits the whole exchange, not only the time to the first byte", async () => {
    const url = await serve((_request, response) => {
      const timer = setInterval(() => response.write("."), 5);
      response.on("close", () => clearInterval(timer));
    });
    const error = await failure(() => client({ url, timeoutMs: 60 }).get("/", {}, never));
    expect(error).toMatchObject({ failure: "timeout", isRetryable: true });
    expect(error.message).toContain("60 ms");
  });

  it("stops at once when its signal aborts, with the signal's reason", async () => {
    const url = await serve(() => undefined);
    const abort = new AbortController();
    const asked = failure(() => client({ url }).get("/", {}, abort.signal));
    abort.abort(new Error("enough"));
    expect((await asked).message).toBe("enough");
    expect((await failure(() => client({ url }).get("/", {}, abort.signal))).message).toBe("enough");
  });

  it("says that a server cannot be reached", async () => {
    const url = await serve(() => undefined);
    for (const close of closers.splice(0)) close();
    const error = await failure(() => client({ url }).get("/api", {}, never));
    expect(error).toMatchObject({ failure: "not-reached", isRetryable: true });
    expect(error.message).toContain("ECONNREFUSED");
  });

  it("tells neither login, path prefix nor query in errors", async () => {
    const url = await serve((request) => request.socket.destroy());
    const secretive = client({ url: `${url}/pr3fix`, auth: { kind: "bearer", token: "t0ken" } });
    const error = await failure(() => secretive.get("/api", { query: "qu3ry" }, never));
    expect(error.message).toContain(`${url}/api`);
    expect(`${error.message} ${error.stack}`).not.toMatch(/pr3fix|t0ken|qu3ry/);
  });

  it.each([
    ["ftp://loki", "bad-address"],
    ["loki:3100", "bad-address"],
    ["http://user:geheim@loki", "bad-address"],
    ["http://loki?token=geheim", "bad-address"],
  ])("refuses the address %s", async (url, kind) => {
    const error = await failure(() => client({ url }));
    expect(error).toMatchObject({ failure: kind, isRetryable: false });
    expect(error.message).not.toContain("geheim");
  });

  it("refuses a tenant that a header cannot carry", async () => {
    const error = await failure(() => client({ url: "http://127.0.0.1:9", tenant: "a\nb" }).get("/", {}, never));
    expect(error).toMatchObject({ failure: "bad-address" });
  });

  it("sends nothing over plain http to a public address unless that is allowed", async () => {
    const error = await failure(() => client({ url: "http://192.0.2.1:3100" }).get("/", {}, never));
    expect(error).toMatchObject({ failure: "plain-http-refused", isRetryable: false });
    const allowed = client({ url: "http://192.0.2.1:3100", allowPlainHttp: true, timeoutMs: 20 });
    expect((await failure(() => allowed.get("/", {}, never))).failure).not.toBe("plain-http-refused");
  });

  it("judges the address that a name stands for", async () => {
    const url = await serve((_request, response) => response.end("by name"));
    expect((await client({ url: url.replace("127.0.0.1", "localhost") }).get("/", {}, never)).text).toBe("by name");
  });

  it("sends nothing to a name that stands for a public address, however it looks", async () => {
    const lookup = vi.spyOn(dns, "lookup") as unknown as MockInstance;
    lookup.mockImplementation(
      (_name: string, _options: unknown, found: (error: null, all: LookupAddress[]) => void) => {
        found(null, [
          { address: "127.0.0.1", family: 4 },
          { address: "192.0.2.1", family: 4 },
        ]);
      },
    );
    syncBuiltinESMExports();
    try {
      const error = await failure(() => client({ url: "http://loki.internal:9" }).get("/", {}, never));
      expect(error).toMatchObject({ failure: "plain-http-refused" });
    } finally {
      lookup.mockRestore();
      syncBuiltinESMExports();
    }
  });

  it.each([
    ["127.0.0.1", true],
    ["10.1.2.3", true],
    ["172.16.0.1", true],
    ["172.32.0.1", false],
    ["192.168.1.1", true],
    ["192.169.1.1", false],
    ["169.254.1.1", true],
    ["100.64.0.1", true],
    ["100.128.0.1", false],
    ["8.8.8.8", false],
    ["::1", true],
    ["::ffff:10.0.0.1", true],
    ["::ffff:8.8.8.8", false],
    ["fd00::1", true],
    ["fe80::1", true],
    ["2001:db8::1", false],
    ["", false],
  ])("knows whether %s is private: %s", (address, isPrivate) => {
    expect(isPrivateAddress(address)).toBe(isPrivate);
  });
});

describe("the words of a server", () => {
  const words = (text: string, contentType = "text/plain"): string =>
    serverWords({ status: 500, headers: { "content-type": contentType }, text, bytes: null });

  it("are its text in one line, or the message in its JSON, or the title of its page", () => {
    expect(words("rpc error:\n  no such file\n")).toBe("rpc error: no such file");
    expect(words('{"code":2,"message":"no org id"}')).toBe("no org id");
    expect(words("<html><head><title>Sign in</title></head></html>", "text/html")).toBe('a page titled "Sign in"');
  });

  it("end after 500 characters, however long the answer is", () => {
    expect(words("e".repeat(2_000_000)).length).toBeLessThanOrEqual(501);
  });
});
