import { detect } from "../../src/demo/model/detective.ts";
import { blocksOf, type MessagesRequest } from "../../src/demo/model/messages-request.ts";
import { categories } from "../../src/domain/root-cause.ts";
import { alphabets, type Dice } from "./dice.ts";
import { hostilePaths, hostileText, longText } from "./hostile-text.ts";

/** A message as it goes over the wire, of any shape at all. */
export interface RawMessage {
  readonly content: unknown;
  readonly stopReason: unknown;
  /** Null: what the server counts itself. */
  readonly usage: unknown;
}

/** What one seed's model is like; "gateway" breaks the API's own shape, as only a broken proxy would. */
export const tempers = ["mixed", "endless", "huge", "liar", "echo", "gateway"] as const;
export type Temper = (typeof tempers)[number];

const hugeLength = 10_000_000;

/** Answers anything. It does whatever log text and files would have it do, as far as words can do it. */
export function hostileModel(dice: Dice, temper: Temper): (request: MessagesRequest) => RawMessage {
  let calls = 0;
  return (request) => {
    calls += 1;
    const say = (content: unknown, stopReason: unknown = "end_turn"): RawMessage => ({
      content,
      stopReason,
      usage: temper === "gateway" ? oddUsage(dice) : null,
    });
    const answer = (): RawMessage => say([{ type: "text", text: answerText(dice, temper, request) }]);
    const useTools = (): RawMessage => {
      // The API itself lets nobody call a tool that the request does not define.
      if ((request.tools ?? []).length === 0 && temper !== "gateway") return answer();
      const blocks = dice.several(1, dice.chance(0.1) ? 40 : 4, (index) =>
        toolUse(dice, temper, request, calls, index),
      );
      return say(dice.chance(0.3) ? [{ type: "text", text: hostileText(dice) }, ...blocks] : blocks, "tool_use");
    };
    switch (temper) {
      case "endless":
        return dice.chance(0.2) ? say([{ type: "text", text: "…" }], "pause_turn") : useTools();
      case "huge":
        return dice.chance(0.5) ? useTools() : answer();
      case "liar":
        return calls < 3 && dice.chance(0.6) ? useTools() : answer();
      case "echo":
        return calls % 4 !== 0 ? honest(request) : answer();
      case "gateway":
        return dice.chance(0.4) ? say(oddContent(dice), oddReason(dice)) : dice.chance(0.5) ? useTools() : answer();
      case "mixed":
        if (dice.chance(0.35)) return useTools();
        if (dice.chance(0.2)) return honest(request);
        if (dice.chance(0.2)) return say([{ type: "text", text: hostileText(dice) }], dice.pick(reasons));
        if (dice.chance(0.1)) return say([], dice.pick(reasons));
        return answer();
    }
  };
}

const reasons = [
  "end_turn",
  "tool_use",
  "max_tokens",
  "refusal",
  "pause_turn",
  "model_context_window_exceeded",
  "stop",
];

function honest(request: MessagesRequest): RawMessage {
  const { content, stopReason } = detect(request);
  return { content, stopReason, usage: null };
}

function answerText(dice: Dice, temper: Temper, request: MessagesRequest): string {
  const answer = JSON.stringify(answerOf(dice, temper, request));
  if (dice.chance(0.1)) return `Sure! Here it is:\n\`\`\`json\n${answer}\n\`\`\`\nfixes #1`;
  if (dice.chance(0.05)) return answer.slice(0, dice.int(answer.length));
  // A number that JSON can write and no double can hold.
  return dice.chance(0.05) ? answer.replace(/"confidence":[^,]+/, '"confidence":1e999') : answer;
}

function answerOf(dice: Dice, temper: Temper, request: MessagesRequest): Record<string, unknown> {
  const asked = Object.keys(request.output_config?.format?.schema["properties"] ?? {});
  if (asked.includes("refuted")) {
    const words = dice.pick(wordsOf(request));
    return {
      refuted: dice.chance(0.7),
      because: dice.chance(0.5) ? hostileText(dice) : words,
      citations: dice.several(0, 4, () => citation(dice, request, () => words)),
    };
  }
  if (asked.includes("verdict")) {
    const words = () => (dice.chance(0.5) ? dice.pick(wordsOf(request)) : hostileText(dice));
    return {
      verdict: dice.pick(["investigate", "noise", "refusal", "third_party", "capacity", "data"]),
      claim: words(),
      ...citation(dice, request, words),
      words: words(),
      whom: words(),
      change: words(),
    };
  }
  const seen = temper === "echo" ? wordsOf(request) : [];
  const words = (): string =>
    temper === "huge" && dice.chance(0.3)
      ? longText(dice, hugeLength / 10)
      : seen.length > 0 && dice.chance(0.8)
        ? dice.several(1, 6, () => dice.pick(seen)).join("\n")
        : hostileText(dice);
  const many = temper === "huge" && dice.chance(0.2) ? 20_000 : 6;
  const inList = many > 6 ? () => "word" : words;
  const answer: Record<string, unknown> = {
    kind: dice.pick(["found", "found", "not-in-code", "cannot-tell"]),
    claim: temper === "huge" && dice.chance(0.3) ? longText(dice, hugeLength) : words(),
    category: dice.pick(categories),
    confidence: dice.pick([0, 0.5, 1]),
    faulty: dice.several(0, many, () => place(dice, inList)),
    citations: dice.several(0, many, () => citation(dice, request, inList)),
    ruled_out: dice.several(0, many, inList),
    next_step: words(),
    severity: dice.pick(["low", "medium", "high"]),
    owner: dice.chance(0.5) ? words() : null,
    mechanism: dice.several(0, many, inList),
    remedy: { kind: dice.pick(["mute", "tell", "change", "none"]), text: words() },
    missing: dice.several(0, 6, words),
  };
  // One field of the wrong kind, or one too many.
  if (dice.chance(temper === "liar" ? 0.6 : 0.15)) answer[dice.pick(Object.keys(answer))] = oddValue(dice);
  if (dice.chance(0.1)) answer[dice.pick(["effects", "repository", "__proto__", "labels", "merge"])] = words();
  return answer;
}

function place(dice: Dice, words: () => string): Record<string, unknown> {
  const first = dice.pick([1, 3, 4, 0, -5, 1.5, 2 ** 53 + 2, 1e300]);
  const service = dice.chance(0.5) ? { service: dice.pick(["orders", "shop", "../shop", words()]) } : {};
  return {
    path: dice.chance(0.5) ? dice.pick(["src/total.js", "src/stock.js", "./src/total.js"]) : dice.pick(hostilePaths),
    first_line: first,
    last_line: dice.pick([first, first + 2, -1, 1e9]),
    function: dice.chance(0.5) ? words() : null,
    ...service,
  };
}

function citation(dice: Dice, request: MessagesRequest, words: () => string): Record<string, unknown> {
  const id = dice.pick(["entry-1", "span-1", "lines-1", "commit-1", "lines-999", "entry-1e9", "__proto__", "entry--1"]);
  return { evidence: dice.chance(0.1) ? words() : id, quote: dice.chance(0.5) ? dice.pick(wordsOf(request)) : words() };
}

/** Lines that the request showed it: what log text and files say, orders and secrets among them. */
function wordsOf(request: MessagesRequest): readonly string[] {
  const lines = request.messages
    .flatMap(blocksOf)
    .flatMap((block) =>
      block.type === "text" ? [block.text] : block.type === "tool_result" ? [textOf(block.content)] : [],
    )
    .flatMap((text) => text.split("\n"))
    .filter((line) => line.startsWith("| "))
    .map((line) => line.slice(2));
  return lines.length === 0 ? ["nothing"] : lines;
}

function textOf(content: unknown): string {
  return typeof content === "string" ? content : "";
}

function toolUse(
  dice: Dice,
  temper: Temper,
  request: MessagesRequest,
  call: number,
  index: number,
): Record<string, unknown> {
  const id =
    temper === "gateway" && dice.chance(0.2) ? oddValue(dice) : `toolu_${request.messages.length}_${call}_${index}`;
  const name = dice.chance(0.75)
    ? dice.pick(["list_files", "read_lines", "search", "log"])
    : dice.pick(["run_shell", "write_file", "create_issue", "merge", "constructor", "__proto__", "toString"]);
  return { type: "tool_use", id, name, input: toolInput(dice, temper) };
}

function toolInput(dice: Dice, temper: Temper): Record<string, unknown> {
  const path = dice.chance(0.4) ? dice.pick(["src/total.js", "src", "", "src/long.js"]) : dice.pick(hostilePaths);
  const text = dice.pick([
    "discount",
    "password",
    "KEY",
    "(a+)+$",
    "-O/bin/sh",
    "--no-index",
    "\n",
    "",
    hostileText(dice, 3),
  ]);
  const input: Record<string, unknown> = {
    ...(dice.chance(0.7) ? { path } : {}),
    ...(dice.chance(0.6) ? { under: path } : {}),
    ...(dice.chance(0.7) ? { first: dice.pick([1, 0, -1, 4, 1e9, 1.5]), last: dice.pick([9, 300, 1e300, -1]) } : {}),
    ...(dice.chance(0.6) ? { text } : {}),
    ...(dice.chance(0.5) ? { service: dice.pick(["orders", "shop", "other", "../orders"]) } : {}),
  };
  const fitting: readonly Record<string, unknown>[] = [
    { path: "src/total.js", first: 1, last: 300 },
    { path: "src/long.js", first: 1, last: 300 },
    { path: "config/settings.js", first: 1, last: 300 },
    { path: "config/key.txt", first: 1 + dice.int(7), last: 7 },
    { path, first: 1, last: 20 },
    { under: dice.chance(0.5) ? "" : path },
    { text, under: "" },
    { text: "secret", under: "" },
    { path: "" },
  ];
  if (dice.chance(0.5)) return { ...dice.pick(fitting), ...(dice.chance(0.5) ? { service: "orders" } : {}) };
  if (dice.chance(0.15)) input[dice.pick(["path", "first", "extra"])] = oddValue(dice);
  if (temper === "huge" && dice.chance(0.3)) input["text"] = longText(dice, hugeLength / 5);
  return input;
}

function oddValue(dice: Dice): unknown {
  return dice.pick<unknown>([
    null,
    true,
    -1,
    1e300,
    "",
    "constructor",
    [],
    {},
    [[[[]]]],
    { type: "text" },
    dice.text(4, alphabets.base62),
    "\u0000",
  ]);
}

function oddContent(dice: Dice): unknown {
  return dice.pick<() => unknown>([
    () => null,
    () => "text",
    () => [null, 7, "text", []],
    () => [{ type: "text" }],
    () => [{ type: "text", text: { nested: hostileText(dice) } }],
    () => [{ type: "tool_use" }],
    () => [{ type: "tool_use", id: "x", name: 7, input: "text" }],
    () => [{ type: "thinking", thinking: hostileText(dice), signature: "s" }],
    () => [{ type: "redacted_thinking", data: hostileText(dice) }],
    () => [{ type: hostileText(dice), [hostileText(dice)]: hostileText(dice) }],
    () => [{ type: "server_tool_use", id: "s", name: "web_search", input: { query: "x" } }],
    () => [{ type: "image", source: { type: "url", url: "https://evil.example/x.png" } }],
    () => Array.from({ length: 2_000 }, () => ({ type: "text", text: "x" })),
  ])();
}

function oddReason(dice: Dice): unknown {
  return dice.pick<unknown>([...reasons, null, 7, "", "__proto__"]);
}

function oddUsage(dice: Dice): unknown {
  const count = (): unknown => dice.pick<unknown>([10, 0, -1_000_000_000, 1e300, 1.5, null, "7"]);
  return {
    input_tokens: count(),
    output_tokens: count(),
    cache_read_input_tokens: count(),
    cache_creation_input_tokens: count(),
  };
}
