import { z } from "zod";
import { categories } from "../domain/root-cause.ts";
import type { ProposedRemedy } from "./remedy.ts";
import { strictSchema } from "./strict-schema.ts";

/** Of lists that the model fills: more is cut, for an issue is one page. */
const listMax = { citations: 20, faulty: 5, mechanism: 8, ruledOut: 10, missing: 10 } as const;
const wordsMax = 4_000;

const words = z.string().transform((text) => text.slice(0, wordsMax));

/** What the model must answer. Snake case, as it is used to. */
function answerParts(services: readonly string[]) {
  const service = services.length > 1 ? { service: z.enum(services).describe("whose code") } : {};
  return z.strictObject({
    kind: z
      .enum(["found", "not-in-code", "cannot-tell"])
      .describe(
        "found: the fault is in code that you have read; not-in-code: data, configuration outside of it, capacity or another party; cannot-tell: the evidence does not say",
      ),
    claim: z.string().describe("what is wrong and how it leads to the failure, in at most five sentences"),
    mechanism: z
      .array(z.string())
      .describe("found: the way from what triggers it to the exception, one short step each, at most six"),
    category: z.enum(categories),
    confidence: z.number().describe("from 0 to 1, that the claim is right"),
    faulty: z
      .array(
        z.strictObject({
          path: z.string(),
          first_line: z.number(),
          last_line: z.number(),
          function: z.string().nullable(),
          ...service,
        }),
      )
      .describe("where the code would have to change, at the deployed commit; empty unless found"),
    citations: z
      .array(
        z.strictObject({
          evidence: z.string().describe("an id such as entry-1, span-2, lines-3 or commit-4"),
          quote: z.string().describe("words copied from that evidence, without the bar and the line number"),
        }),
      )
      .describe("what each sentence of the claim rests on"),
    ruled_out: z.array(z.string()).describe("other explanations, and the evidence against each"),
    next_step: z.string().describe("what a person should do next, in one sentence"),
    severity: z.enum(["low", "medium", "high"]),
    remedy: z
      .strictObject({
        kind: z.enum(["mute", "tell", "change", "none"]),
        text: z
          .string()
          .describe(
            "mute: fixed words of the entries; tell: whom; change: which setting or alert, and how; none: empty",
          ),
      })
      .describe("not-in-code: what ends it; none otherwise"),
    owner: z.string().nullable().describe("not-in-code: who can do something about it, if the evidence tells"),
    missing: z.array(z.string()).describe("cannot-tell: what one would have to know"),
  });
}

/** JSON Schema of the answer. With several services at hand each faulty location names its own. */
export function answerSchema(services: readonly string[]): Readonly<Record<string, unknown>> {
  return strictSchema(answerParts(services));
}

export interface ModelClaim {
  readonly kind: "found" | "not-in-code" | "cannot-tell";
  readonly claim: string;
  readonly category: (typeof categories)[number];
  readonly confidence: number;
  /** `service` null: there is one only. */
  readonly faulty: readonly {
    readonly service: string | null;
    readonly path: string;
    readonly firstLine: number;
    readonly lastLine: number;
    readonly function: string | null;
  }[];
  readonly citations: readonly { readonly evidence: string; readonly quote: string }[];
  readonly ruledOut: readonly string[];
  readonly nextStep: string;
  readonly severity: "low" | "medium" | "high";
  readonly mechanism: readonly string[];
  readonly remedy: ProposedRemedy;
  readonly owner: string | null;
  readonly missing: readonly string[];
}

/** The model's answer, bounded; or what is wrong with it, in words for the model. */
export function parseAnswer(text: string, services: readonly string[]): ModelClaim | { readonly problems: string } {
  let json: unknown;
  try {
    json = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  } catch {
    return { problems: "It is not one JSON object." };
  }
  const bounded = answerParts(services).extend({
    claim: words.refine((claim) => claim.trim() !== "", "must not be empty"),
    confidence: z.number().min(0).max(1),
    next_step: words,
    owner: words.nullable(),
    mechanism: z.array(words),
    remedy: z.strictObject({ kind: z.enum(["mute", "tell", "change", "none"]), text: words }),
    ruled_out: z.array(words),
    missing: z.array(words),
  });
  const parsed = bounded.safeParse(json);
  if (!parsed.success) return { problems: z.prettifyError(parsed.error) };
  const said = parsed.data;
  return {
    kind: said.kind,
    claim: said.claim,
    category: said.category,
    confidence: said.confidence,
    faulty: said.faulty.slice(0, listMax.faulty).map((place) => ({
      service: "service" in place && typeof place.service === "string" ? place.service : null,
      path: place.path,
      firstLine: Math.floor(place.first_line),
      lastLine: Math.floor(place.last_line),
      function: place.function,
    })),
    citations: said.citations.slice(0, listMax.citations),
    ruledOut: said.ruled_out.slice(0, listMax.ruledOut),
    mechanism: said.mechanism.slice(0, listMax.mechanism),
    remedy: said.remedy,
    nextStep: said.next_step,
    severity: said.severity,
    owner: said.owner,
    missing: said.missing.slice(0, listMax.missing),
  };
}
