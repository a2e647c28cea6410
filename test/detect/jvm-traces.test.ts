import { describe, expect, it } from "vitest";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { ErrorEntry } from "../../src/domain/error-entry.ts";
import { framesOf, readOne, rules, split } from "./log-entries.ts";

const head = "2026-11-20 07:13:01.500 ERROR 1 --- [main] c.a.Orders : order 17 failed\n";
const said = (entry: ErrorEntry) => entry.exceptions.map(({ type, message }) => `${type}: ${message}`);
const frame = "\tat com.acme.Orders.place(Orders.java:10)";

describe("a stack trace of the JVM", () => {
  it("has a message of its own lines, also one that begins like a frame", () => {
    const text = `${head}com.acme.Refused: two lines\n\n\tat the end of it (really)\n${frame}`;
    const read = readOne(text);
    expect(read.message).toBe("order 17 failed");
    expect(said(read)).toEqual(["com.acme.Refused: two lines\n\n\tat the end of it (really)"]);
    expect(framesOf(read)).toEqual(["*com.acme.Orders.place:10"]);
  });

  it("has no message where the logger writes null", () => {
    expect(said(readOne(`${head}java.lang.NullPointerException: null\n${frame}`))).toEqual([
      "java.lang.NullPointerException: null",
    ]);
    expect(readOne(`${head}java.lang.NullPointerException: null\n${frame}`).exceptions[0]?.message).toBeNull();
  });

  it("leaves out what was suppressed, with its causes", () => {
    const text = [
      "java.lang.IllegalStateException: outer",
      frame,
      "\tSuppressed: java.io.IOException: on close",
      "\t\tat com.acme.Export.close(Export.java:3)",
      "\t\tSuppressed: java.io.IOException: deeper",
      "\t\t\tat com.acme.Export.flush(Export.java:4)",
      "\tCaused by: java.net.SocketException: of the suppressed one",
      "\t\t... 3 more",
      "Caused by: java.sql.SQLException: the cause",
      "\tat org.h2.Driver.connect(Driver.java:1)",
      "\t... 12 common frames omitted",
    ].join("\n");
    expect(said(readOne(head + text))).toEqual([
      "java.lang.IllegalStateException: outer",
      "java.sql.SQLException: the cause",
    ]);
    // A shipper that cuts blanks leaves nothing to tell them apart by: the cause is believed to be the outer one's.
    expect(said(readOne(head + text.replaceAll("\t", "")))).toContain("java.sql.SQLException: the cause");
  });

  it("leaves out where Reactor saw it pass", () => {
    const text = [
      "java.lang.IllegalStateException: no stock",
      frame,
      "\tSuppressed: reactor.core.publisher.FluxOnAssembly$OnAssemblyException: ",
      "Error has been observed at the following site(s):",
      "\t*__checkpoint ⇢ Handler com.acme.Api#place(Order) [DispatcherHandler]",
      '\t*__checkpoint ⇢ HTTP POST "/orders" [ExceptionHandlingWebHandler]',
      "Original Stack Trace:",
      "\t\tat com.acme.Orders.place(Orders.java:10)",
      "\t\tat reactor.core.publisher.MonoMap.onNext(MonoMap.java:1)",
      "Caused by: java.lang.NumberFormatException: x",
      "\tat com.acme.Orders.parse(Orders.java:12)",
    ].join("\n");
    const read = readOne(head + text);
    expect(said(read)).toEqual(["java.lang.IllegalStateException: no stock", "java.lang.NumberFormatException: x"]);
    expect(framesOf(read)).toEqual(["*com.acme.Orders.place:10"]);
    expect(framesOf(read, 1)).toEqual(["*com.acme.Orders.parse:12"]);
  });

  it("ends at what is its own cause's cause", () => {
    const text = `java.lang.Error: a\n${frame}\nCaused by: java.lang.Error: b\n\t... 1 more\nCaused by: [CIRCULAR REFERENCE: java.lang.Error: a]`;
    expect(said(readOne(head + text))).toEqual(["java.lang.Error: a", "java.lang.Error: b"]);
  });

  it("begins with the root where the logger prints it first", () => {
    const text = `<#1a2b3c4d> java.io.IOException: root\n\tat com.acme.Disk.read(Disk.java:1)\n\t... 2 common frames omitted\nWrapped by: <#5e6f7a8b> com.acme.Refused: outer\n${frame}`;
    expect(said(readOne(head + text))).toEqual(["com.acme.Refused: outer", "java.io.IOException: root"]);
  });

  it("may stand in the line of the message", () => {
    const line = `07:13:01,500 ERROR [com.acme.Orders] (default task-1) order 17 failed: com.acme.Orders$1: code 51\n${frame}`;
    const read = readOne(line);
    expect(read.message).toBe("order 17 failed");
    expect(said(read)).toEqual(["com.acme.Orders$1: code 51"]);
  });

  it("may have no frames, for the runtime leaves them out of what it throws often", () => {
    const read = readOne(`${head}\njava.lang.NullPointerException: null`);
    expect(read.message).toBe("order 17 failed");
    expect(said(read)).toEqual(["java.lang.NullPointerException: null"]);
    expect(readOne("java.lang.NullPointerException")).toMatchObject({ isError: true });
    expect(readOne("Terminating due to java.lang.OutOfMemoryError: Java heap space")).toMatchObject({
      isError: true,
      exceptions: [{ type: "java.lang.OutOfMemoryError", message: "Java heap space", frames: [] }],
    });
    expect(
      readOne(head.replace("ERROR", "INFO").replace("order 17", "java.io.IOException: x, order 17")),
    ).toMatchObject({
      isError: false,
      exceptions: [],
    });
  });

  it("may be a name and a message in a field", () => {
    for (const fields of [{ exception: "java.io.IOException: closed" }, { ex: "java.io.IOException: closed" }]) {
      expect(said(readOne(JSON.stringify({ level: "ERROR", message: "m", ...fields })))).toEqual([
        "java.io.IOException: closed",
      ]);
    }
    expect(readOne(JSON.stringify({ level: "ERROR", message: "m", error: "connection refused" })).exceptions).toEqual(
      [],
    );
  });

  it("may have names in any script", () => {
    const read = readOne(`${head}kr.co.acme.주문예외: 재고 없음\n\tat kr.co.acme.주문서비스.취소(주문서비스.kt:10)`);
    expect(said(read)).toEqual(["kr.co.acme.주문예외: 재고 없음"]);
    expect(framesOf(read)).toEqual(["*kr.co.acme.주문서비스.취소:10"]);
  });

  it("is not the dump of a thread", () => {
    const dump = `"main" #1 prio=5 os_prio=0\n   java.lang.Thread.State: WAITING (parking)\n${frame}`;
    expect(readOne(dump)).toMatchObject({ isError: false, exceptions: [] });
  });

  it("ends where another one begins", () => {
    const read = readOne(`java.lang.Error: a\n${frame}\njava.lang.Error: b\n\tat com.acme.Other.run(Other.java:1)`);
    expect(said(read)).toEqual(["java.lang.Error: a"]);
    expect(framesOf(read)).toEqual(["*com.acme.Orders.place:10"]);
  });

  it("may be cut anywhere", () => {
    const whole = `${head}java.lang.Error: a\n${frame}\n\tat com.acme.Api.post(Api.java:20)\nCaused by: java.io.IOException: closed\n\tat com.acme.Disk.read(Disk.java:1)`;
    for (let length = head.length; length <= whole.length; length++) {
      const read = readOne(whole.slice(0, length));
      expect(read.isError).toBe(true);
      for (const { frames } of read.exceptions) {
        expect(frames.every(({ module }) => module?.startsWith("com.acme.") === true)).toBe(true);
      }
    }
    expect(said(readOne(whole.slice(0, whole.indexOf("closed"))))).toEqual(["java.lang.Error: a"]);
  });
});

describe("what the JVM and its frameworks write besides", () => {
  it("its own death, with the frame that died", () => {
    const text =
      "#\n# A fatal error has been detected by the Java Runtime Environment:\n#\n#  SIGSEGV (0xb) at pc=0x00007f8b1c1f3a10, pid=1, tid=17\n#\n# JRE version: 17.0.1\n# Problematic frame:\n# C  [libc.so.6+0x18a10]  memcpy+0x20\n#";
    expect(readOne(text)).toMatchObject({
      isError: true,
      exceptions: [{ type: "SIGSEGV", frames: [{ function: "memcpy", module: "libc.so.6", isOwn: false }] }],
    });
  });

  it("why an application did not start, below a banner: two reasons are two bugs", () => {
    const failed = (why: string) =>
      readOne(
        `2026-11-20 07:13:01.500 ERROR 1 --- [main] o.s.b.d.LoggingFailureAnalysisReporter : \n\n*****\nAPPLICATION FAILED TO START\n*****\n\nDescription:\n\n${why}\n\nAction:\n\nChange it.`,
      );
    expect(failed("Port 8080 was already in use.").template).toBe("Port <*> was already in use.");
    expect(failed("Port 8080 was already in use.").fingerprint).toBe(
      failed("Port 9090 was already in use.").fingerprint,
    );
    expect(failed("Port 8080 was already in use.").fingerprint).not.toBe(failed("No bean of that type.").fingerprint);
  });

  it.each([
    ["2026-11-20 07:13:01.500:WARN:oejs.HttpChannel:qtp123-17: /orders", "warn", "/orders"],
    ["log4j:ERROR Could not read the configuration.", "error", "Could not read the configuration."],
  ])("%s", (line, level, message) => {
    expect(readOne(line)).toMatchObject({ level, message });
  });
});

describe("a frame of the JVM", () => {
  it.each([
    ["\tat app//com.acme.Cart.add(Cart.kt:12) [classes/:?]", "*com.acme.Cart.add:12"],
    ["\tat java.base@21.0.1/java.lang.Thread.run(Thread.java:1583)", "java.lang.Thread.run:1583"],
    ["\tat deployment.shop.war//com.acme.Cart.add(Cart.java:1) [2 skipped]", "*com.acme.Cart.add:1"],
    ["\tat com.acme.Cart.<init>(Cart.java:4)", "*com.acme.Cart.<init>:4"],
    ["\tat com.acme.Cart.주문을_취소한다(Cart.kt:9)", "*com.acme.Cart.주문을_취소한다:9"],
    ["\tat com.acme.Cart.cancels an order(Cart.kt:9)", "*com.acme.Cart.cancels an order:9"],
    [
      "\tat com.acme.Cart$$Lambda$14/0x0000000800c03000.run(Unknown Source)",
      "com.acme.Cart$$Lambda$14/0x0000000800c03000.run:null",
    ],
    [
      "\tat java.base/java.lang.invoke.LambdaForm$DMH/0x0000000800c03000.invokeStatic(LambdaForm$DMH)",
      "java.lang.invoke.LambdaForm$DMH/0x0000000800c03000.invokeStatic:null",
    ],
    [
      "\tat jdk.internal.reflect.GeneratedMethodAccessor123.invoke(Unknown Source)",
      "jdk.internal.reflect.GeneratedMethodAccessor123.invoke:null",
    ],
    ["\tat com.acme.Cart$MockitoMock$1234.add(Unknown Source)", "com.acme.Cart$MockitoMock$1234.add:null"],
    ["\tat com.acme.Cart_ClientProxy.add(Unknown Source)", "com.acme.Cart_ClientProxy.add:null"],
    ["\tat com.acme.Mailer$send$2.call(Unknown Source)", "com.acme.Mailer$send$2.call:null"],
    ["\tat a.b.c.a(SourceFile:12)", "*a.b.c.a:12"],
    ["\tat a.b.c.a(Unknown Source:12)", "*a.b.c.a:12"],
    ["\tat _COROUTINE._BOUNDARY._(CoroutineDebugging.kt:42)", "_COROUTINE._BOUNDARY._:42"],
    ["  at com.acme.Cart.add (Cart.java:12)", "*com.acme.Cart.add:12"],
    ["at com.acme.Cart.add(Cart.java:12)", "*com.acme.Cart.add:12"],
    ["com.acme.Cart.add(Cart.java:12)", "*com.acme.Cart.add:12"],
    ["! at com.acme.Cart.add(Cart.java:12)", "*com.acme.Cart.add:12"],
    ["\tat com.acme.Cart.add(Cart.java:12)\r", "*com.acme.Cart.add:12"],
  ])("%s", (line, expected) => {
    expect(framesOf(readOne(`ERROR x\njava.lang.Error: y\n${line}`))).toEqual([expected]);
  });

  it("is no frame where it is the boundary of a coroutine without a name", () => {
    const text = `ERROR x\njava.lang.Error: y\n${frame}\n\tat \b\b\b(Coroutine boundary.\b(\b)\n\tat com.acme.Api.post(Api.kt:2)`;
    expect(framesOf(readOne(text))).toEqual(["*com.acme.Orders.place:10", "*com.acme.Api.post:2"]);
  });

  it("is ours by the service map, but for proxies of our classes", () => {
    const own = { ...rules, own: { shop: ["org.apache.shop", "com.acme"] } };
    const text =
      "ERROR x\njava.lang.Error: y\n\tat org.apache.shop.A.b(A.java:1)\n\tat com.acme.A$$SpringCGLIB$$0.b(<generated>)\n\tat com.acme.A$$Lambda/0x1.b(Unknown Source)\n\tat org.apache.C.d(C.java:2)";
    expect(framesOf(readOne(text, { labels: { service: "shop" } }, own)).map((each) => each.startsWith("*"))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("a stack trace of the JVM on one line", () => {
  const trace = `java.io.IOException: closed\n${frame}\nCaused by: java.lang.Error: y\n\t... 1 more`;
  it.each([
    ["nothing but line breaks of Windows", (head + trace).replaceAll("\n", "\r\n")],
    ["line separators", (head + trace).replaceAll("\n", "\u2028")],
    ["line breaks written out", (head + trace).replaceAll("\n", "\\n").replaceAll("\t", "\\t")],
    ["a message in JSON", JSON.stringify({ level: "ERROR", message: `order 17 failed\n${trace}` })],
    [
      "a field, escaped twice",
      JSON.stringify({ level: "ERROR", message: "order 17 failed", stack_trace: JSON.stringify(trace).slice(1, -1) }),
    ],
    [
      "GELF's full message",
      JSON.stringify({ short_message: "order 17 failed", full_message: `order 17 failed\n\n${trace}`, level: 3 }),
    ],
    ["a list of lines", JSON.stringify({ level: "ERROR", message: "order 17 failed", stack_trace: trace.split("\n") })],
    [
      "line separators in a field",
      JSON.stringify({ level: "ERROR", message: "order 17 failed", exception: trace.replaceAll("\n", "\u2028") }),
    ],
  ])("by %s", (_what, line) => {
    const read = readOne(line);
    expect(read.message).toBe("order 17 failed");
    expect(said(read)).toEqual(["java.io.IOException: closed", "java.lang.Error: y"]);
    expect(framesOf(read)).toEqual(["*com.acme.Orders.place:10"]);
  });
});

describe("an exception of the JVM as an object", () => {
  const step = { className: "com.acme.Orders", methodName: "place", fileName: "Orders.java", lineNumber: 10 };
  it.each([
    [
      "logback",
      {
        throwable: {
          className: "java.io.IOException",
          message: "closed",
          stepArray: [step],
          cause: { className: "java.lang.Error", message: "y", commonFramesCount: 3, stepArray: [] },
        },
      },
    ],
    [
      "log4j2",
      {
        thrown: {
          name: "java.io.IOException",
          message: "closed",
          extendedStackTrace: [{ class: "com.acme.Orders", method: "place", file: "Orders.java", line: 10 }],
          cause: { name: "java.lang.Error", message: "y" },
        },
      },
    ],
    [
      "Quarkus",
      {
        exception: {
          refId: 1,
          exceptionType: "java.io.IOException",
          message: "closed",
          frames: [{ class: "com.acme.Orders", method: "place", line: 10 }],
          causedBy: { exception: { refId: 2, exceptionType: "java.lang.Error", message: "y", frames: [] } },
        },
      },
    ],
    [
      "a list of frames as text",
      {
        error: {
          type: "java.io.IOException",
          message: "closed",
          stackTrace: ["com.acme.Orders.place(Orders.java:10)", "Caused by: java.lang.Error: y", "... 2 more"],
        },
      },
    ],
  ])("of %s", (_what, fields) => {
    const read = readOne(JSON.stringify({ level: "ERROR", message: "order 17 failed", ...fields }));
    expect(said(read)).toEqual(["java.io.IOException: closed", "java.lang.Error: y"]);
    expect(framesOf(read)).toEqual(["*com.acme.Orders.place:10"]);
  });
});

describe("a stack trace of the JVM, line by line", () => {
  it.each([
    ["blank lines, as Spring Boot writes around it", `${head}\njava.lang.Error: y\n${frame}\n`],
    [
      "marks of Dropwizard",
      `${head}! java.lang.Error: y\n! at com.acme.Orders.place(Orders.java:10)\n! ... 3 common frames omitted\n! Caused by: java.lang.Error: z\n! at com.acme.B.c(B.java:1)\n!`,
    ],
    [
      "frames without blanks",
      `${head}java.lang.Error: y\nat com.acme.Orders.place(Orders.java:10)\n... 2 more\nSuppressed: java.io.IOException: x\nat com.acme.B.c(B.java:1)`,
    ],
    [
      "a cause's message of several lines",
      `${head}java.lang.Error: y\n${frame}\nCaused by: org.h2.jdbc.JdbcSQLException: Column "X" not found; SQL statement:\nselect x\nfrom cart\n\tat org.h2.Driver.connect(Driver.java:1)\n\t... 2 more`,
    ],
    [
      "hashes and frames left out",
      `${head}<#1a2b3c4d> java.lang.Error: y\n${frame}\n\t... 3 frames excluded\n\t... 2 frames truncated`,
    ],
  ])("with %s is one entry", (_what, text) => {
    const read = createEntryReader(rules).read(split(text));
    expect(read).toHaveLength(1);
    expect(read[0]?.exceptions[0]).toMatchObject({ type: "java.lang.Error", message: "y", frames: [{ line: 10 }] });
  });
});
