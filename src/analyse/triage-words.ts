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
    scanner: (asked) => ({
      claim: `Somebody probes this address from outside and asked for what no such service has (${asked}). The request was refused; nothing is broken.`,
      nextStep:
        "Log such requests at a lower level, refuse them before they reach the service, or leave these entries out of the query.",
      remedy: "",
    }),
    shutdown: () => ({
      claim: "The program was told to end, for instance by a deployment, and what it had begun ended with it.",
      nextStep: "Nothing, if it ends by itself in a minute; otherwise let the program finish its work before it ends.",
      remedy: "",
    }),
    data: (what) => ({
      claim: `What was stored or sent is wrong, and the code refuses it as it should: ${what}.`,
      nextStep: "Find who wrote it, and correct or remove it; the same code will refuse it again until then.",
      remedy: `the data that "${what}" speaks of, and where it comes from`,
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
    scanner: (asked) => ({
      claim: `외부에서 이 주소를 탐색하며 서비스에 없는 것을 요청했습니다(${asked}). 요청은 거부되었고 고장 난 것은 없습니다.`,
      nextStep: "이런 요청은 로그 수준을 낮추거나, 서비스에 닿기 전에 차단하거나, 쿼리에서 제외하세요.",
      remedy: "",
    }),
    shutdown: () => ({
      claim: "배포 등으로 프로그램이 종료되면서 진행 중이던 작업이 함께 중단되었습니다.",
      nextStep: "1분 안에 저절로 멈추면 조치할 것이 없습니다. 그렇지 않으면 작업을 마친 뒤 종료되도록 하세요.",
      remedy: "",
    }),
    data: (what) => ({
      claim: `저장되었거나 전송된 데이터가 잘못되었고, 코드는 이를 올바르게 거부했습니다: ${what}.`,
      nextStep: "누가 기록한 데이터인지 찾아 바로잡거나 삭제하세요. 그 전까지는 같은 오류가 반복됩니다.",
      remedy: `"${what}"에 해당하는 데이터와 그 출처`,
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
