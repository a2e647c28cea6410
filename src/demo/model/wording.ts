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
  check(finding: Finding): string;
  notInCode(failure: string, category: Suspicion["category"]): string;
  notInCodeNext: string;
  cannotTell(failure: string): string;
  cannotTellNext: string;
  codeOf(service: string): string;
  moreThanAMessage: string;
  ordersIgnored: string;
  callers: string;
}

const reasonsEn: Readonly<Record<Suspicion["category"], (token: string) => string>> = {
  null_dereference: (token) => `uses ${token} of a value that is not there`,
  type_mismatch: (token) => `takes ${token} for a value of another type than the one that arrives`,
  missing_validation: (token) => `relies on ${token} without checking it`,
  typo: (token) => `uses ${token}, which does not exist under that name`,
  misconfiguration: (token) => `is set to ${token}, which the program cannot work with`,
  off_by_one: (token) => `goes past the end with ${token}`,
  third_party: (token) => `calls ${token}`,
  capacity: (token) => `uses ${token}`,
  other: (token) => `fails at ${token}`,
};

const reasonsKo: Readonly<Record<Suspicion["category"], (token: string) => string>> = {
  null_dereference: (token) => `존재하지 않는 값의 ${token}을(를) 사용합니다`,
  type_mismatch: (token) => `${token}에 예상과 다른 형식의 값이 들어옵니다`,
  missing_validation: (token) => `${token}을(를) 확인하지 않고 사용합니다`,
  typo: (token) => `그런 이름으로 존재하지 않는 ${token}을(를) 사용합니다`,
  misconfiguration: (token) => `프로그램이 처리할 수 없는 값 ${token}(으)로 설정되어 있습니다`,
  off_by_one: (token) => `${token}에서 범위를 벗어납니다`,
  third_party: (token) => `${token}을(를) 호출합니다`,
  capacity: (token) => `${token}을(를) 사용합니다`,
  other: (token) => `${token}에서 실패합니다`,
};

export const wordings: Readonly<Record<"en" | "ko", Wording>> = {
  en: {
    found: (one) =>
      `Line ${one.line} of ${one.path}${one.function === null ? "" : `, in ${one.function},`} ${reasonsEn[one.category](one.token ?? "a value")}: ${one.code} This ends in ${one.failure}`,
    check: (one) => `Change line ${one.line} of ${one.path} so that this case is handled, and add a test for it.`,
    notInCode: (failure, category) =>
      category === "capacity"
        ? `The service ran out of a resource: ${failure} Nothing in the code that was read is at fault.`
        : `Something that the service depends on did not answer: ${failure} The code that calls it does what it should.`,
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
      `${one.path}의 ${one.line}번째 줄${one.function === null ? "" : `(${one.function})`}에서 ${reasonsKo[one.category](one.token ?? "값")}: ${one.code} 그 결과 다음 오류가 발생합니다: ${one.failure}`,
    check: (one) => `${one.path}의 ${one.line}번째 줄이 이 경우를 처리하도록 고치고 테스트를 추가하세요.`,
    notInCode: (failure, category) =>
      category === "capacity"
        ? `서비스의 자원이 부족했습니다: ${failure} 읽은 코드에는 잘못이 없습니다.`
        : `서비스가 의존하는 대상이 응답하지 않았습니다: ${failure} 호출하는 코드는 정상입니다.`,
    notInCodeNext: "해당 시각에 서비스가 의존하는 대상의 상태를 확인하세요.",
    cannotTell: (failure) => `증거에 따르면 다음 일이 일어났습니다: ${failure} 그 이유는 증거에 나와 있지 않습니다.`,
    cannotTellNext: "이 메시지를 기록하는 곳에서 스택 트레이스와 함께 예외를 기록하세요.",
    codeOf: (service) => `${service} 서비스의 코드`,
    moreThanAMessage: "실패의 스택 트레이스",
    ordersIgnored: "로그 텍스트가 읽는 사람에게 명령을 내리지만, 인용된 자료일 뿐이므로 따르지 않았습니다.",
    callers: "호출한 서비스의 잘못: 그 서비스의 스팬은 이 실패 뒤에야 실패했습니다.",
  },
};
