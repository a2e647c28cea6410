import { z } from "zod";
import type { EvidenceBundle } from "../domain/evidence.ts";
import type { Language } from "../domain/language.ts";
import type { ModelRequest } from "../domain/model.ts";
import type { OpenIssue, SameAs } from "../domain/open-issue.ts";
import { redact } from "../domain/redact.ts";
import type { RootCause } from "../domain/root-cause.ts";
import type { Redacted } from "../domain/text.ts";
import { askBySchema } from "./ask-by-schema.ts";
import { checkCitations, stands } from "./check-citations.ts";
import type { Investigation } from "./investigate.ts";
import { systemPrompt } from "./prompt.ts";
import { inLine, quoted } from "./quoted.ts";
import type { Role } from "./roles.ts";
import { strictSchema } from "./strict-schema.ts";
import { shownShortly } from "./triage.ts";

/** Of all its calls: less than the investigation that it saves by two orders of magnitude. */
const compareUsdMax = 0.003;
const answerTokensMax = 400;
const issueCharactersMax = 1_500;
/** Fewer stand in any two log entries. */
const quoteLengthMin = 8;

const compared = z.strictObject({
  same: z.string().describe("the name of the issue, like issue-1, or none"),
  because: z.string().describe("why one change would end both, in one sentence; empty for none"),
  evidence: z.string().describe("the id of the evidence of the new incident that shows it; empty for none"),
  quote: z.string().describe("words copied from that evidence; empty for none"),
  issue_quote: z.string().describe("words copied from the log entry of that issue; empty for none"),
});
type Compared = z.output<typeof compared>;

/** What was found out without an investigation of its own. */
export interface ToldAlready {
  readonly sameAs: SameAs;
  readonly rootCause: RootCause;
}

/**
 * Whether an open issue tells of the same bug, as a small model sees it that is shown both. Null: none does, or not so that words of both show it. Nothing is
 * closed or forgotten by it, so that a mistake costs time and no bug.
 * @throws ModelError with `isRetryable`, unless it is the last attempt; or the signal's reason
 */
export async function compareIssues(
  given: Investigation,
  bundle: EvidenceBundle,
  issues: readonly OpenIssue[],
  role: Role | null,
  signal: AbortSignal,
): Promise<ToldAlready | null> {
  if (role === null || issues.length === 0) return null;
  const conversation = given.books.conversation("compare", role.prompt.version);
  const request: ModelRequest = {
    model: role.model,
    effort: role.effort,
    thinks: role.thinks,
    system: systemPrompt(role.prompt.text, given.language),
    tools: [],
    mayUseTools: false,
    turns: [{ role: "user", text: material(bundle, issues) }],
    answerSchema: strictSchema(compared),
    outputTokensMax: Math.min(answerTokensMax, given.limits.outputTokensMax),
  };
  const said = await askBySchema(given, conversation, request, parseCompared, signal, compareUsdMax);
  return said === null ? null : believed(said, bundle, issues, given.language, role);
}

/** Words of both have to stand where they are said to stand. */
function believed(
  said: Compared,
  bundle: EvidenceBundle,
  issues: readonly OpenIssue[],
  language: Language,
  role: Role,
): ToldAlready | null {
  const issue = issues.find((_each, index) => nameOf(index) === said.same.trim());
  if (issue === undefined || said.because.trim() === "") return null;
  if (said.quote.trim().length < quoteLengthMin || said.issue_quote.trim().length < quoteLengthMin) return null;
  const { citations, resolvedShare } = checkCitations(
    [{ evidence: said.evidence, quote: said.quote }],
    bundle.evidence,
  );
  if (resolvedShare < 1 || !stands(issue.line, said.issue_quote)) return null;
  const because = redact(said.because.trim());
  const words = wordsOf[language];
  const rootCause: RootCause = {
    kind: "cannot-tell",
    claim: redact(words.claim(issue.number, because)),
    unsupported: [],
    citations,
    ruledOut: [],
    nextStep: redact(words.nextStep(issue.number)),
    severity: "low",
    missing: [],
    promptVersion: role.prompt.version,
    model: role.model,
    costUsd: 0,
  };
  return { sameAs: { incident: issue.incident, because }, rootCause };
}

const wordsOf = {
  en: {
    claim: (number: number, because: string) => `Probably the same bug as issue ${number}. ${because}`,
    nextStep: (number: number) => `Read issue ${number}; this one was not investigated for itself.`,
  },
  ko: {
    claim: (number: number, because: string) => `이슈 ${number}번과 같은 버그로 보입니다. ${because}`,
    nextStep: (number: number) => `이슈 ${number}번을 확인하세요. 이 오류는 따로 조사하지 않았습니다.`,
  },
} as const;

function parseCompared(text: string): Compared | { readonly problems: string } {
  let json: unknown;
  try {
    json = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  } catch {
    return { problems: "It is not one JSON object." };
  }
  const parsed = compared.safeParse(json);
  return parsed.success ? parsed.data : { problems: z.prettifyError(parsed.error) };
}

function nameOf(index: number): string {
  return `issue-${index + 1}`;
}

function material(bundle: EvidenceBundle, issues: readonly OpenIssue[]): Redacted {
  const told = issues.map(
    ({ title, line }, index) =>
      `${nameOf(index)}: ${inLine(title)}\n${quoted(redact(line.slice(0, issueCharactersMax)))}`,
  );
  return redact(
    `Every line that begins with a bar is quoted material.\n\n# The new incident\n${shownShortly(bundle).join("\n")}\n\n# Open issues, each with a log entry of it\n${told.join("\n")}\n\nIs it one of them?`,
  );
}
