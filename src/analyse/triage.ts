import { z } from "zod";
import type { EvidenceBundle } from "../domain/evidence.ts";
import type { Language } from "../domain/language.ts";
import type { ModelRequest } from "../domain/model.ts";
import { redact } from "../domain/redact.ts";
import type { Category, RootCause } from "../domain/root-cause.ts";
import type { Redacted } from "../domain/text.ts";
import { askBySchema } from "./ask-by-schema.ts";
import { checkCitations } from "./check-citations.ts";
import type { Investigation } from "./investigate.ts";
import { systemPrompt } from "./prompt.ts";
import { type ProposedRemedy, remedyOf } from "./remedy.ts";
import { renderEvidence } from "./render-bundle.ts";
import type { Role } from "./roles.ts";
import { strictSchema } from "./strict-schema.ts";
import { type RuledOut, triageByRule } from "./triage-rules.ts";
import { ruledOutWords } from "./triage-words.ts";

/** Of all its calls: a question whether to ask must cost a small part of asking. */
const triageUsdMax = 0.003;
const answerTokensMax = 600;
/** Of what the small model is shown. */
const evidenceBytesMax = 6_000;
const oneBytesMax = 2_500;

const sorted = z.strictObject({
  verdict: z.enum(["investigate", "noise", "refusal", "third_party", "capacity", "data"]),
  claim: z.string().describe("what happened, in at most two sentences; empty for investigate"),
  evidence: z.string().describe("the id of the evidence that shows it; empty for investigate"),
  quote: z.string().describe("words copied from that evidence that show it; empty for investigate"),
  words: z.string().describe("noise and refusal: the fixed words by which such log entries are known; else empty"),
  whom: z.string().describe("third_party: who can end it; else empty"),
  change: z.string().describe("capacity and data: which setting, alert or data to change; else empty"),
});
type Sorted = z.output<typeof sorted>;

const categoryOf: Readonly<Record<Exclude<Sorted["verdict"], "investigate">, Category>> = {
  noise: "noise",
  refusal: "noise",
  third_party: "third_party",
  capacity: "capacity",
  data: "data",
};

/**
 * Whether an incident needs no investigation: by rule, then by a small model only where rules cannot say. It never hides anything: what comes of it is told
 * like any other root cause, with what to do. Null: investigate.
 * @throws ModelError with `isRetryable`, unless it is the last attempt; or the signal's reason
 */
export async function triage(
  given: Investigation,
  bundle: EvidenceBundle,
  role: Role | null,
  signal: AbortSignal,
): Promise<RootCause | null> {
  const ruled = triageByRule(bundle);
  if (ruled.kind === "ruled-out") return toldByRule(ruled.by, bundle, given.language);
  if (ruled.kind === "investigate" || role === null) return null;
  const conversation = given.books.conversation("triage", role.prompt.version);
  const request: ModelRequest = {
    model: role.model,
    effort: role.effort,
    thinks: role.thinks,
    system: systemPrompt(role.prompt.text, given.language),
    tools: [],
    mayUseTools: false,
    turns: [{ role: "user", text: material(bundle) }],
    answerSchema: strictSchema(sorted),
    outputTokensMax: Math.min(answerTokensMax, given.limits.outputTokensMax),
  };
  const said = await askBySchema(given, conversation, request, parseSorted, signal, triageUsdMax);
  return said === null ? null : toldByModel(said, bundle, role);
}

function toldByRule(by: RuledOut, bundle: EvidenceBundle, language: Language): RootCause {
  const words = ruledOutWords(by, language);
  const isQuiet = by.category === "noise";
  const remedy: ProposedRemedy = isQuiet
    ? { kind: "mute", text: by.words }
    : { kind: by.reason === "third-party" ? "tell" : "change", text: words.remedy };
  return {
    kind: "not-in-code",
    claim: redact(words.claim),
    unsupported: [],
    citations: checkCitations(by.citations, bundle.evidence).citations,
    ruledOut: [],
    nextStep: redact(words.nextStep),
    severity: isQuiet ? "low" : "medium",
    category: by.category,
    owner: by.reason === "third-party" ? redact(by.what) : null,
    remedy: remedyOf(remedy, bundle),
    promptVersion: "rules",
    model: null,
    costUsd: 0,
  };
}

/** A verdict whose words stand nowhere is none. */
function toldByModel(said: Sorted, bundle: EvidenceBundle, role: Role): RootCause | null {
  if (said.verdict === "investigate" || said.claim.trim() === "") return null;
  const { citations, resolvedShare } = checkCitations(
    [{ evidence: said.evidence, quote: said.quote }],
    bundle.evidence,
  );
  if (resolvedShare < 1) return null;
  const isQuiet = said.verdict === "noise" || said.verdict === "refusal";
  const remedy: ProposedRemedy = isQuiet
    ? { kind: "mute", text: said.words }
    : said.verdict === "third_party"
      ? { kind: "tell", text: said.whom }
      : { kind: "change", text: said.change };
  const step = said.verdict === "third_party" ? said.whom : said.change;
  return {
    kind: "not-in-code",
    claim: redact(said.claim),
    unsupported: [],
    citations,
    ruledOut: [],
    nextStep: redact(step.trim() === "" ? said.claim : step),
    severity: isQuiet ? "low" : "medium",
    category: categoryOf[said.verdict],
    owner: said.verdict === "third_party" && said.whom.trim() !== "" ? redact(said.whom) : null,
    remedy: remedyOf(remedy, bundle),
    promptVersion: role.prompt.version,
    model: role.model,
    costUsd: 0,
  };
}

function parseSorted(text: string): Sorted | { readonly problems: string } {
  let json: unknown;
  try {
    json = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  } catch {
    return { problems: "It is not one JSON object." };
  }
  const parsed = sorted.safeParse(json);
  return parsed.success ? parsed.data : { problems: z.prettifyError(parsed.error) };
}

function material(bundle: EvidenceBundle): Redacted {
  return redact(
    `Every line that begins with a bar is quoted material.\n\n# Evidence\n${shownShortly(bundle).join("\n")}\n\nWhat is it?`,
  );
}

/** What was thrown and logged first, and the code that threw it: enough to sort by. */
export function shownShortly({ evidence }: EvidenceBundle): readonly string[] {
  let bytes = 0;
  return [
    ...evidence.filter(({ kind }) => kind === "span").slice(0, 2),
    ...evidence.filter(({ kind }) => kind === "entry").slice(0, 3),
    ...evidence.filter(({ kind }) => kind === "lines").slice(0, 2),
  ].flatMap((one) => {
    const cut = { ...one, text: redact(one.text.slice(0, oneBytesMax)) };
    bytes += Buffer.byteLength(cut.text);
    return bytes <= evidenceBytesMax ? [renderEvidence(cut)] : [];
  });
}
