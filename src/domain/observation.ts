import type { Language } from "./language.ts";
import { type RedactionMemory, redact } from "./redact.ts";
import type { Redacted } from "./text.ts";

/** Something that traces tell at a glance. `who` is a service, `what` the name of a span; durations are milliseconds. */
export type Observation<Text extends string = Redacted> =
  | {
      /** A call that its caller stopped waiting for, while the other side went on. */
      readonly kind: "gave-up";
      readonly who: Text;
      readonly what: Text;
      readonly afterMs: number;
      readonly other: Text;
      readonly longerMs: number;
    }
  | {
      /** The same thing, one time after the other. */
      readonly kind: "tried-again";
      readonly who: Text;
      readonly what: Text;
      readonly times: number;
      readonly failed: number;
      readonly lastWentWell: boolean;
    }
  /** It failed too, and its caller went on. */
  | { readonly kind: "caught"; readonly who: Text; readonly what: Text }
  | {
      readonly kind: "slow";
      readonly who: Text;
      readonly what: Text;
      readonly totalMs: number;
      readonly ownMs: number;
    }
  | { readonly kind: "callers-missing"; readonly count: number }
  | { readonly kind: "cut" }
  /** All sampled traces fail in this span. */
  | { readonly kind: "same-place"; readonly who: Text; readonly what: Text; readonly traces: number }
  /** An attribute that has this value where all sampled traces fail. */
  | { readonly kind: "same-value"; readonly name: Text; readonly value: Text; readonly traces: number }
  /** The same words, counted in Loki: before the first sight, and in the hour before the last. */
  | {
      readonly kind: "rate";
      readonly words: Text;
      readonly beforeHours: number;
      readonly before: number;
      readonly lately: number;
    }
  /** Without a trace: entries of that many services that carry the same id in a field of that name. */
  | {
      readonly kind: "linked";
      readonly name: Text;
      readonly value: Text;
      readonly entries: number;
      readonly services: number;
    }
  /** Tests that cover a file by their names, and its owners by CODEOWNERS. */
  | { readonly kind: "tests"; readonly path: Text; readonly tests: Text }
  | { readonly kind: "owners"; readonly path: Text; readonly owners: Text }
  /** What was deployed in the day before the first sight, and what is now: ids of commits. */
  | {
      readonly kind: "deployment";
      readonly who: Text;
      readonly from: Text;
      readonly to: Text;
      readonly commits: number;
    }
  /** What a trace of the same operation that went well has, and this one lacks. */
  | { readonly kind: "healthy-has"; readonly who: Text; readonly what: Text; readonly healthy: Text }
  /** What this one has, and a trace of the same operation that went well lacks. */
  | { readonly kind: "healthy-lacks"; readonly who: Text; readonly what: Text; readonly healthy: Text };

const sentences: {
  readonly [Of in Language]: {
    readonly [Kind in Observation["kind"]]: (it: Extract<Observation<string>, { readonly kind: Kind }>) => string;
  };
} = {
  en: {
    "gave-up": (it) =>
      `${it.who} gave up on "${it.what}" after ${duration(it.afterMs)}; ${it.other} went on with it for ${duration(it.longerMs)} more.`,
    "tried-again": (it) => {
      const end =
        it.failed === it.times
          ? "every time it failed"
          : it.lastWentWell
            ? "the last time it went well"
            : `${it.failed} times it failed`;
      return `${it.who} did "${it.what}" ${it.times} times: ${end}.`;
    },
    caught: (it) => `"${it.what}" in ${it.who} failed as well, and its caller went on.`,
    slow: (it) => `Of ${duration(it.totalMs)}, ${duration(it.ownMs)} went by in "${it.what}" of ${it.who} itself.`,
    "callers-missing": (it) =>
      `${it.count} ${it.count === 1 ? "span names a caller that is" : "spans name callers that are"} not in the trace.`,
    cut: () => "Tempo says that the trace is cut.",
    "same-place": (it) => `All ${it.traces} sampled traces fail in "${it.what}" of ${it.who}.`,
    "same-value": (it) => `In all ${it.traces} sampled traces ${it.name} is ${it.value} where they fail.`,
    rate: (it) =>
      it.before === 0
        ? `"${it.words}" was not logged in the ${it.beforeHours} hours before the first sight: it is new. In the last hour: ${it.lately} times.`
        : `"${it.words}" was logged ${it.before} times in the ${it.beforeHours} hours before the first sight, ${it.lately} times in the last hour.`,
    linked: (it) =>
      `Without a trace: ${it.entries} more ${it.entries === 1 ? "entry" : "entries"} of ${it.services} ${it.services === 1 ? "service" : "services"} carry the same ${it.name}, ${it.value}. That is a weaker link than a trace.`,
    tests: (it) => `Tests of ${it.path} by their names: ${it.tests}.`,
    deployment: (it) =>
      `${it.who} was deployed in the day before the first sight: from ${it.from} to ${it.to}, ${it.commits} ${it.commits === 1 ? "commit" : "commits"} in between.`,
    owners: (it) => `${it.path} belongs to ${it.owners} by CODEOWNERS.`,
    "healthy-has": (it) =>
      `"${it.what}" of ${it.who} is in a trace that went well (${it.healthy}), and not in this one.`,
    "healthy-lacks": (it) =>
      `"${it.what}" of ${it.who} is in this trace, and not in one that went well (${it.healthy}).`,
  },
  ko: {
    "gave-up": (it) =>
      `${it.who}이(가) "${it.what}" 응답을 ${duration(it.afterMs)} 만에 포기했고, ${it.other}은(는) 그 뒤로 ${duration(it.longerMs)} 더 처리했습니다.`,
    "tried-again": (it) => {
      const end = it.failed === it.times ? "모두 실패" : it.lastWentWell ? "마지막에 성공" : `${it.failed}회 실패`;
      return `${it.who}이(가) "${it.what}"을(를) ${it.times}회 시도했습니다(${end}).`;
    },
    caught: (it) => `${it.who}의 "${it.what}"도 실패했지만 호출한 쪽은 계속 진행했습니다.`,
    slow: (it) =>
      `전체 ${duration(it.totalMs)} 중 ${duration(it.ownMs)}이(가) ${it.who}의 "${it.what}" 자체에서 소요되었습니다.`,
    "callers-missing": (it) => `호출한 스팬이 트레이스에 없는 스팬이 ${it.count}개 있습니다.`,
    cut: () => "Tempo에 따르면 트레이스가 잘려 있습니다.",
    "same-place": (it) => `표본 트레이스 ${it.traces}개 모두 ${it.who}의 "${it.what}"에서 실패합니다.`,
    "same-value": (it) => `표본 트레이스 ${it.traces}개 모두 실패 지점에서 ${it.name} 값이 ${it.value}입니다.`,
    rate: (it) =>
      it.before === 0
        ? `"${it.words}"은(는) 처음 발견되기 전 ${it.beforeHours}시간 동안 기록된 적이 없는 새로운 오류입니다. 최근 1시간: ${it.lately}회.`
        : `"${it.words}"은(는) 처음 발견되기 전 ${it.beforeHours}시간 동안 ${it.before}회, 최근 1시간 동안 ${it.lately}회 기록되었습니다.`,
    linked: (it) =>
      `트레이스는 없지만 서비스 ${it.services}개의 로그 ${it.entries}건이 같은 ${it.name}(${it.value})을(를) 가지고 있습니다. 트레이스보다 약한 근거입니다.`,
    tests: (it) => `이름으로 보아 ${it.path}의 테스트: ${it.tests}.`,
    deployment: (it) =>
      `처음 발견되기 전 하루 동안 ${it.who}이(가) ${it.from}에서 ${it.to}(으)로 배포되었습니다(커밋 ${it.commits}개).`,
    owners: (it) => `CODEOWNERS 기준 ${it.path} 담당: ${it.owners}.`,
    "healthy-has": (it) =>
      `정상 트레이스(${it.healthy})에는 ${it.who}의 "${it.what}"이(가) 있지만 이 트레이스에는 없습니다.`,
    "healthy-lacks": (it) =>
      `이 트레이스에는 ${it.who}의 "${it.what}"이(가) 있지만 정상 트레이스(${it.healthy})에는 없습니다.`,
  },
};

/** One sentence around names that came from outside. */
export function observationText(observation: Observation, language: Language): Redacted {
  // Each function takes its own kind; the record says so, a lookup by a union cannot.
  const say = sentences[language][observation.kind] as (it: Observation<string>) => string;
  return redact(say(observation));
}

/** Characters of one name, for it stands in a sentence. Findings with a longer text than the brain takes would be refused. */
const nameLengthMax = 500;

/** With every name past the gate, and no longer than a sentence can hold. */
export function redactObservation(observation: Observation<string>, memory: RedactionMemory): Observation {
  const entries = Object.entries(observation).map(([key, value]) => [
    key,
    typeof value === "string" && key !== "kind" ? shortened(redact(value, memory)) : value,
  ]);
  return Object.fromEntries(entries) as Observation;
}

/** Cut after the gate, which would not know a part of a secret. */
function shortened(name: Redacted): Redacted {
  return name.length <= nameLengthMax ? name : redact(`${name.slice(0, nameLengthMax - 1).toWellFormed()}…`);
}

function duration(ms: number): string {
  return ms >= 1_000 ? `${(ms / 1_000).toFixed(1)} s` : `${ms.toFixed(0)} ms`;
}
