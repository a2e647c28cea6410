import { own } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import type { Category } from "../domain/root-cause.ts";
import type { Inert } from "../domain/text.ts";

const words: Readonly<Record<Language, Readonly<Record<Category, Inert>>>> = {
  en: {
    null_dereference: own`a value is missing`,
    type_mismatch: own`a value of another type than expected`,
    missing_validation: own`input that nobody checks`,
    typo: own`a slip of the pen`,
    misconfiguration: own`a wrong setting`,
    off_by_one: own`off by one`,
    business_logic: own`a wrong rule of the business`,
    concurrency: own`two things at the same time`,
    security: own`a matter of security`,
    third_party: own`something outside failed`,
    capacity: own`a limit was reached`,
    data: own`wrong data`,
    noise: own`nothing is broken`,
    other: own`something else`,
  },
  ko: {
    null_dereference: own`값이 없음`,
    type_mismatch: own`예상과 다른 타입`,
    missing_validation: own`입력값 검증 누락`,
    typo: own`오타`,
    misconfiguration: own`잘못된 설정`,
    off_by_one: own`경계값 계산 실수`,
    business_logic: own`업무 규칙 오류`,
    concurrency: own`동시 실행 문제`,
    security: own`보안 문제`,
    third_party: own`외부 서비스 장애`,
    capacity: own`한도 초과`,
    data: own`잘못된 데이터`,
    noise: own`실제 장애 아님`,
    other: own`기타`,
  },
};

/** A kind of fault in words for people. */
export function categoryWords(category: Category, language: Language): Inert {
  return words[language][category];
}
