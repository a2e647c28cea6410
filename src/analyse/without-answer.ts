import type { Language } from "../domain/language.ts";
import { redact } from "../domain/redact.ts";
import type { Redacted } from "../domain/text.ts";
import type { LimitName } from "./limits.ts";

/** Why a model that was asked gave no answer. */
export type WithoutAnswer = "refused" | "too-long" | "malformed" | "failed" | LimitName;

const words: Readonly<Record<Language, Readonly<Record<WithoutAnswer, string>>>> = {
  en: {
    refused: "an answer of the model: it refused to work on this case, also when it was told what for",
    "too-long": "an answer of the model: what it said was cut off twice for its length",
    malformed: "an answer of the model: what it said did not fit the schema, also after a correction",
    failed: "an answer of the model",
    steps: "an answer of the model: it reached its limit of steps",
    time: "an answer of the model: it reached its limit of time",
    tokens: "an answer of the model: it reached its limit of tokens",
    money: "an answer of the model: what is left of the budget for this incident does not pay for another call",
  },
  ko: {
    refused: "모델의 답변: 목적을 설명한 뒤에도 모델이 이 사례를 다루기를 거부했습니다",
    "too-long": "모델의 답변: 너무 길어 두 번 잘렸습니다",
    malformed: "모델의 답변: 수정을 요청한 뒤에도 정해진 형식에 맞지 않았습니다",
    failed: "모델의 답변",
    steps: "모델의 답변: 단계 수 한도에 도달했습니다",
    time: "모델의 답변: 시간 한도에 도달했습니다",
    tokens: "모델의 답변: 토큰 한도에 도달했습니다",
    money: "모델의 답변: 이 인시던트에 남은 예산으로는 한 번 더 물을 수 없습니다",
  },
};

/** What is missing, and why, as a line for people. */
export function withoutAnswer(why: WithoutAnswer, detail: string, language: Language): Redacted {
  const sentence = words[language][why];
  return redact(detail === "" ? sentence : `${sentence}: ${detail.replaceAll(/\s+/g, " ").slice(0, 500)}`);
}
