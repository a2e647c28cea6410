import type { EvidenceBundle, EvidenceId } from "../domain/evidence.ts";
import type { Language } from "../domain/language.ts";
import { redact } from "../domain/redact.ts";
import type { RootCause } from "../domain/root-cause.ts";
import type { Redacted } from "../domain/text.ts";
import { checkCitations } from "./check-citations.ts";

type CannotTell = Extract<RootCause, { kind: "cannot-tell" }>;

const citationsMax = 5;
const quoteLengthMax = 300;

const words = {
  en: {
    place: (at: string) => `The evidence points first to ${at}; why it fails there was not analysed.`,
    noPlace: "The evidence names no place in code that can be read.",
    lookAt: (at: string) => `Begin at ${at}.`,
    lookAtEvidence: "Read the cited evidence; it is all that is known.",
    "no-key": "an analysis by a model: no key is configured",
    "over-budget": "an analysis by a model: the budget is used up",
    trace: (why: string) => `the trace: ${why}`,
    code: (service: string) => `the code of service ${service}`,
  },
  ko: {
    place: (at: string) => `증거가 가장 먼저 가리키는 곳은 ${at}입니다. 그곳에서 왜 실패하는지는 분석하지 않았습니다.`,
    noPlace: "증거에는 읽을 수 있는 코드의 위치가 나오지 않습니다.",
    lookAt: (at: string) => `${at}부터 확인하세요.`,
    lookAtEvidence: "인용된 증거를 읽어 보세요. 알려진 것은 이것이 전부입니다.",
    "no-key": "모델의 분석: 설정된 키가 없습니다",
    "over-budget": "모델의 분석: 예산을 모두 썼습니다",
    trace: (why: string) => `트레이스: ${why}`,
    code: (service: string) => `${service} 서비스의 코드`,
  },
} as const;

/** The analyser `evidence`: what is known without a model, and an honest "cannot tell" about the rest. Costs nothing. */
export function analyseWithoutModel(
  bundle: EvidenceBundle,
  because: "no-key" | "over-budget",
  language: Language = "en",
): RootCause {
  return knownWithoutAnswer(bundle, redact(words[language][because]), language);
}

/** The same where a model was asked and gave no answer; `because` says why, as something that is missing. */
export function knownWithoutAnswer(bundle: EvidenceBundle, because: Redacted, language: Language): CannotTell {
  const say = words[language];
  const place = bundle.ranking[0];
  const at =
    place === undefined
      ? null
      : `${place.path}:${place.firstLine}${place.function === null ? "" : ` (${place.function})`}, ${place.repository}`;
  return {
    kind: "cannot-tell",
    claim: redact(at === null ? say.noPlace : say.place(at)),
    unsupported: [],
    citations: checkCitations(quotes(bundle), bundle.evidence).citations,
    ruledOut: [],
    nextStep: redact(at === null ? say.lookAtEvidence : say.lookAt(at)),
    severity: "medium",
    missing: [
      because,
      ...(bundle.traceMissing === null ? [] : [redact(say.trace(bundle.traceMissing))]),
      ...(bundle.code.length === 0 ? bundle.evidence.flatMap(serviceOf) : [])
        .slice(0, 1)
        .map((name) => redact(say.code(name))),
    ],
    promptVersion: "evidence",
    model: null,
    costUsd: 0,
  };
}

/** The place, what was logged, where the trace failed, and who changed it last, each with its own words. */
function quotes(bundle: EvidenceBundle): readonly { readonly evidence: EvidenceId; readonly quote: string }[] {
  const place = bundle.ranking[0];
  const lines = bundle.evidence.filter(
    (one) =>
      one.kind === "lines" &&
      place !== undefined &&
      one.path === place.path &&
      one.firstLine <= place.firstLine &&
      one.lastLine >= place.firstLine,
  );
  const suspect = bundle.evidence.filter(({ id }) => id === bundle.suspects[0]);
  const entries = bundle.evidence.filter(({ kind }) => kind === "entry").slice(0, 1);
  const spans = bundle.evidence.filter(({ kind }) => kind === "span").slice(0, 1);
  return [...lines.slice(0, 1), ...entries, ...spans, ...suspect].slice(0, citationsMax).map((one) => {
    const all = one.text.split("\n");
    const offset = one.kind === "lines" && place !== undefined ? place.firstLine - one.firstLine : 0;
    const quote = all[offset]?.trim() || all.find((line) => line.trim() !== "") || "";
    return { evidence: one.id, quote: quote.slice(0, quoteLengthMax) };
  });
}

function serviceOf(evidence: EvidenceBundle["evidence"][number]): readonly string[] {
  return (evidence.kind === "entry" || evidence.kind === "span") && evidence.service !== null ? [evidence.service] : [];
}
