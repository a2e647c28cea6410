import { createHash } from "node:crypto";
import { blocksOf, type MessagesRequest } from "./messages-request.ts";

export interface Usage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
}

/** English text and code together have about this many bytes to a token. */
export const bytesPerToken = 4;
/** How many blocks are looked at for something written earlier: the marked one and those before it. */
const lookBackBlocksMax = 20;
const livesMs = { "5m": 5 * 60_000, "1h": 60 * 60_000 } as const;
type Life = keyof typeof livesMs;

/** Tokens below which nothing is cached, by how a model's name begins; for others the most that was ever published. */
const cachedTokensMin: readonly (readonly [prefix: string, tokens: number])[] = [
  ["claude-opus-4-8", 1_024],
  ["claude-opus-4-7", 2_048],
  ["claude-opus-4", 4_096],
  ["claude-opus-5", 512],
  ["claude-fable-5", 512],
  ["claude-mythos-5", 512],
  ["claude-sonnet", 1_024],
];
const cachedTokensMinOfOthers = 4_096;

/**
 * What a request's input costs, computed from its bytes: a stretch that ends in a cache mark is written once and read afterwards, by any request that
 * begins with the same bytes. What nobody has read for five minutes is forgotten, or for an hour where the mark asks for that.
 * @see Anthropic documentation, prompt caching
 */
export function createPromptCache(clock: { nowMs(): number }): { usage(request: MessagesRequest): Usage } {
  /** Until when a stretch is remembered, and for how long after each use. */
  const written = new Map<string, { untilMs: number; readonly life: Life }>();
  return {
    usage(request) {
      const nowMs = clock.nowMs();
      const tokensMin =
        cachedTokensMin.find(([prefix]) => request.model.startsWith(prefix))?.[1] ?? cachedTokensMinOfOthers;
      const blocks = prefixBlocks(request);
      const marks = blocks.flatMap((block, index) => (block.mark === null ? [] : [index]));
      const known = (block: PrefixBlock) => (written.get(block.digest)?.untilMs ?? 0) > nowMs;
      const read = marks
        .flatMap((mark) => blocks.slice(Math.max(0, mark - lookBackBlocksMax + 1), mark + 1))
        .filter(known)
        .reduce<PrefixBlock | null>((most, one) => (one.tokensUntil > (most?.tokensUntil ?? 0) ? one : most), null);
      const readTokens = read?.tokensUntil ?? 0;
      // What begins with the same bytes is read along with it.
      for (const block of blocks) {
        const entry = written.get(block.digest);
        if (entry !== undefined && known(block) && block.tokensUntil <= readTokens) {
          entry.untilMs = nowMs + livesMs[entry.life];
        }
      }
      let marked = readTokens;
      for (const block of marks.flatMap((mark) => blocks[mark] ?? [])) {
        if (block.mark === null || block.tokensUntil < tokensMin) continue;
        marked = Math.max(marked, block.tokensUntil);
        if (!known(block)) written.set(block.digest, { untilMs: nowMs + livesMs[block.mark], life: block.mark });
      }
      return {
        input_tokens: (blocks.at(-1)?.tokensUntil ?? 0) - marked,
        cache_creation_input_tokens: marked - readTokens,
        cache_read_input_tokens: readTokens,
      };
    },
  };
}

interface PrefixBlock {
  /** Of everything from the start of the request to the end of this block. */
  readonly digest: string;
  readonly tokensUntil: number;
  /** How long it is to be remembered; null where it ends in no cache mark. */
  readonly mark: Life | null;
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
    const { mark, text } = withoutMark(part);
    digest.update(`${text}\n`);
    bytes += Buffer.byteLength(text);
    return { digest: digest.copy().digest("hex"), tokensUntil: Math.ceil(bytes / bytesPerToken), mark };
  });
}

function withoutMark(part: unknown): { readonly text: string; readonly mark: Life | null } {
  if (typeof part !== "object" || part === null || Array.isArray(part))
    return { text: JSON.stringify(part), mark: null };
  const { cache_control: control, ...rest } = part as { cache_control?: { readonly ttl?: Life } | null };
  return { text: JSON.stringify(rest), mark: control == null ? null : (control.ttl ?? "5m") };
}
