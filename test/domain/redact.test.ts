import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newRedactionMemory, redact, redactWithFindings } from "../../src/domain/redact.ts";
import { slowUnits } from "../fixtures/redaction/slow-units.ts";
import { keyed, keyedCarriers, shapeCarriers, shapes } from "./redact-kinds.ts";

/** The text with one value in the place of its placeholder: what has to remain of the line. */
const withPlaceholder = (line: string, value: string, placeholder: string): string =>
  line.split(value).join(placeholder);

describe("secrets and personal data known by their shape", () => {
  for (const [carrier, write] of shapeCarriers) {
    it.each(shapes)(`%s: %s, in ${carrier}`, (kind, _what, value) => {
      const line = write(kind === "webhook" ? `https://hooks.slack.com/services/${value}` : value);
      expect(redact(line)).toBe(withPlaceholder(line, value, `⟨${kind}:1⟩`));
    });
  }
});

describe("secrets known by the name of their field", () => {
  for (const [carrier, write] of keyedCarriers) {
    it.each(keyed)(`%s: %s in ${carrier}`, (_kind, key, value) => {
      const line = write(key, value);
      const redacted = redact(line);
      expect(redacted).not.toContain(value);
      expect(redacted.replace(/⟨[a-z-]+:1⟩/, value)).toBe(line);
    });
  }

  it.each(keyed)("%s is what the placeholder of %s says", (kind, key, value) => {
    expect(redact(`{"${key}":"${value}"}`)).toBe(`{"${key}":"⟨${kind}:1⟩"}`);
  });

  it("reads a quoted value to its end, whatever is in it", () => {
    expect(redact('{"password":"a\\"b, c} \\\\","n":1}')).toBe('{"password":"⟨password:1⟩","n":1}');
    expect(redact("password='it\\'s, here' n=1")).toBe("password='⟨password:1⟩' n=1");
    const nested = JSON.stringify({ log: JSON.stringify({ password: 'a"b\\c', n: 1 }) });
    expect(redact(nested)).toBe('{"log":"{\\"password\\":\\"⟨password:1⟩\\",\\"n\\":1}"}');
  });

  it("reads a bare value to its end", () => {
    expect(redact("Login(password=a)b,c!d, user=kim)")).toBe("Login(password=⟨password:1⟩, user=kim)");
    expect(redact("a=1,password=abc,b=2")).toBe("a=1,password=⟨password:1⟩,b=2");
    expect(redact("db:\n  password: correct horse # comment\n  port: 1")).toBe(
      "db:\n  password: ⟨password:1⟩ # comment\n  port: 1",
    );
  });

  it("finds them in elements, options and SQL", () => {
    expect(redact("<password>hunter2</password><user>kim</user>")).toBe(
      "<password>⟨password:1⟩</password><user>kim</user>",
    );
    expect(redact("run --db-password hunter2 --user kim")).toBe("run --db-password ⟨password:1⟩ --user kim");
    expect(redact("run --token=hunter2 -v")).toBe("run --token=⟨token:1⟩ -v");
    expect(redact("ALTER USER kim IDENTIFIED BY 'hunter2';")).toBe("ALTER USER kim IDENTIFIED BY '⟨password:1⟩';");
    expect(redact("curl -u kim:hunter2 https://x")).toBe("curl -u kim:⟨credentials:1⟩ https://x");
  });
});

describe("requests, addresses and keys", () => {
  const table: readonly (readonly [line: string, redacted: string])[] = [
    ["Authorization: Bearer abc.def-123", "Authorization: Bearer ⟨authorization:1⟩"],
    ["authorization=[Bearer abc.def-123], host=[a]", "authorization=[Bearer ⟨authorization:1⟩], host=[a]"],
    ['{"authorization":"Basic a2ltOmh1bnRlcjI="}', '{"authorization":"Basic ⟨authorization:1⟩"}'],
    ['"{\\"Authorization\\":\\"Bearer abc\\"}"', '"{\\"Authorization\\":\\"Bearer ⟨authorization:1⟩\\"}"'],
    ["Authorization: KakaoAK 0123456789abcdef", "Authorization: KakaoAK ⟨authorization:1⟩"],
    ["Proxy-Authorization: abc", "Proxy-Authorization: ⟨authorization:1⟩"],
    [
      'Authorization: Digest username="kim", response="6629fae49393a05397450978507c4ef1"',
      "Authorization: Digest ⟨authorization:1⟩",
    ],
    ["sent Bearer abcdef123456 to host", "sent Bearer ⟨authorization:1⟩ to host"],
    ["sent Basic a2ltOmh1bnRlcjI= to host", "sent Basic ⟨authorization:1⟩ to host"],
    ["curl -H 'Authorization: Bearer abc' https://x", "curl -H 'Authorization: Bearer ⟨authorization:1⟩' https://x"],
    ["Cookie: sid=abc; theme=dark", "Cookie: ⟨cookie:1⟩"],
    ["Set-Cookie: sid=abc; Path=/; HttpOnly\nNext: 1", "Set-Cookie: ⟨cookie:1⟩\nNext: 1"],
    ['{"cookie":"sid=abc; theme=dark","n":1}', '{"cookie":"⟨cookie:1⟩","n":1}'],
    ["https://kim:hunter2@example.com/x", "https://⟨credentials:1⟩@example.com/x"],
    ["https://s3cr3t@example.com/x", "https://⟨credentials:1⟩@example.com/x"],
    ["postgres://app:p@ss/w0rd@db:5432/orders", "postgres://⟨credentials:1⟩@db:5432/orders"],
    ["redis://:hunter2@cache:6379/0", "redis://⟨credentials:1⟩@cache:6379/0"],
    ["mongodb+srv://app:hunter2@cluster0.mongodb.net/?w=1", "mongodb+srv://⟨credentials:1⟩@cluster0.mongodb.net/?w=1"],
    ["jdbc:oracle:thin:scott/tiger@db:1521/x", "jdbc:oracle:thin:scott/⟨password:1⟩@db:1521/x"],
    ["jdbc:mysql://db/x?user=kim&password=hunter2", "jdbc:mysql://db/x?user=kim&password=⟨password:1⟩"],
    [
      "GET /k?X-Amz-Date=1&X-Amz-Signature=0123456789abcdef0123&x=1",
      "GET /k?X-Amz-Date=1&X-Amz-Signature=⟨signature:1⟩&x=1",
    ],
    [
      "https://a.blob.core.windows.net/c?sv=1&sig=abc%2Bdef0123456789%3D",
      "https://a.blob.core.windows.net/c?sv=1&sig=⟨signature:1⟩",
    ],
    ["GET /callback?code=4/0AY0e-g7abcdef123&state=1", "GET /callback?code=⟨code:1⟩&state=1"],
  ];
  it.each(table)("%s", (line, redacted) => {
    expect(redact(line)).toBe(redacted);
  });

  const body = "MIIEpAIBAAKCAQEA75fkQ0yYb\nXk3fR5q0JmYVtQ1Vw1eYd0aW3n\nq1==";
  const block = `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`;
  it("hides private keys, and keeps their lines", () => {
    expect(redact(`a\n${block}\nb`)).toBe("a\n⟨private-key:1⟩\n\n\n\n\nb");
    expect(redact(`${block.replace("RSA ", "OPENSSH ").replace("RSA ", "OPENSSH ")}`)).toMatch(/^⟨private-key:1⟩\n+$/);
  });
  it("hides private keys in one line, with escaped line ends", () => {
    expect(redact(JSON.stringify({ key: block, n: 1 }))).toBe('{"key":"⟨private-key:1⟩","n":1}');
    expect(redact(JSON.stringify({ log: JSON.stringify({ key: block, n: 1 }) }))).toBe(
      '{"log":"{\\"key\\":\\"⟨private-key:1⟩\\",\\"n\\":1}"}',
    );
  });
  it("hides private keys out of which all white space was squeezed", () => {
    expect(redact(`at ${block.replaceAll(/\s/g, "")} (a.js:1:2)`)).toBe("at ⟨private-key:1⟩ (a.js:1:2)");
  });
  it("hides private keys that were cut off, and nothing after them", () => {
    const cut = block.slice(0, 70);
    expect(redact(cut)).not.toContain("MIIE");
    expect(redact(`${cut}\nat com.example.Foo.bar(Foo.java:1)`)).toContain("\nat com.example.Foo.bar(Foo.java:1)");
    expect(redact(`${JSON.stringify(block).slice(0, 75)}`)).not.toContain("Xk3f");
  });
});

describe("what is no secret", () => {
  const harmless: readonly string[] = [
    "2026-11-21T15:26:01.123456789+09:00 INFO started on port 8080 (pid 12345)",
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "trace_id=e012f12dfbd02b6cef20a4317c771606 span_id=00f067aa0ba902b7",
    "id 550e8400-e29b-41d4-a716-446655440000, 12345678-1234-1234-1234-123456789012",
    "commit 0123456789abcdef0123456789abcdef01234567 by CI",
    "image sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "integrity sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
    "\tat com.example.order.OrderService$$Lambda$123/0x0000000800c8a1d8.run(OrderService.java:42)",
    "\tat java.base@17.0.1/java.util.ArrayList.forEach(ArrayList.java:1511)",
    "    at processTicksAndRejections (node:internal/process/task_queues:95:5)",
    '  File "/app/orders/service.py", line 12, in create_order',
    "goroutine 1 [running]:\nmain.(*Store).Get(0xc000012345, {0x1234567, 0x10})\n\t/app/store.go:12 +0x1d",
    "order 1234567890123 and ORD-20261121-0001234 and 20261121-1234567 failed",
    "time=1732200000123 timeNs=1732200000123456789 bytes=12345678901",
    "password must not be empty",
    "password: must not be empty",
    '{"errors":{"password":"must not be blank"}}',
    "Invalid username or password",
    "Access denied for user 'kim'@'localhost' (using password: YES)",
    "password=**** token=[REDACTED] secret=<hidden> api_key=xxxxxxxx",
    '{"password":null,"token":"","secret":"***"}',
    "password=$" + "{DB_PASSWORD} token={{token}} secret=%s apiKey=$API_KEY",
    "Unexpected token } in JSON at position 4",
    'Unexpected token: identifier, expected ";"',
    "tokens=512 max_tokens: 4096 promptTokens=12 tokenizer=gpt2 token_type=bearer",
    "const token = await getToken(request);",
    "  password: z.string(),",
    "this.password = config.password;",
    'if (password === null) throw new Error("no password");',
    "private final String password;",
    "Bearer token is missing; WWW-Authenticate: Bearer realm=api",
    "Basic authentication failed",
    "Authorization header is missing",
    "authorization: none",
    "cookie: expired",
    "npm install react@18.2.0 @types/node@24.1.0 left-pad@1.x",
    "git clone git@github.com:org/repo.git",
    "systemd: getty@tty1.service started",
    "com.example.Order@7852e922 and spring-core@5.3.9.RELEASE",
    "host db.internal:5432 10.0.12.7:8080 [::1]:9090",
    "pod orders-7d9c6b8f4-x2x9z in ap-northeast-2",
    "arn:aws:iam::123456789012:role/orders",
    "passed=12 failed=0, pass=3, spinning: 4",
    "version 1.2.3-rc.4+build.20261121, 99.95 %, +12.5, -3",
    "see https://example.com/docs?page=2&sort=-date#top",
    "GET /api/v1/orders/1234567 200 12ms",
    "주문 번호 20261121-0001234 처리에 실패했습니다",
    "SELECT * FROM users WHERE id = 42 AND token IS NULL",
    "asking for a key: value pair; Duplicate key 'orders.uk_1'",
    'java.lang.NullPointerException: Cannot invoke "com.example.Customer.email()" because "customer" is null',
  ];
  it.each(harmless)("%s", (line) => {
    expect(redact(line)).toBe(line);
  });

  it("checks the digits of numbers", () => {
    for (const number of ["4111 1111 1111 1112", "900101-1234567", "DE88 3704 0044 0532 0130 00", "1234567812345678"]) {
      expect(redact(number)).toBe(number);
    }
  });
});

describe("placeholders", () => {
  it("are numbered by kind in order of first sight, the same value the same", () => {
    expect(redact("a@example.com b@example.com a@example.com 010-1234-5678")).toBe(
      "⟨email:1⟩ ⟨email:2⟩ ⟨email:1⟩ ⟨phone:1⟩",
    );
    expect(redact("token=abcdef123456 then Authorization: Bearer abcdef123456")).toMatch(/(⟨[a-z]+:1⟩).*\1/);
  });

  it("are shared within one memory, and not between two", () => {
    const memory = newRedactionMemory();
    expect(redact("a@example.com", memory)).toBe("⟨email:1⟩");
    expect(redact("b@example.com a@example.com", memory)).toBe("⟨email:2⟩ ⟨email:1⟩");
    expect(redact("b@example.com")).toBe("⟨email:1⟩");
  });

  it("of an earlier pass keep their meaning: a new value gets a number that is not taken", () => {
    expect(redact("⟨email:3⟩ wrote to a@example.com")).toBe("⟨email:3⟩ wrote to ⟨email:4⟩");
  });

  it("are counted by kind", () => {
    const { text, found } = redactWithFindings("a@example.com password=x a@example.com 010-1234-5678");
    expect(text).toBe("⟨email:1⟩ password=⟨password:1⟩ ⟨email:1⟩ ⟨phone:1⟩");
    expect(found).toEqual([
      { kind: "email", count: 2 },
      { kind: "password", count: 1 },
      { kind: "phone", count: 1 },
    ]);
    expect(redactWithFindings(text).found).toEqual([]);
  });
});

describe("any text", () => {
  const piece = fc.oneof(
    fc.constantFrom(...shapes.map(([, , value]) => value)),
    fc
      .tuple(fc.constantFrom(...keyedCarriers), fc.constantFrom(...keyed))
      .map(([[, write], [, key, value]]) => write(key, value)),
    fc.constantFrom(
      "password=",
      "token: ",
      '"secret":"',
      "Authorization: ",
      "Bearer ",
      "Cookie: a=",
      "://",
      "@",
      "%40",
      "-----BEGIN RSA PRIVATE KEY-----",
      "-----END RSA PRIVATE KEY-----",
      "⟨password:1⟩",
      "⟨",
      "⟩",
      "\\",
      '\\"',
      '"',
      "'",
      "=",
      ":",
      ",",
      ")",
      "]",
      "}",
      "&",
      ";",
      " ",
      "\n",
      "\r\n",
      "\t",
      "-",
      "_",
      ".",
      "+",
      "010",
      "4111",
      "sk-",
      "eyJ",
      "<password>",
      "--token ",
      "https",
      "\u001b[31m",
      "\u001b[",
      "\\u001b[0m",
      "31m",
      "%41",
      "%ED%82%A4",
      "||",
      "Value:",
      "INSERT INTO t (id, password) VALUES (1, '",
    ),
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.string({ maxLength: 6 }),
  );
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(""));

  it("is redacted once and for all", () => {
    fc.assert(
      fc.property(text, (raw) => {
        const once = redact(raw);
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 4000 },
    );
  });

  it("keeps its lines", () => {
    fc.assert(
      fc.property(text, (raw) => {
        expect(redact(raw).replace(/[^\r\n]/g, "")).toBe(raw.replace(/[^\r\n]/g, ""));
      }),
      { numRuns: 2000 },
    );
  });

  it("gives the same result whatever was redacted before", () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const alone = redact(one);
        redact(other);
        expect(redact(one)).toBe(alone);
      }),
      { numRuns: 500 },
    );
  });
});

/** A quarter of a megabyte each: what takes the square of its length would take minutes. `bench/redact.ts` measures whole ones. */
const slowLength = 250_000;

describe("text made to be slow", () => {
  it.each(slowUnits)(
    "repeats %j",
    (unit) => {
      // Every rule is made to look at it.
      const start =
        "private key password token secret @ :// eyJ sk- cookie authorization bearer basic sig= 000000: +1 de00 0000000000000\n";
      const raw = start + unit.repeat(slowLength / unit.length);
      const once = redact(raw);
      expect(redact(once)).toBe(once);
    },
    30_000,
  );

  it("or colours within colours, overflow nothing", () => {
    const raw = `${"\u001b[".repeat(100_000)}${"31m".repeat(100_000)} password=hunter2`;
    expect(redact(raw)).toContain("password=⟨password:1⟩");
  });

  it("or ten of one character, overflows nothing", () => {
    for (const unit of ["a", '\\"', "a.b@", "A1"])
      expect(redact(`password="${unit.repeat(10_000_000 / unit.length)}`).length).toBeLessThan(11_000_000);
  });
});
