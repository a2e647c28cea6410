import { createHash } from "node:crypto";
import { blocksOf, type MessagesRequest } from "./messages-request.ts";

export interface Usage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
}

/** English text and code together have about this many bytes to a token. */
export const bytesPerToken = 4;
/** Shorter stretches are not cached. */
const cachedTokensMin = 1024;
/** How many blocks before a mark are looked at for something written earlier. */
const lookBackBlocksMax = 20;

/**
 * What a request's input costs, computed from its bytes: a stretch that ends in a cache mark is written once and read afterwards, by any request that
 * begins with the same bytes. It forgets nothing, where the real one does after five minutes.
 * @see Anthropic documentation, prompt caching
 */
export function createPromptCache(): { usage(request: MessagesRequest): Usage } {
  const written = new Set<string>();
  return {
    usage(request) {
      const blocks = prefixBlocks(request);
      const marks = blocks.flatMap((block, index) => (block.isMarked ? [index] : []));
      const read = marks
        .flatMap((mark) => blocks.slice(Math.max(0, mark - lookBackBlocksMax), mark + 1))
        .filter((block) => written.has(block.digest))
        .reduce((most, block) => Math.max(most, block.tokensUntil), 0);
      const last = blocks[marks.at(-1) ?? -1];
      for (const mark of marks) {
        const block = blocks[mark];
        if (block !== undefined && block.tokensUntil >= cachedTokensMin) written.add(block.digest);
      }
      const marked = last !== undefined && last.tokensUntil >= cachedTokensMin ? last.tokensUntil : read;
      return {
        input_tokens: (blocks.at(-1)?.tokensUntil ?? 0) - marked,
        cache_creation_input_tokens: marked - read,
        cache_read_input_tokens: read,
      };
    },
  };
}

interface PrefixBlock {
  /** Of everything from the start of the request to the end of this block. */
  readonly digest: string;
  readonly tokensUntil: number;
  readonly isMarked: boolean;
}

/** In the order in which the API reads a request: tools, system, messages. */
function prefixBlocks(request: MessagesRequest): readonly PrefixBlock[] {
  const system = typeof request.system === "string" ? [{ type: "text", text: request.system }] : (request.system ?? []);
  const parts: readonly unknown[] = [
    // The answer's schema becomes part of the system prompt, the choice of tools part of the messages.
    [request.model, request.output_config ?? null],
    ...(request.tools ?? []),
    ...system,
    request.tool_choice ?? null,
    ...request.messages.flatMap((message) => blocksOf(message).map((block) => ({ role: message.role, ...block }))),
  ];
  const digest = createHash("sha256");
  let bytes = 0;
  return parts.map((part) => {
    const { isMarked, text } = withoutMark(part);
    digest.update(`${text}\n`);
    bytes += Buffer.byteLength(text);
    return { digest: digest.copy().digest("hex"), tokensUntil: Math.ceil(bytes / bytesPerToken), isMarked };
  });
}

function withoutMark(part: unknown): { readonly text: string; readonly isMarked: boolean } {
  if (typeof part !== "object" || part === null || Array.isArray(part)) {
    return { text: JSON.stringify(part), isMarked: false };
  }
  const { cache_control, ...rest } = part as Readonly<Record<string, unknown>>;
  return { text: JSON.stringify(rest), isMarked: cache_control !== undefined && cache_control !== null };
}
