import { blocksOf, type MessagesRequest } from "./messages-request.ts";
import { recipes } from "./repair-recipes.ts";

/** The shape of a proposal that the request wants, as its schema names it. */
export function asksForPatch(request: MessagesRequest): boolean {
  return propertiesOf(request).includes("edits");
}

export function asksForReview(request: MessagesRequest): boolean {
  return propertiesOf(request).includes("refuted");
}

/** A patch for what it is shown, where it knows one: like the detective it sees the request and nothing else. */
export function proposePatch(request: MessagesRequest): Readonly<Record<string, unknown>> {
  const shown = unframed(firstTurn(request));
  const path = /^# The file at fault: (.+)$/m.exec(firstTurn(request))?.[1] ?? "";
  const recipe = recipes.find(({ search }) => shown.includes(search));
  if (recipe === undefined || path === "") {
    return { kind: "none", why: "No small change of this file removes the cause.", edits: [] };
  }
  const { search, replace, test, why } = recipe;
  return {
    kind: "patch",
    why,
    edits: [
      { path, search, replace },
      { path: test.path, search: "", replace: test.text.replaceAll("{path}", path) },
    ],
  };
}

/** What it would say against a patch: a caught exception hides a failure, and a bare constant is no answer. */
export function reviewPatch(request: MessagesRequest): Readonly<Record<string, unknown>> {
  const patch = /^# The patch\n((?:\|.*(?:\n|$))*)/m.exec(firstTurn(request))?.[1] ?? "";
  const added = unframed(patch)
    .split("\n")
    .filter((line) => /^\+(?!\+\+ )/.test(line));
  const hiding = added.find((line) => /\bcatch\b|\bexcept\b|\brecover\(\)/.test(line));
  if (hiding !== undefined) {
    return {
      refuted: true,
      objection: "symptom-only",
      because: `The failure is caught, and its cause stays: ${hiding.slice(1).trim()}`,
    };
  }
  return {
    refuted: false,
    objection: "none",
    because:
      "The value is missing here first, nothing is hidden, callers with that value get what they got, and the test asks for what the code promises.",
  };
}

function firstTurn({ messages }: MessagesRequest): string {
  const [first] = messages;
  return (first === undefined ? [] : blocksOf(first)).map((block) => ("text" in block ? block.text : "")).join("\n");
}

function unframed(text: string): string {
  return text.replaceAll(/^\| ?/gm, "");
}

function propertiesOf({ output_config }: MessagesRequest): readonly string[] {
  const properties: unknown = output_config?.format?.schema["properties"];
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}
