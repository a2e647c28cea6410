import { describe, expect, it } from "vitest";
import type { Exception } from "../../../src/domain/error-entry.ts";
import { identityOf } from "../../../src/domain/identity/exception-identity.ts";
import { plainNameOf } from "../../../src/domain/identity/function-name.ts";

const plain = (frame: string) => {
  const dot = frame.lastIndexOf(".");
  const { module, name } = plainNameOf(frame.slice(0, dot), frame.slice(dot + 1));
  return `${module}.${name}`;
};

describe("names that the JVM's compilers and proxies make up become the name in the source", () => {
  it.each([
    ["com.acme.Cart.lambda$place$0", "com.acme.Cart.place"],
    ["com.acme.Cart.lambda$place$d7ca2f4e$1", "com.acme.Cart.place"],
    ["com.acme.Cart.access$000", "com.acme.Cart."],
    ["com.acme.Cart.lambda$null$3", "com.acme.Cart."],
    ["com.acme.Cart.access$place", "com.acme.Cart.place"],
    ["com.acme.Cart$1.run", "com.acme.Cart.run"],
    ["com.acme.Cart$Line$2.apply", "com.acme.Cart$Line.apply"],
    ["com.acme.Cart.place_aroundBody4", "com.acme.Cart.place"],
    ["com.acme.Cart.place$original$Tn8q", "com.acme.Cart.place"],
  ])("Java: %s is %s", (frame, expected) => expect(plain(frame)).toBe(expected));

  it.each([
    ["com.acme.Cart$$EnhancerBySpringCGLIB$$1f2a3b.place", "com.acme.Cart.place"],
    ["com.acme.Cart$$SpringCGLIB$$0.place", "com.acme.Cart.place"],
    ["com.acme.Cart$MockitoMock$1234567.place", "com.acme.Cart.place"],
    ["com.acme.Cart$HibernateProxy$aBcD.place", "com.acme.Cart.place"],
    ["com.acme.Cart_$$_jvst12a_0.place", "com.acme.Cart.place"],
    ["com.acme.Cart_Subclass.place$$superforward1", "com.acme.Cart.place"],
    ["com.acme.Cart_ClientProxy.place", "com.acme.Cart.place"],
    ["com.acme.Cart$Proxy$_$$_WeldClientProxy.place", "com.acme.Cart.place"],
    ["com.acme.$Cart$Definition$Intercepted.place", "com.acme.Cart.place"],
  ])("proxies: %s is %s", (frame, expected) => expect(plain(frame)).toBe(expected));

  it.each([
    ["com.acme.Cart$place$1.invokeSuspend", "com.acme.Cart.place"],
    ["com.acme.Cart$place$2$1$total$1.invokeSuspend", "com.acme.Cart.place"],
    ["com.acme.Cart$place$$inlined$map$1$2.emit", "com.acme.Cart.place"],
    ["com.acme.Cart$place$lines$1.invoke", "com.acme.Cart.place"],
    ["com.acme.Cart.place$lambda$0", "com.acme.Cart.place"],
    ["com.acme.Cart.place$lambda-3", "com.acme.Cart.place"],
    ["com.acme.Cart.place$lambda$1$0", "com.acme.Cart.place"],
    ["com.acme.Cart.place$suspendImpl", "com.acme.Cart.place"],
    ["com.acme.Cart.place$default", "com.acme.Cart.place"],
    ["com.acme.Cart.place$app_release", "com.acme.Cart.place"],
    ["com.acme.Cart.place-IoAF18A", "com.acme.Cart.place"],
    ["com.acme.Cart.place-gIAlu-s", "com.acme.Cart.place"],
    ["com.acme.Cart$Companion.of", "com.acme.Cart.of"],
    ["com.acme.Notifier$DefaultImpls.send", "com.acme.Notifier.send"],
    ["com.acme.Cart$cache$2.invoke", "com.acme.Cart.cache"],
    ["com.acme.Cart.cache_delegate$lambda$0", "com.acme.Cart.cache"],
    ["com.acme.MainKt$main$1$1.invokeSuspend", "com.acme.MainKt.main"],
    ["com.acme.Cart$sam$java_lang_Runnable$0.run", "com.acme.Cart."],
  ])("Kotlin: %s is %s", (frame, expected) => expect(plain(frame)).toBe(expected));

  it.each([
    ["com.acme.Cart$$anonfun$place$1.apply", "com.acme.Cart.place"],
    ["com.acme.Cart$$anonfun$place$1.apply$mcII$sp", "com.acme.Cart.place"],
    ["com.acme.Cart$$anonfun$place$1$$anonfun$apply$2.apply", "com.acme.Cart.place"],
    ["com.acme.Cart$$anonfun$1.applyOrElse", "com.acme.Cart."],
    ["com.acme.Cart.$anonfun$place$1", "com.acme.Cart.place"],
    ["com.acme.Cart.$anonfun$place$1$adapted", "com.acme.Cart.place"],
    ["com.acme.Cart.place$$anonfun$1", "com.acme.Cart.place"],
    ["com.acme.Cart.place$$anonfun$1$$anonfun$2", "com.acme.Cart.place"],
    ["com.acme.Cart.place$$anonfun$adapted$1", "com.acme.Cart.place"],
    ["com.acme.Cart$.place", "com.acme.Cart.place"],
    ["com.acme.Counting$class.largest", "com.acme.Counting.largest"],
    ["com.acme.Cart.first$lzycompute", "com.acme.Cart.first"],
    ["com.acme.Cart.first$lzyINIT1", "com.acme.Cart.first"],
    ["com.acme.Cart.com$acme$Cart$$grams$1", "com.acme.Cart.grams"],
    ["com.acme.Cart.liftedTree1$1", "com.acme.Cart.liftedTree1"],
    ["com.acme.Cart$delayedInit$body.apply", "com.acme.Cart."],
  ])("Scala: %s is %s", (frame, expected) => expect(plain(frame)).toBe(expected));

  it.each([
    ["com.acme.Cart$_place_closure1.doCall", "com.acme.Cart.place"],
    ["com.acme.Cart$_place_closure1$_closure2.doCall", "com.acme.Cart.place"],
    ["com.acme.Cart$_closure1.doCall", "com.acme.Cart."],
    ["com.acme.Cart$_run_lambda1.doCall", "com.acme.Cart.run"],
  ])("Groovy: %s is %s", (frame, expected) => expect(plain(frame)).toBe(expected));
});

describe("a class of the JVM that failed to start", () => {
  it("is one bug, however often it is used afterwards", () => {
    const frames = [
      { function: "<clinit>", module: "com.acme.Settings", file: "Settings.java", line: 9, column: null, isOwn: true },
    ];
    const first: Exception[] = [
      { type: "java.lang.ExceptionInInitializerError", message: null, frames: [] },
      { type: "java.lang.NumberFormatException", message: 'For input string: "x"', frames },
    ];
    const again: Exception[] = [
      { type: "java.lang.NoClassDefFoundError", message: "Could not initialize class com.acme.Settings", frames: [] },
      {
        type: "java.lang.ExceptionInInitializerError",
        message: 'Exception java.lang.NumberFormatException: For input string: "x" [in thread "main"]',
        frames,
      },
    ];
    expect(identityOf(again)).toEqual(identityOf(first));
  });
});
