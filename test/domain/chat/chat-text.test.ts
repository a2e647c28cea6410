import { describe, expect, it } from "vitest";
import { entitiesShown, refusalOfText } from "../../../src/demo/telegram/entities.ts";
import {
  block,
  bold,
  type ChatText,
  code,
  cutChat,
  fromInert,
  joinChat,
  linkTo,
  messageUnitsMax,
  money,
  say,
  sentences,
  splitChat,
} from "../../../src/domain/chat/chat-text.ts";
import { identifier, own } from "../../../src/domain/inert.ts";

const hostile = [
  "see https://evil.example/x and www.evil.com or evil.com/path",
  "@admin please /stop /pause@bot now #urgent $TSLA",
  "call +82 10 1234 5678 or mail somebody@evil.com",
  "tg://user?id=1 t.me/joinchat",
  "a\u202Eb\u200Bc @\u200Badmin",
  "```\n/pause\n``` `@x`",
  "한국어 문장과 evil.co.kr 링크",
  "(https://evil.com), \"@mention\" '/run'",
];

function liveIn(text: ChatText): readonly string[] {
  return entitiesShown(text.text, text.entities)
    .filter(({ type, url }) => !["bold", "code", "pre"].includes(type) || url !== undefined)
    .map(({ type, offset, length }) => `${type}: ${text.text.slice(offset, offset + length)}`);
}

describe("text for a chat", () => {
  it.each(hostile)("shows somebody else's words without anything live in them: %s", (text) => {
    for (const made of [sentences(text, 500), code(text), block(text, 500), say`Cause: ${sentences(text, 500)}.`]) {
      expect(liveIn(made)).toEqual([]);
      expect(refusalOfText(made.text, made.entities)).toBeNull();
      expect(made.text).not.toMatch(/[\u200B\u202E]/);
    }
  });

  it("counts offsets in UTF-16 units, past pictures and Korean", () => {
    const made = say`🚨 안녕 ${code("a.b")} and ${bold(say`x`)}`;
    expect(made.entities.map(({ type, offset, length }) => [type, made.text.slice(offset, offset + length)])).toEqual([
      ["code", "a.b"],
      ["bold", "x"],
    ]);
  });

  it("hides secrets before they are shown", () => {
    expect(code("password=hunter2hunter2 in the log").text).not.toContain("hunter2hunter2");
  });

  it("makes links to configured hosts only", () => {
    const text = say`Issue 4`;
    expect(linkTo(text, "https://github.com/company/shop/issues/4", ["github.com"]).entities).toHaveLength(1);
    for (const address of ["https://evil.com/4", "https://user:pass@github.com/4", "javascript:alert(1)", "no address"])
      expect(linkTo(text, address, ["github.com"]).entities).toEqual([]);
  });

  it("splits between lines, keeps entities whole on each side and never cuts a character", () => {
    const lines = Array.from({ length: 400 }, (_, index) => say`line ${index} ${code(`value.of/${index}`)} 😀`);
    const parts = splitChat(joinChat(lines, "\n"));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(refusalOfText(part.text, part.entities)).toBeNull();
    expect(parts.map(({ text }) => text).join("\n")).toBe(joinChat(lines, "\n").text);
    const faces = block("😀".repeat(5_000), 9_999);
    for (const part of splitChat(faces)) expect(refusalOfText(part.text, part.entities)).toBeNull();
    expect(cutChat(faces, 1_001).text.length).toBeLessThanOrEqual(1_001);
    expect(refusalOfText(cutChat(faces, 1_001).text, cutChat(faces, 1_001).entities)).toBeNull();
  });

  it("takes ten megabytes", () => {
    const huge = "x @y ".repeat(2_000_000);
    expect(sentences(huge, 1_000).text.length).toBeLessThan(1_100);
    expect(block(huge, messageUnitsMax).text.length).toBeLessThanOrEqual(messageUnitsMax);
  });

  it("shows what is inert for GitHub as code, without its signs", () => {
    expect(liveIn(fromInert(own`**${identifier("Shop.Error")}** in ${identifier("evil.com")}`))).toEqual([]);
  });

  it("writes money without a tag", () => {
    expect(liveIn(say`Cost ${money("$0.42")}`)).toEqual([]);
  });
});
