import { blocksOf, type MessagesRequest } from "./messages-request.ts";

export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What was asked of the tools so far and what they said, read from the request. */
export interface ToolDesk {
  readonly isOpen: boolean;
  /** The answer to a call that was made before; undefined where it was not. */
  answered(call: ToolCall): string | undefined;
}

export function readToolDesk(request: MessagesRequest): ToolDesk {
  const asked = new Map<string, string>();
  const answers = new Map<string, string>();
  for (const block of request.messages.flatMap(blocksOf)) {
    if (block.type === "tool_use") asked.set(block.id, keyOf({ name: block.name, input: block.input }));
    if (block.type !== "tool_result") continue;
    const text =
      typeof block.content === "string" ? block.content : (block.content ?? []).map((one) => one.text).join("\n");
    answers.set(asked.get(block.tool_use_id) ?? "", block.is_error === true ? "" : text);
  }
  return {
    isOpen: (request.tools ?? []).length > 0 && request.tool_choice?.type !== "none",
    answered: (call) => answers.get(keyOf(call)),
  };
}

function keyOf({ name, input }: ToolCall): string {
  return JSON.stringify([name, Object.entries(input).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
