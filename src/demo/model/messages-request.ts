import { z } from "zod";

/** The part of Anthropic's Messages API that the stand-in speaks, as strict as the real one: what it does not know it refuses. */

const cacheControl = z.strictObject({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).optional() }).nullish();
const textBlock = z.strictObject({
  type: z.literal("text"),
  text: z.string().min(1, "text content blocks must be non-empty"),
  cache_control: cacheControl,
  citations: z.null().optional(),
});
const toolUseBlock = z.strictObject({
  type: z.literal("tool_use"),
  id: z.string().regex(/^[\w-]+$/),
  name: z.string().min(1).max(200),
  input: z.record(z.string(), z.unknown()),
  caller: z.strictObject({ type: z.literal("direct") }).optional(),
  cache_control: cacheControl,
});
const toolResultBlock = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(textBlock)]).optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl,
});
const thinkingBlock = z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() });

const message = z.discriminatedUnion("role", [
  z.strictObject({
    role: z.literal("user"),
    content: z.union([z.string().min(1), z.array(z.discriminatedUnion("type", [textBlock, toolResultBlock])).min(1)]),
  }),
  z.strictObject({
    role: z.literal("assistant"),
    content: z.union([
      z.string().min(1),
      z.array(z.discriminatedUnion("type", [textBlock, toolUseBlock, thinkingBlock])).min(1),
    ]),
  }),
]);

const tool = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal("object") }),
  strict: z.boolean().optional(),
  cache_control: cacheControl,
});

const messagesRequest = z.strictObject({
  model: z.string().min(1).max(256),
  max_tokens: z.int().min(1),
  messages: z.array(message).min(1).max(100_000),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  tools: z.array(tool).optional(),
  tool_choice: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.enum(["auto", "any"]), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({ type: z.literal("none") }),
    ])
    .optional(),
  output_config: z
    .strictObject({
      effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
      format: z.strictObject({ type: z.literal("json_schema"), schema: z.record(z.string(), z.unknown()) }).nullish(),
    })
    .optional(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  stop_sequences: z.array(z.string()).optional(),
  thinking: z.strictObject({ type: z.enum(["adaptive", "disabled"]) }).optional(),
  stream: z.boolean().optional(),
});
export type MessagesRequest = z.infer<typeof messagesRequest>;
type Message = MessagesRequest["messages"][number];
type Block = Exclude<Message["content"], string>[number];

/** The request, or what the API would say is wrong with it. */
export function readMessagesRequest(body: unknown): MessagesRequest | { readonly refused: string } {
  const parsed = messagesRequest.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { refused: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}` };
  }
  const refused =
    wrongOrder(parsed.data) ?? tooManyCacheMarks(parsed.data) ?? wrongSchemas(parsed.data) ?? wrongTools(parsed.data);
  return refused === null ? parsed.data : { refused };
}

/** The blocks of a message; text alone is short for one text block. */
export function blocksOf(message: Message): readonly Block[] {
  return typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
}

function wrongOrder({ messages }: MessagesRequest): string | null {
  if (messages[0]?.role !== "user") return "messages: first message must use the user role";
  if (messages.at(-1)?.role === "assistant") return "messages: this model does not support assistant message prefill";
  let awaited: readonly string[] = [];
  for (const [index, message] of messages.entries()) {
    const blocks = blocksOf(message);
    const answered = blocks.flatMap((block) => (block.type === "tool_result" ? [block.tool_use_id] : []));
    const missing = awaited.filter((id) => !answered.includes(id));
    if (missing.length > 0) {
      return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(", ")}`;
    }
    if (answered.some((id) => !awaited.includes(id))) {
      return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks`;
    }
    if (new Set(answered).size < answered.length) return `messages.${index}: each tool_use must have a single result`;
    if (blocks.findLastIndex((block) => block.type === "tool_result") >= answered.length) {
      return `messages.${index}: \`tool_result\` blocks must come first`;
    }
    awaited = blocks.flatMap((block) => (block.type === "tool_use" ? [block.id] : []));
  }
  return null;
}

function tooManyCacheMarks(request: MessagesRequest): string | null {
  const count = JSON.stringify(request).split('"cache_control":{').length - 1;
  return count > 4 ? `A maximum of 4 blocks with cache_control may be provided. Found ${count}.` : null;
}

function wrongTools({ tools = [], tool_choice, messages }: MessagesRequest): string | null {
  if (new Set(tools.map(({ name }) => name)).size < tools.length) return "tools: Tool names must be unique.";
  if (tools.length > 0) return null;
  if (tool_choice !== undefined) return "tool_choice: may only be specified while providing tools";
  const speaksOfTools = messages.some((one) => blocksOf(one).some((block) => block.type.startsWith("tool_")));
  return speaksOfTools ? "Requests which have `tool_use` or `tool_result` blocks must define tools." : null;
}

/** What a schema that is to be kept to may not say. @see Anthropic documentation, structured outputs, limitations */
const refusedKeywords = ["minimum", "maximum", "minLength", "maxLength", "multipleOf", "maxItems", "oneOf", "pattern"];

function wrongSchemas({ tools = [], output_config }: MessagesRequest): string | null {
  const format = output_config?.format;
  const strict = tools.filter((one) => one.strict === true).map((one) => one.input_schema);
  for (const schema of format ? [...strict, format.schema] : strict) {
    const wrong = wrongSchema(schema);
    if (wrong !== null) return wrong;
  }
  return null;
}

function wrongSchema(schema: unknown): string | null {
  if (typeof schema !== "object" || schema === null) return null;
  if (Array.isArray(schema)) return schema.map(wrongSchema).find((wrong) => wrong !== null) ?? null;
  const { properties, ...keywords } = schema as Readonly<Record<string, unknown>>;
  const refused = refusedKeywords.find((keyword) => keyword in keywords);
  if (refused !== undefined) return `output_config.format.schema: property '${refused}' is not supported`;
  if (keywords["type"] === "object" && keywords["additionalProperties"] !== false) {
    return "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false";
  }
  const inner = typeof properties === "object" && properties !== null ? Object.values(properties) : [];
  return wrongSchema([...inner, keywords["items"], keywords["anyOf"]]);
}
