import type Anthropic from "@anthropic-ai/sdk";
import type { ModelRequest, ModelTurn } from "../../domain/model.ts";

/** Marks the end of a stretch that the next call repeats: it is then read from the cache at a twentieth of the price, or a tenth, by model. At most four in a request. */
const cached = { cache_control: { type: "ephemeral" } } as const;

/**
 * A request as Anthropic's API takes it. The stable prefix (tools, system, first user turn) and the two newest turns end in a cache mark; a turn of tool
 * results and the words that follow it become one message, for the results must come first in the message right after the calls.
 * @see Anthropic API, POST /v1/messages
 */
export function messageRequest(request: ModelRequest): Anthropic.MessageCreateParamsStreaming {
  const messages = mergeSameRole(request.turns.map(messageOf));
  markLastBlock(messages[0]);
  // Where the last call ended: from the newest mark the API looks back over twenty blocks only, and a turn of many calls has more.
  markLastBlock(messages.at(-3));
  markLastBlock(messages.at(-1));
  return {
    model: request.model,
    max_tokens: request.outputTokensMax,
    system: [{ type: "text", text: request.system, ...cached }],
    messages,
    stream: true,
    ...(request.thinks ? { thinking: { type: "adaptive" as const } } : {}),
    output_config: {
      ...(request.effort === null ? {} : { effort: request.effort }),
      format: { type: "json_schema", schema: { ...request.answerSchema } },
    },
    ...(request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map((tool) => ({
            name: tool.name,
            description: tool.description,
            input_schema: { ...tool.inputSchema, type: "object" as const },
            strict: true,
          })),
          tool_choice: { type: request.mayUseTools ? ("auto" as const) : ("none" as const) },
        }),
  };
}

interface Message {
  readonly role: "user" | "assistant";
  readonly content: Anthropic.ContentBlockParam[];
}

function messageOf(turn: ModelTurn): Message {
  switch (turn.role) {
    case "user":
      return { role: "user", content: [{ type: "text", text: turn.text }] };
    case "assistant":
      // The API's own blocks, as an earlier answer brought them: it checks them again itself.
      return { role: "assistant", content: turn.content as Anthropic.ContentBlockParam[] };
    case "tools":
      return {
        role: "user",
        content: turn.results.map((result) => ({
          type: "tool_result",
          tool_use_id: result.callId,
          content: result.text,
          is_error: result.isError,
        })),
      };
  }
}

function mergeSameRole(messages: readonly Message[]): Message[] {
  const merged: Message[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role === message.role) last.content.push(...message.content);
    else merged.push({ role: message.role, content: [...message.content] });
  }
  return merged;
}

function markLastBlock(message: Message | undefined): void {
  const last = message?.content.at(-1);
  if (message === undefined || message.role !== "user" || last === undefined) return;
  if (last.type === "text" || last.type === "tool_result") {
    message.content[message.content.length - 1] = { ...last, ...cached };
  }
}
