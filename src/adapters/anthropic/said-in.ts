import type { ModelAnswer } from "../../domain/model.ts";
import { redact } from "../../domain/redact.ts";

/** The words and the calls in the blocks of an answer. */
export function saidIn(content: readonly unknown[]): Pick<ModelAnswer, "text" | "toolCalls"> {
  return {
    text: redact(content.flatMap((block) => (isBlock(block, "text") ? [String(block["text"])] : [])).join("")),
    toolCalls: content.flatMap((block) =>
      isBlock(block, "tool_use")
        ? [{ id: String(block["id"]), name: String(block["name"]), input: block["input"] }]
        : [],
    ),
  };
}

function isBlock(value: unknown, type: string): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && "type" in value && value.type === type;
}
