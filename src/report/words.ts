import type { EvidenceKind } from "../domain/evidence.ts";
import { own } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import { redact } from "../domain/redact.ts";
import type { Inert, Redacted } from "../domain/text.ts";

/** Our own sentences around the values; the page itself is `prompts/issue.<language>.md`. */
export interface Words {
  readonly summary: (
    title: Inert,
    service: Inert,
    count: number,
    environments: Inert,
    first: Inert,
    last: Inert,
  ) => Inert;
  readonly unknownService: Inert;
  readonly noException: Inert;
  readonly lines: (first: number, last: number) => Inert;
  readonly inFunction: (name: Inert) => Inert;
  readonly deployedKnown: (commit: Inert) => Inert;
  readonly deployedUnknown: (commit: Inert) => Inert;
  readonly noPlace: Inert;
  readonly lead: {
    readonly where: Inert;
    readonly howSure: Inert;
    /** In its place where no cause was found in the code. */
    readonly judged: Inert;
    readonly step: Inert;
    readonly notInCode: Inert;
    readonly perhaps: (place: Inert) => Inert;
    readonly andMore: (place: Inert, more: number) => Inert;
    readonly byRule: (category: Inert) => Inert;
    readonly byModel: (category: Inert) => Inert;
    readonly doubted: Inert;
    readonly withoutTrace: Inert;
  };
  readonly confidence: (percent: number, category: Inert) => Inert;
  /** Of a stack trace; stands among its lines. */
  readonly linesLeftOut: (count: number) => string;
  readonly evidenceKinds: Readonly<Record<EvidenceKind, Inert>>;
  readonly cannotTell: Inert;
  readonly withoutModel: Readonly<Record<"no-key" | "over-budget", Inert>>;
  readonly cited: Inert;
  readonly unsupported: Inert;
  readonly elsewhere: Redacted;
  readonly missing: Inert;
  readonly noTrace: Inert;
  readonly partialTrace: Inert;
  readonly seenRow: (environment: Inert, count: number, first: Inert, last: Inert) => Inert;
  readonly noSuspects: Inert;
  readonly pullRequest: (number: number) => Inert;
  /** Days from a commit to the first sight; negative where it came after. */
  readonly beforeFirstSight: (days: number) => Inert;
  readonly likelyCommit: (commit: Inert, age: Inert, subject: Inert) => Inert;
  readonly coveringTests: (tests: Inert) => Inert;
  readonly because: (reason: Inert) => Inert;
  readonly outsiderOnly: Inert;
  readonly more: Inert;
  readonly footer: (model: Inert, cost: Inert, took: Inert, prompt: Inert, incident: Inert) => Inert;
  readonly noModel: Inert;
  readonly recurrence: (count: number, more: number, last: Inert, environments: Inert) => Inert;
  readonly recurrenceOfSame: (title: Inert, count: number, more: number, last: Inert, environments: Inert) => Inert;
  readonly sameBug: Inert;
  readonly sameBugCure: (command: Inert) => Inert;
  readonly followsFrom: (cause: Inert) => Inert;
  readonly overviewTitle: (repository: Inert) => Inert;
  readonly overviewIntro: (held: number, perRun: number, perDay: number) => Inert;
  readonly overviewRow: (rank: number, title: Inert, count: number, last: Inert, incident: Inert) => Inert;
}

const en: Words = {
  summary: (title, service, count, environments, first, last) =>
    own`**${title}**: seen ${count} ${count === 1 ? own`time` : own`times`} in ${service} (${environments}), first ${first}, last ${last}.`,
  unknownService: own`an unknown service`,
  noException: own`The log entry carries no exception; this is its text.`,
  lines: (first, last) => (first === last ? own`line ${first}` : own`lines ${first} to ${last}`),
  inFunction: (name) => own`in ${name}`,
  deployedKnown: (commit) => own`Read at the deployed commit ${commit}.`,
  deployedUnknown: (commit) =>
    own`Which commit is deployed is not known, so the branch's head ${commit} was read: line numbers may differ.`,
  noPlace: own`No place in the code could be named.`,
  lead: {
    where: own`Where:`,
    howSure: own`How sure:`,
    judged: own`Verdict:`,
    step: own`Do:`,
    notInCode: own`not in the code.`,
    perhaps: (place) => own`perhaps ${place}; it is where the evidence points, and not a cause that was found.`,
    andMore: (place, more) => own`${place}, and ${more} more ${more === 1 ? own`place` : own`places`} below`,
    byRule: (category) => own`${category}; a fixed rule says so, from the words quoted below.`,
    byModel: (category) => own`${category}; a model says so, from the words quoted below.`,
    doubted: own`A second look does not believe it: read why, below.`,
    withoutTrace: own`There was no trace to read.`,
  },
  confidence: (percent, category) => own`${percent} % (${category}).`,
  linesLeftOut: (count) => `${count} more ${count === 1 ? "line" : "lines"}`,
  evidenceKinds: { entry: own`Log entry`, span: own`Step of the trace`, lines: own`Code`, commit: own`Commit` },
  cannotTell: own`The cause could not be told from what was read.`,
  withoutModel: {
    "no-key": own`Not analysed. No model was asked, because no key is configured; this is what is known without one.`,
    "over-budget": own`Not analysed. No model was asked, because the budget is spent; this is what is known without one.`,
  },
  cited: own`Evidence:`,
  unsupported: own`(does not stand in that evidence; it lowered the confidence)`,
  elsewhere: redact("(stands in the evidence of another repository, and is not repeated here)"),
  missing: own`To tell, it would take:`,
  noTrace: own`No trace could be read, so nothing beyond this issue will be done.`,
  partialTrace: own`The trace is not complete: spans are missing.`,
  seenRow: (environment, count, first, last) => own`- ${environment}: ${count}, first ${first}, last ${last}`,
  pullRequest: (number) => own`pull request ${number}`,
  noSuspects: own`No commit could be read for these files.`,
  beforeFirstSight: (days) =>
    days < 0
      ? own`after the first sight`
      : days === 0
        ? own`within a day before the first sight`
        : own`${days} ${days === 1 ? own`day` : own`days`} before the first sight`,
  likelyCommit: (commit, age, subject) =>
    own`Then look at ${commit} (${age}): ${subject}. Of the commits that touched these places it is the likeliest to have brought the failure; whether it did was not tried.`,
  coveringTests: (tests) => own`Tests beside it, by their names: ${tests}.`,
  because: (reason) => own`: ${reason}`,
  outsiderOnly: own`This rests only on text that somebody outside could have written.`,
  more: own`(more was left out for length)`,
  footer: (model, cost, took, prompt, incident) =>
    own`Filed by error-autopilot · ${model} · ${cost} · ${took} · prompt ${prompt} · incident ${incident}`,
  noModel: own`without a model`,
  recurrence: (count, more, last, environments) =>
    own`Still happening: ${count} times in all, ${more} since this issue was filed, last at ${last} (${environments}).`,
  recurrenceOfSame: (title, count, more, last, environments) =>
    own`**${title}**, probably the same bug, is still happening: ${count} times in all, ${more} since it was told here, last at ${last} (${environments}).`,
  sameBug: own`Probably the same bug, so it gets no issue of its own:`,
  sameBugCure: (command) =>
    own`A small model thought so, and nobody has looked closer. It is counted here. When this issue is closed and it still happens, it gets its own; if it is something else, ${command} gives it one now.`,
  followsFrom: (cause) =>
    own`The traces show that this follows from another failure: ${cause}. Mending that one probably ends this one too; whether something remains to be done here is for you to say.`,
  overviewTitle: (repository) => own`error-autopilot: more kinds of error than are filed at once in ${repository}`,
  overviewIntro: (held, perRun, perDay) =>
    own`${held} incidents wait, worst first, because at most ${perRun} issues are filed in a run and ${perDay} in a day. They follow by themselves; a bad deploy is often one cause.`,
  overviewRow: (rank, title, count, last, incident) =>
    own`${rank}. ${title}: ${count} times, last ${last} (${incident})`,
};

const ko: Words = {
  summary: (title, service, count, environments, first, last) =>
    own`**${title}**: ${service}(${environments})에서 ${count}회 발생했습니다(최초 ${first}, 최근 ${last}).`,
  unknownService: own`알 수 없는 서비스`,
  noException: own`예외 정보가 없는 로그입니다. 로그 내용은 다음과 같습니다.`,
  lines: (first, last) => (first === last ? own`${first}행` : own`${first}~${last}행`),
  inFunction: (name) => own`${name} 함수`,
  deployedKnown: (commit) => own`배포된 커밋 ${commit} 기준입니다.`,
  deployedUnknown: (commit) =>
    own`배포된 커밋을 알 수 없어 브랜치의 최신 커밋 ${commit} 기준으로 읽었습니다. 행 번호가 다를 수 있습니다.`,
  noPlace: own`코드에서 위치를 특정하지 못했습니다.`,
  lead: {
    where: own`위치:`,
    howSure: own`확신도:`,
    judged: own`판단:`,
    step: own`할 일:`,
    notInCode: own`코드 문제가 아닙니다.`,
    perhaps: (place) => own`${place} (추정. 원인으로 확인된 것이 아니라 증거가 가리키는 위치입니다.)`,
    andMore: (place, more) => own`${place} 외 ${more}곳(아래 참고)`,
    byRule: (category) => own`${category}. 아래에 인용한 문구를 근거로 정해진 규칙에 따라 판단했습니다.`,
    byModel: (category) => own`${category}. 아래에 인용한 문구를 근거로 모델이 판단했습니다.`,
    doubted: own`재검토 결과 의심되는 점이 있으니 아래 이유를 확인하세요.`,
    withoutTrace: own`트레이스 없이 판단했습니다.`,
  },
  confidence: (percent, category) => own`${percent} % (${category}).`,
  linesLeftOut: (count) => `${count}행 생략`,
  evidenceKinds: { entry: own`로그`, span: own`트레이스 구간`, lines: own`코드`, commit: own`커밋` },
  cannotTell: own`읽은 자료만으로는 원인을 알 수 없습니다.`,
  withoutModel: {
    "no-key": own`분석하지 않았습니다. API 키가 없어 모델 없이 확인한 내용만 있습니다.`,
    "over-budget": own`분석하지 않았습니다. 예산을 모두 써서 모델 없이 확인한 내용만 있습니다.`,
  },
  cited: own`근거:`,
  unsupported: own`(해당 근거에서 확인되지 않아 확신도를 낮췄습니다)`,
  elsewhere: redact("(다른 저장소의 근거에 있으며 여기에는 옮기지 않습니다)"),
  missing: own`판단하려면 다음이 필요합니다:`,
  noTrace: own`트레이스를 읽지 못했으므로 이슈 등록 외의 작업은 하지 않습니다.`,
  partialTrace: own`트레이스가 완전하지 않습니다. 일부 스팬이 없습니다.`,
  seenRow: (environment, count, first, last) => own`- ${environment}: ${count}회, 최초 ${first}, 최근 ${last}`,
  pullRequest: (number) => own`풀 리퀘스트 ${number}번`,
  noSuspects: own`이 파일들의 커밋을 읽지 못했습니다.`,
  beforeFirstSight: (days) =>
    days < 0 ? own`최초 발생 이후` : days === 0 ? own`최초 발생 직전 하루 이내` : own`최초 발생 ${days}일 전`,
  likelyCommit: (commit, age, subject) =>
    own`그다음으로 확인할 커밋: ${commit} (${age}) ${subject}. 이 위치를 변경한 커밋 중 원인일 가능성이 가장 높지만, 실제로 검증하지는 않았습니다.`,
  coveringTests: (tests) => own`이름으로 보아 관련된 테스트: ${tests}.`,
  because: (reason) => own`: ${reason}`,
  outsiderOnly: own`외부인이 작성할 수 있는 텍스트에만 근거한 판단입니다.`,
  more: own`(길이 제한으로 나머지는 생략했습니다)`,
  footer: (model, cost, took, prompt, incident) =>
    own`error-autopilot이 등록함 · ${model} · ${cost} · ${took} · 프롬프트 ${prompt} · 인시던트 ${incident}`,
  noModel: own`모델 사용 안 함`,
  recurrence: (count, more, last, environments) =>
    own`계속 발생하고 있습니다. 총 ${count}회, 이슈 등록 이후 ${more}회, 최근 ${last} (${environments}).`,
  recurrenceOfSame: (title, count, more, last, environments) =>
    own`같은 버그로 보이는 **${title}** 오류가 계속 발생하고 있습니다. 총 ${count}회, 여기에 알린 이후 ${more}회, 최근 ${last} (${environments}).`,
  sameBug: own`같은 버그로 보여 별도 이슈를 만들지 않았습니다:`,
  sameBugCure: (command) =>
    own`소형 모델의 판단이며 더 자세히 조사하지는 않았습니다. 발생 횟수는 여기에서 집계합니다. 이 이슈를 닫은 뒤에도 계속 발생하면 별도 이슈를 만듭니다. 다른 버그라면 다음 명령으로 바로 이슈를 만들 수 있습니다: ${command}`,
  followsFrom: (cause) =>
    own`트레이스에 따르면 이 오류는 다른 실패에서 비롯되었습니다: ${cause}. 그쪽을 고치면 이 오류도 사라질 가능성이 높습니다. 여기에서 더 할 일이 있는지는 직접 판단해 주세요.`,
  overviewTitle: (repository) => own`error-autopilot: ${repository}에서 한 번에 등록할 수 있는 것보다 많은 종류의 오류`,
  overviewIntro: (held, perRun, perDay) =>
    own`인시던트 ${held}건이 심각한 순서대로 대기 중입니다. 한 번에 최대 ${perRun}건, 하루 최대 ${perDay}건까지 등록하며 나머지는 차례로 등록됩니다. 잘못된 배포라면 원인이 하나인 경우가 많습니다.`,
  overviewRow: (rank, title, count, last, incident) => own`${rank}. ${title}: ${count}회, 최근 ${last} (${incident})`,
};

export const wordsOf: Readonly<Record<Language, Words>> = { en, ko };
