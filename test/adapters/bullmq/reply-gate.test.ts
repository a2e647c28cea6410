import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReplyGate } from "../../../src/adapters/bullmq/reply-gate.ts";

/** Any reply as Redis writes it. */
const reply: fc.Arbitrary<string> = fc.letrec<{ readonly any: string }>((tie) => {
  const list = fc.array(tie("any"), { maxLength: 4 });
  const text = fc.string({ unit: fc.constantFrom("a", "$", "*", "\r", "\n", "1", "-", "é"), maxLength: 20 });
  return {
    any: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(
        "+OK\r\n",
        "-ERR no\r\n",
        ":-17\r\n",
        "$-1\r\n",
        "*-1\r\n",
        "_\r\n",
        "#t\r\n",
        ",1.5\r\n",
        "(99\r\n",
        "$0\r\n\r\n",
        "*0\r\n",
        "%0\r\n",
      ),
      text.map((said) => `$${Buffer.byteLength(said)}\r\n${said}\r\n`),
      text.map((said) => `=${Buffer.byteLength(said) + 4}\r\ntxt:${said}\r\n`),
      list.map((items) => `*${items.length}\r\n${items.join("")}`),
      list.map((items) => `~${items.length}\r\n${items.join("")}`),
      list.map((items) => `%${items.length}\r\n${items.map((item) => `+key\r\n${item}`).join("")}`),
    ),
  };
}).any;

function cutInto(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** As a client does that has asked so much, and takes each reply off its list. */
function lookThrough(chunks: readonly Buffer[], replies: readonly string[]): readonly (string | null)[] {
  let passed = 0;
  const ends = replies.map((_, index) => Buffer.byteLength(replies.slice(0, index + 1).join("")));
  const gate = new ReplyGate(() => ends.filter((end) => end > passed).length);
  return chunks.map((chunk) => {
    const said = gate.look(chunk);
    passed += chunk.length;
    return said;
  });
}

describe("the gate for replies", () => {
  it("lets through what was asked for, however it is cut, and not one reply more", () => {
    fc.assert(
      fc.property(
        fc.array(reply, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (replies, cuts) => {
          const bytes = Buffer.from(replies.join(""));
          expect(lookThrough(cutInto(bytes, cuts), replies).filter((said) => said !== null)).toEqual([]);
          const another = lookThrough([...cutInto(bytes, cuts), Buffer.from("_\r\n")], replies);
          expect(another.at(-1)).toBe("it sends what nobody asked for");
        },
      ),
    );
  });

  it.each([
    ["an unasked message", ">3\r\n+message\r\n", "it does not speak as a Redis does"],
    ["a page", "HTTP/1.1 400 Bad Request\r\n", "it does not speak as a Redis does"],
    ["a length below zero", "$-2\r\n", "it does not speak as a Redis does"],
    ["a length that is none", "*1e9\r\n", "it does not speak as a Redis does"],
    ["a stream of parts", "$?\r\n;4\r\n", "it does not speak as a Redis does"],
    ["a large string", "$999999999\r\n", "too large"],
    ["a large list", "*999999999\r\n", "too large"],
    ["a list in lists", "*1\r\n".repeat(50), "too large"],
    ["a long line", `+${"a".repeat(100_000)}`, "a line without end"],
  ])("refuses %s before the client has it", (_name, bytes, because) => {
    const said = new ReplyGate(() => 1).look(Buffer.from(bytes));
    expect(said).toContain(because);
  });

  it("refuses a list of strings that are small one by one", () => {
    const gate = new ReplyGate(() => 1);
    expect(gate.look(Buffer.from("*1000\r\n"))).toBeNull();
    const part = Buffer.from(`$1000000\r\n${"x".repeat(1_000_000)}\r\n`);
    const refusedAt = Array.from({ length: 100 }, () => gate.look(part)).findIndex((said) => said !== null);
    expect(refusedAt).toBe(67);
  });

  it("takes any bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        const gate = new ReplyGate(() => 3);
        for (const chunk of chunks) if (gate.look(Buffer.from(chunk)) !== null) return;
      }),
    );
  });
});
