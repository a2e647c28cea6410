import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/config/config-error.ts";
import { parse } from "./parsing.ts";

const map = (more: string, environment = "") => `environments:
  dev:
    loki: { url: http://localhost:3100 }
${environment}telegram:
  chats: { "-100123": { language: ko, timeZone: Asia/Seoul, quiet: "22:00-08:00" }, "42": {} }
  people: { "42": admin }
${more}`;

describe("the section telegram", () => {
  it("is complete with its defaults, and holds no token in the digest", () => {
    const config = parse(map("", '    telegram: { chat: "-100123" }\n'), { env: { TELEGRAM_BOT_TOKEN: "1:secret" } });
    expect(config.telegram).toMatchObject({
      token: "1:secret",
      apiUrl: "https://api.telegram.org",
      chatOf: { dev: "-100123" },
      people: { "42": "admin" },
      failuresChat: null,
      urgentMsMax: 600_000,
      chats: {
        "-100123": { language: "ko", timeZone: "Asia/Seoul", quiet: { fromMinute: 1320, toMinute: 480 } },
        "42": { language: "en", timeZone: "UTC", quiet: null },
      },
    });
    expect(parse(map("")).digest).toBe(
      parse(map("", '    telegram: { chat: "42" }\n'), { env: { TELEGRAM_BOT_TOKEN: "1:other" } }).digest,
    );
  });

  it("without a token is a warning", () => {
    expect(parse(map("")).warnings).toContainEqual(
      expect.stringContaining("Set TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE."),
    );
  });

  it.each([
    [map('  failures: "7"\n'), 'telegram.failures: is not in `telegram.chats`. Add `"7": {}` there.'],
    [map("", '    telegram: { chat: "7" }\n'), "environments.dev.telegram.chat: is not in `telegram.chats`."],
    [map('  patterns: ["(a+)+x"]\n'), "telegram.patterns"],
    [map('  patterns: ["alert of nothing"]\n'), "names none of the groups"],
    [map("").replace("Asia/Seoul", "Mars/Base"), "the name of a time zone"],
    [map("").replace("admin", "owner"), "telegram.people.42"],
    [map('  token: "1:secret"\n'), "telegram.token"],
  ])("with a mistake says where it is and how to mend it", (text, words) => {
    expect(() => parse(text)).toThrow(ConfigError);
    expect(() => parse(text)).toThrow(words);
  });
});
