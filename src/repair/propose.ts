import type { ModelRequest, ModelTurn } from "../domain/model.ts";
import type { Edit } from "../domain/patch.ts";
import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";
import { parseProposal, proposalSchema } from "./answer.ts";
import { caseText } from "./case-text.ts";
import { framed, inLine, part } from "./framed.ts";
import type { NoPatch, RepairCase, Speaker } from "./repair-case.ts";
import { inLanguage } from "./speaker-language.ts";
import { testsNear } from "./test-file.ts";

/** Of one answer, what it thinks to itself included. */
const answerTokensMax = 8_000;
/** Characters of the faulty file that are shown; of a longer one, what stands around the fault. */
const fileLengthMax = 40_000;
const testLengthMax = 12_000;
const testsListed = 20;
const pathsMax = 20_000;
const feedbackLengthMax = 6_000;

export interface Proposed {
  readonly kind: "edits";
  readonly edits: readonly Edit[];
  readonly why: Redacted;
}

/** What the model said, or why it is not asked again; "malformed" can be asked again. */
export type ProposeAnswer = Proposed | NoPatch | { readonly kind: "malformed"; readonly because: string };

/** A conversation about one patch; what became of a proposal goes into the next round. */
export interface Proposing {
  /** @throws ModelError */
  next(signal: AbortSignal): Promise<ProposeAnswer>;
  /** What was wrong with the last answer, in our words, and what programs printed about it. */
  tell(because: string, output: string): void;
}

/** Begins the conversation. `none`: the file cannot be shown to a model, and so cannot be changed by one. */
export async function openProposing(
  repair: RepairCase,
  by: Speaker,
  signal: AbortSignal,
): Promise<Proposing | NoPatch> {
  const first = await firstTurn(repair, signal);
  if (typeof first !== "string") return first;
  const system = inLanguage(by.prompt.text, repair.language);
  let turns: readonly ModelTurn[] = [{ role: "user", text: first }];
  return {
    async next(inner) {
      const request: ModelRequest = {
        model: by.name,
        effort: by.isSteerable ? "high" : null,
        thinks: by.isSteerable,
        system,
        tools: [],
        mayUseTools: false,
        turns,
        answerSchema: proposalSchema,
        outputTokensMax: answerTokensMax,
      };
      const answer = await by.ask(request, inner);
      if (answer === null) return { kind: "none", because: "The money for this incident does not reach for it." };
      if (answer.stopReason === "refusal") return { kind: "none", because: "The model refused to answer." };
      if (answer.content.length > 0) turns = [...turns, { role: "assistant", content: answer.content }];
      if (answer.stopReason !== "end_turn") return { kind: "malformed", because: "The answer was cut off." };
      const parsed = parseProposal(answer.text);
      if (parsed.kind === "malformed") return parsed;
      const { kind, why, edits } = parsed.said;
      if (kind === "none")
        return { kind: "none", because: `The model proposes no patch: ${redact(why.slice(0, 1_000))}` };
      return { kind: "edits", edits, why: redact(why.slice(0, 4_000)) };
    },
    tell(because, output) {
      const shown = output === "" ? "" : `\n${framed(output.slice(-feedbackLengthMax))}`;
      const text = `The patch is not accepted. ${because}${shown}\nAnswer again by the schema, with all edits, each of them against the files as you were shown them.`;
      turns = [...turns, { role: "user", text: redact(text) }];
    },
  };
}

async function firstTurn(repair: RepairCase, signal: AbortSignal): Promise<Redacted | NoPatch> {
  const { source, version, rootCause, under } = repair;
  const path = rootCause.faulty[0]?.path ?? "";
  const text = await readWhole(repair, path, signal);
  if (text === null) return { kind: "none", because: `${path} cannot be read as text at the head of the branch.` };
  if (redact(text) !== text)
    return { kind: "none", because: `${path} holds what is hidden from a model, so no model may change it.` };
  const { paths } = await source.files(version.base, under, pathsMax, signal);
  const near = testsNear(path, paths);
  const tests = await shownTest(repair, near, signal);
  const parts = [
    "Every line that begins with a bar is quoted material.",
    ...caseText(repair),
    part(`The file at fault: ${inLine(path)}`, ...around(text, rootCause.faulty[0]?.firstLine ?? 1)),
    part(
      "Tests of the service",
      ...(near.length === 0 ? ["There are none yet."] : [framed(near.slice(0, testsListed).join("\n"))]),
      ...tests,
      repair.testCommand === null ? "" : `One test file is run by: ${inLine(repair.testCommand)}`,
    ),
    ...(repair.request === null
      ? []
      : [part("A reviewer of the last draft of this patch wrote", framed(repair.request.slice(0, feedbackLengthMax)))]),
    "What is the patch?",
  ];
  return redact(parts.join("\n\n"));
}

/** The nearest test, as an example of how they are written. */
async function shownTest(repair: RepairCase, near: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  for (const path of near.slice(0, 3)) {
    const text = await readWhole(repair, path, signal);
    if (text === null || text.length > testLengthMax || redact(text) !== text) continue;
    return [`${inLine(path)}:`, framed(text)];
  }
  return [];
}

async function readWhole({ source, version }: RepairCase, path: string, signal: AbortSignal): Promise<string | null> {
  const read = await source.lines(version.base, path, 1, Number.MAX_SAFE_INTEGER, signal);
  return read === null ? null : read.lines.join("\n");
}

/** The whole file, or as many lines on both sides of the fault as fit. */
function around(text: string, line: number): readonly string[] {
  if (text.length <= fileLengthMax) return [framed(text)];
  const lines = text.split("\n");
  let [first, last, length] = [line - 1, line - 1, 0];
  while (length < fileLengthMax && (first > 0 || last < lines.length - 1)) {
    if (first > 0) length += (lines[--first] ?? "").length + 1;
    if (last < lines.length - 1) length += (lines[++last] ?? "").length + 1;
  }
  return [`Lines ${first + 1} to ${last + 1} of ${lines.length}:`, framed(lines.slice(first, last + 1).join("\n"))];
}
