import { describe, expect, it } from "vitest";
import type { Command } from "../../../src/domain/command/command.ts";
import { parseCommand } from "../../../src/domain/command/parse-command.ts";
import { textOf } from "../../../src/domain/command/text-of.ts";

const incident = "i0af3c1d2e4b5";
const day = 86_400_000;
const ignore = { name: "ignore", incident, forMs: null, because: null } as const;

const commands: readonly (readonly [string, Command])[] = [
  ["status", { name: "status" }],
  ["  STATUS  ", { name: "status" }],
  [`show ${incident}`, { name: "show", incident }],
  [`why\n${incident}`, { name: "why", incident }],
  [`retry ${incident} `, { name: "retry", incident }],
  [`ignore ${incident} for 7d because load test`, { ...ignore, forMs: 7 * day, because: "load test" }],
  [`ignore ${incident} 3h`, { ...ignore, forMs: day / 8 }],
  [`ignore ${incident} for 2 W`, { ...ignore, forMs: 14 * day }],
  [`ignore ${incident} for 2 weeks`, { ...ignore, forMs: 14 * day }],
  [`ignore ${incident} 1 day because x`, { ...ignore, forMs: day, because: "x" }],
  [`ignore ${incident} 2주간 이유: 배포`, { ...ignore, forMs: 14 * day, because: "배포" }],
  [`ignore ${incident} 12시간 동안`, { ...ignore, forMs: day / 2 }],
  [`ignore ${incident} 3d 동안 이유: 부하 테스트`, { ...ignore, forMs: 3 * day, because: "부하 테스트" }],
  [
    `ignore ${incident} because it is known because we said so`,
    { ...ignore, because: "it is known because we said so" },
  ],
  [`ignore ${incident} 이유 배포`, { ...ignore, because: "배포" }],
  [`ignore ${incident}`, ignore],
  ["mode", { name: "mode", mode: null }],
  ["mode Draft-PR", { name: "mode", mode: "draft-pr" }],
  ["mode clear", { name: "mode", mode: "clear" }],
  ["logs", { name: "logs", count: 15 }],
  ["logs 3", { name: "logs", count: 3 }],
  ["logs 9999", { name: "logs", count: 50 }],
  ["investigate Error: x\n  at a (b.js:1:1)", { name: "investigate", text: "Error: x\n  at a (b.js:1:1)" }],
];

describe("a command", () => {
  it.each(commands)("%j is understood", (text, command) => {
    expect(parseCommand(text)).toEqual({ kind: "command", command });
  });

  it.each(commands)("%j, said again in our own words, is the same", (_text, command) => {
    expect(parseCommand(textOf(command))).toEqual({ kind: "command", command });
  });

  it.each([
    ["paus", { kind: "unknown", name: "paus", nearest: "pause" }],
    ["pasue", { kind: "unknown", name: "pasue", nearest: "pause" }],
    ["merge", { kind: "unknown", name: "merge", nearest: null }],
    ["", { kind: "unknown", name: "", nearest: null }],
    ["constructor", { kind: "unknown", name: "constructor", nearest: null }],
    ["show 12", { kind: "no-incident", name: "show" }],
    ["show", { kind: "no-incident", name: "show" }],
    [`show ${incident} please`, { kind: "too-much", name: "show" }],
    [`ignore ${incident} for a while`, { kind: "no-duration", name: "ignore", given: "for a while" }],
    [`ignore ${incident} for 0d`, { kind: "no-duration", name: "ignore", given: "for 0d" }],
    [`ignore ${incident} for 7m because x`, { kind: "no-duration", name: "ignore", given: "for 7m" }],
    [`ignore ${incident} for 7d because`, { kind: "too-much", name: "ignore" }],
    ["mode everything", { kind: "no-mode", name: "mode", given: "everything" }],
    ["mode dry-run now", { kind: "too-much", name: "mode" }],
    ["logs all", { kind: "no-count", name: "logs", given: "all" }],
    ["logs 0", { kind: "no-count", name: "logs", given: "0" }],
    ["pause now", { kind: "too-much", name: "pause" }],
    ["investigate", { kind: "no-text", name: "investigate" }],
  ])("%j is none, and it is known why", (text, mistake) => {
    expect(parseCommand(text)).toEqual({ kind: "mistake", mistake });
  });
});
