import { z } from "zod";

/** What a model said, as far as it is what was asked for. */
export type Answer<T> =
  | { readonly kind: "said"; readonly said: T }
  | { readonly kind: "malformed"; readonly because: string };

const problemLengthMax = 600;

const edit = z.strictObject({
  path: z.string().describe("of the file, from the root of the repository"),
  search: z.string().describe("text that occurs exactly once in the file; empty: the file is new"),
  replace: z.string().describe("what stands in its place"),
});

const proposal = z.strictObject({
  kind: z
    .enum(["patch", "none"])
    .describe("none: no small change of this file removes the cause, or it is not ours to decide"),
  why: z.string().describe("for the person who reviews it"),
  edits: z.array(edit).describe("of one source file and one test; empty with none"),
});

export const objections = [
  "none",
  "wrong-place",
  "symptom-only",
  "business-meaning",
  "callers-broken",
  "test-proves-nothing",
] as const;

const review = z.strictObject({
  refuted: z.boolean(),
  objection: z.enum(objections).describe("the strongest one; none where the patch is not refuted"),
  because: z.string(),
});

export const proposalSchema = strict(proposal);
export const reviewSchema = strict(review);

export const parseProposal = (text: string): Answer<z.infer<typeof proposal>> => parsed(proposal, text);
export const parseReview = (text: string): Answer<z.infer<typeof review>> => parsed(review, text);

/** JSON Schema as structured outputs take it. */
function strict(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...json } = z.toJSONSchema(schema);
  return json;
}

function parsed<T>(schema: z.ZodType<T>, text: string): Answer<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "malformed", because: "It is not one JSON object and nothing else." };
  }
  const result = schema.safeParse(json);
  if (result.success) return { kind: "said", said: result.data };
  return { kind: "malformed", because: z.prettifyError(result.error).slice(0, problemLengthMax) };
}
