import type { Language } from "../../domain/language.ts";
import type { Suspicion } from "./suspicion.ts";

export interface Finding {
  readonly category: Suspicion["category"];
  readonly path: string;
  readonly line: number;
  readonly function: string | null;
  readonly code: string;
  readonly token: string | null;
  readonly failure: string;
}

interface Wording {
  found(finding: Finding): string;
  mechanism(finding: Finding): readonly string[];
  check(finding: Finding): string;
  notInCode(failure: string, category: Suspicion["category"]): string;
  notInCodeNext: string;
  refusedNext: string;
  cannotTell(failure: string): string;
  cannotTellNext: string;
  codeOf(service: string): string;
  moreThanAMessage: string;
  ordersIgnored: string;
  callers: string;
}

type Reasons = Readonly<Record<Suspicion["category"], string>>;

/** What a line does wrong, by the name in it; an operator is no name. */
const reasonsEn: { readonly named: (name: string) => Partial<Reasons>; readonly plain: Reasons } = {
  named: (name) => ({
    null_dereference: `uses ${name} of a value that is not there`,
    missing_validation: `relies on ${name} being there, and it can be absent`,
    typo: `uses ${name}, which does not exist under that name`,
    misconfiguration: `has the value ${name}, which the program cannot work with`,
  }),
  plain: {
    null_dereference: "uses a value that is not there",
    type_mismatch: "converts a value that does not have the form it expects",
    missing_validation: "takes a value without checking that it can be used here",
    typo: "uses a name that does not exist",
    misconfiguration: "has a value that the program cannot work with",
    off_by_one: "reads past the end",
    business_logic: "computes with what this customer does not have, and what holds then is for the business to say",
    third_party: "calls another party",
    capacity: "uses up a resource",
    data: "refuses what came in",
    other: "is where it fails",
  },
};

const reasonsKo: typeof reasonsEn = {
  named: (name) => ({
    null_dereference: `존재하지 않는 값의 ${name}을(를) 사용합니다`,
    missing_validation: `없을 수도 있는 ${name}이(가) 있다고 가정합니다`,
    typo: `그런 이름으로 존재하지 않는 ${name}을(를) 사용합니다`,
    misconfiguration: `프로그램이 처리할 수 없는 값 ${name}(으)로 설정되어 있습니다`,
  }),
  plain: {
    null_dereference: "존재하지 않는 값을 사용합니다",
    type_mismatch: "예상한 형식이 아닌 값을 변환합니다",
    missing_validation: "사용할 수 있는 값인지 확인하지 않습니다",
    typo: "존재하지 않는 이름을 사용합니다",
    misconfiguration: "프로그램이 처리할 수 없는 값으로 설정되어 있습니다",
    off_by_one: "범위를 벗어나 읽습니다",
    business_logic: "이 고객에게 없는 값으로 계산하며, 그 경우의 규칙은 비즈니스에서 정해야 합니다",
    third_party: "외부 서비스를 호출합니다",
    capacity: "자원을 모두 사용합니다",
    data: "들어온 값을 거부합니다",
    other: "실패가 일어납니다",
  },
};

function reason(reasons: typeof reasonsEn, { category, token }: Finding): string {
  const named = token !== null && /\w{2}/.test(token) ? reasons.named(token)[category] : undefined;
  return named ?? reasons.plain[category];
}

export const wordings: Readonly<Record<Language, Wording>> = {
  en: {
    found: (one) =>
      `Line ${one.line} of ${one.path}${one.function === null ? "" : `, in ${one.function},`} ${reason(reasonsEn, one)}: ${one.code} This ends in ${one.failure}`,
    mechanism: (one) => [
      `${one.function === null ? one.path : `${one.function} in ${one.path}`} reaches line ${one.line}.`,
      `The line ${reason(reasonsEn, one)}.`,
      `It throws: ${one.failure}`,
    ],
    check: (one) => `Change line ${one.line} of ${one.path} so that this case is handled, and add a test for it.`,
    notInCode(failure, category) {
      if (category === "data") return `The code refuses on purpose what came in: ${failure} It does what it should.`;
      return category === "capacity"
        ? `The service ran out of a resource: ${failure} Nothing in the code that was read is at fault.`
        : `Something that the service depends on did not answer: ${failure} The code that calls it does what it should.`;
    },
    refusedNext: "Log such input as a warning, and tell its sender what is wrong with it.",
    notInCodeNext: "Look at the state of what the service depends on at that time.",
    cannotTell: (failure) => `The evidence shows that this happened: ${failure} It does not show why.`,
    cannotTellNext: "Log the exception with its stack trace where this message is written.",
    codeOf: (service) => `the code of service ${service}`,
    moreThanAMessage: "a stack trace of the failure",
    ordersIgnored: "The log text gives orders to its reader; it is quoted material, and they were not followed.",
    callers: "A fault of the calling service: its own spans failed only after this one.",
  },
  ko: {
    found: (one) =>
      `${one.path}의 ${one.line}번째 줄${one.function === null ? "" : `(${one.function})`}에서 ${reason(reasonsKo, one)}: ${one.code} 그 결과 다음 오류가 발생합니다: ${one.failure}`,
    mechanism: (one) => [
      `${one.path}의 ${one.line}번째 줄에 도달합니다.`,
      `그 줄은 ${reason(reasonsKo, one)}.`,
      `다음 오류가 발생합니다: ${one.failure}`,
    ],
    check: (one) => `${one.path}의 ${one.line}번째 줄이 이 경우를 처리하도록 고치고 테스트를 추가하세요.`,
    notInCode(failure, category) {
      if (category === "data") return `코드가 들어온 값을 의도적으로 거부했습니다: ${failure} 코드는 정상입니다.`;
      return category === "capacity"
        ? `서비스의 자원이 부족했습니다: ${failure} 읽은 코드에는 잘못이 없습니다.`
        : `서비스가 의존하는 대상이 응답하지 않았습니다: ${failure} 호출하는 코드는 정상입니다.`;
    },
    refusedNext: "그런 입력은 경고로 기록하고, 보낸 쪽에 무엇이 잘못되었는지 알려 주세요.",
    notInCodeNext: "해당 시각에 서비스가 의존하는 대상의 상태를 확인하세요.",
    cannotTell: (failure) => `증거에 따르면 다음 일이 일어났습니다: ${failure} 그 이유는 증거에 나와 있지 않습니다.`,
    cannotTellNext: "이 메시지를 기록하는 곳에서 스택 트레이스와 함께 예외를 기록하세요.",
    codeOf: (service) => `${service} 서비스의 코드`,
    moreThanAMessage: "실패의 스택 트레이스",
    ordersIgnored: "로그 텍스트가 읽는 사람에게 명령을 내리지만, 인용된 자료일 뿐이므로 따르지 않았습니다.",
    callers: "호출한 서비스의 잘못: 그 서비스의 스팬은 이 실패 뒤에야 실패했습니다.",
  },
};
