import type { Language } from "../domain/language.ts";
import type { RuledOut, TriageReason } from "./triage-rules.ts";

interface Told {
  readonly claim: string;
  readonly nextStep: string;
  /** Whom to tell or what to change. */
  readonly remedy: string;
}

const words: Readonly<Record<Language, Readonly<Record<TriageReason, (what: string) => Told>>>> = {
  en: {
    "client-gone": () => ({
      claim:
        "The caller went away before the answer was ready; the service had nobody left to answer. Nothing is broken.",
      nextStep: "Log it at a lower level, or leave these entries out of the query.",
      remedy: "",
    }),
    refusal: (status) => ({
      claim: `The code refuses this request on purpose, and the caller was told so with status ${status}. It is only logged as an error.`,
      nextStep: "Log the refusal at a lower level, or leave these entries out of the query.",
      remedy: "",
    }),
    "third-party": (host) => ({
      claim: `A service outside of this code answered that it failed: ${host}. The call that failed is the last one of the trace.`,
      nextStep: `Ask whoever runs ${host}; here, only how the failure is borne can be changed.`,
      remedy: `whoever runs ${host}`,
    }),
    capacity: (limit) => ({
      claim: `A limit of the machine or the database was reached: ${limit}. The code did not choose it.`,
      nextStep: "Raise the limit or free what fills it, and set an alert that comes before it is reached.",
      remedy: `the limit behind "${limit}", and an alert that comes before it is reached`,
    }),
  },
  ko: {
    "client-gone": () => ({
      claim: "응답이 준비되기 전에 호출자가 연결을 끊었습니다. 응답할 상대가 없었을 뿐 고장 난 것은 없습니다.",
      nextStep: "로그 수준을 낮추거나 이 로그를 쿼리에서 제외하세요.",
      remedy: "",
    }),
    refusal: (status) => ({
      claim: `코드가 의도적으로 이 요청을 거부했고 호출자는 상태 코드 ${status}로 통보받았습니다. 오류 수준으로 기록되었을 뿐입니다.`,
      nextStep: "거부를 더 낮은 로그 수준으로 기록하거나 이 로그를 쿼리에서 제외하세요.",
      remedy: "",
    }),
    "third-party": (host) => ({
      claim: `이 코드 밖의 서비스가 실패했다고 응답했습니다: ${host}. 실패한 호출이 트레이스의 마지막 호출입니다.`,
      nextStep: `${host}의 운영 담당자에게 문의하세요. 여기서는 실패를 견디는 방식만 바꿀 수 있습니다.`,
      remedy: `${host}의 운영 담당자`,
    }),
    capacity: (limit) => ({
      claim: `서버나 데이터베이스의 한도에 도달했습니다: ${limit}. 코드가 정한 한도가 아닙니다.`,
      nextStep: "한도를 늘리거나 차지하고 있는 것을 비우고, 한도에 닿기 전에 울리는 경보를 설정하세요.",
      remedy: `"${limit}"의 한도와, 한도에 닿기 전에 울리는 경보`,
    }),
  },
};

/** A rule's reason in words for people. */
export function ruledOutWords({ reason, what }: RuledOut, language: Language): Told {
  return words[language][reason](what);
}
