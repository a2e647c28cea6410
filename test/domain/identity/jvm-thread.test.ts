import { describe, expect, it } from "vitest";
import type { Exception, Frame } from "../../../src/domain/error-entry.ts";
import { identityOf } from "../../../src/domain/identity/exception-identity.ts";

/** `*com.acme.Cart.add`: ours. */
function frame(text: string): Frame {
  const name = text.replace(/^\*/, "");
  const dot = name.lastIndexOf(".");
  return {
    function: name.slice(dot + 1),
    module: name.slice(0, dot),
    file: "X.java",
    line: 1,
    column: null,
    isOwn: text.startsWith("*"),
  };
}
const thrown = (type: string, ...frames: readonly string[]): Exception => ({
  type,
  message: "x",
  frames: frames.map(frame),
});
const framesOf = (...exceptions: readonly Exception[]) => identityOf(exceptions)?.frames.map(({ key }) => key);

describe("what was thrown on another thread", () => {
  const cause = thrown("java.io.IOException", "*com.acme.Cart.add", "java.util.concurrent.FutureTask.run");
  const onItsThread = framesOf(
    thrown("java.io.IOException", "*com.acme.Cart.add", "java.util.concurrent.FutureTask.run", "java.lang.Thread.run"),
  );

  it("is not the bug of whoever waited for it", () => {
    const waited = thrown(
      "java.util.concurrent.ExecutionException",
      "java.util.concurrent.FutureTask.get",
      "*com.acme.Checkout.place",
      "java.lang.Thread.run",
    );
    expect(framesOf(waited, cause)).toEqual(onItsThread);
  });

  it("is told from what a library's task caught on the same one", () => {
    const wrapped = thrown(
      "java.lang.IllegalStateException",
      "java.util.concurrent.FutureTask.run",
      "*com.acme.Checkout.place",
      "java.lang.Thread.run",
    );
    expect(framesOf(wrapped, cause)).toEqual(["com.acme.Cart|add", "com.acme.Checkout|place"]);
  });
});

describe("a coroutine", () => {
  const body = "*com.acme.Cart$add$2.invokeSuspend";
  const resumed = "kotlin.coroutines.jvm.internal.BaseContinuationImpl.resumeWith";

  it("was not called by who resumed it", () => {
    const onWorker = thrown("a.E", body, resumed, "kotlinx.coroutines.DispatchedTask.run");
    const onEventLoop = thrown(
      "a.E",
      body,
      resumed,
      "kotlinx.coroutines.DispatchedTask.run",
      "kotlinx.coroutines.BuildersKt.runBlocking",
      "*com.acme.MainKt.main",
    );
    expect(framesOf(onEventLoop)).toEqual(framesOf(onWorker));
  });

  it("of a sequence was called by who asked for the next element", () => {
    const sequence = thrown(
      "a.E",
      body,
      resumed,
      "kotlin.sequences.SequenceBuilderIterator.hasNext",
      "*com.acme.Shop.list",
    );
    expect(framesOf(sequence)).toEqual(["com.acme.Cart|add", "com.acme.Shop|list"]);
  });
});
