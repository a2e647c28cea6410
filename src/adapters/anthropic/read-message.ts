import { isTooHeavy } from "../json-weight.ts";

type Fields = Record<string, unknown>;

/** What a kind of delta adds to, in the block that it belongs to. */
const addedTo: Readonly<Record<string, readonly [from: string, to: string]>> = {
  text_delta: ["text", "text"],
  thinking_delta: ["thinking", "thinking"],
  signature_delta: ["signature", "signature"],
  input_json_delta: ["partial_json", "input"],
};

/**
 * One message put together from the events of its stream, as it would have come in one piece. Null when the stream ends before the message does: what came
 * was billed, and half an answer is none. Its tokens are those of the last event that names them, for they are sums.
 * @see Anthropic documentation, streaming messages
 */
export async function readMessage(events: AsyncIterable<unknown>): Promise<unknown> {
  let message: Fields | null = null;
  let isComplete = false;
  const blocks: Fields[] = [];
  for await (const each of events) {
    const event = fieldsOf(each);
    const index = Number(event["index"]);
    switch (event["type"]) {
      case "message_start":
        message = { ...fieldsOf(event["message"]) };
        // What is counted so far is not what will be billed, which the end of the stream says.
        message["usage"] = { ...fieldsOf(message["usage"]), output_tokens: null };
        break;
      case "content_block_start": {
        const block = { ...fieldsOf(event["content_block"]) };
        // It begins as an empty object and comes as text.
        blocks.push(block["type"] === "tool_use" ? { ...block, input: "" } : block);
        break;
      }
      case "content_block_delta":
        addDelta(blocks[index], fieldsOf(event["delta"]));
        break;
      case "message_delta":
        if (message === null) break;
        message["stop_reason"] = fieldsOf(event["delta"])["stop_reason"] ?? null;
        message["usage"] = { ...fieldsOf(message["usage"]), ...known(fieldsOf(event["usage"])) };
        break;
      case "message_stop":
        isComplete = true;
        break;
    }
  }
  if (message === null || !isComplete) return null;
  return { ...message, content: blocks.map(withInput) };
}

function addDelta(block: Fields | undefined, delta: Fields): void {
  const [from, to] = addedTo[String(delta["type"])] ?? [];
  if (block === undefined || from === undefined || to === undefined) return;
  const more = delta[from];
  if (typeof more === "string") block[to] = `${typeof block[to] === "string" ? block[to] : ""}${more}`;
}

/** A call whose input was cut off has none: whoever made it is told what is missing. */
function withInput(block: Fields): Fields {
  if (block["type"] !== "tool_use") return block;
  const text = String(block["input"]);
  try {
    return { ...block, input: isTooHeavy(Buffer.from(text)) ? {} : JSON.parse(text === "" ? "{}" : text) };
  } catch {
    return { ...block, input: {} };
  }
}

function known(usage: Fields): Fields {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
