import { inlineCode, own } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import { redact } from "../domain/redact.ts";
import type { Inert } from "../domain/text.ts";

/** Our own sentences about patches and drafts. */
export interface DraftWords {
  readonly gates: Inert;
  readonly gate: Inert;
  readonly value: Inert;
  readonly holds: Inert;
  readonly stops: Inert;
  readonly notReached: Inert;
  readonly stopped: Inert;
  readonly allHold: Inert;
  readonly patch: Inert;
  readonly patchIntro: (base: Inert) => Inert;
  readonly patchCut: Inert;
  readonly draftFollows: Inert;
  readonly draftText: Inert;
  readonly headline: (title: Inert, issue: number) => Inert;
  readonly commitBody: (service: Inert, incident: Inert, base: Inert) => Inert;
  readonly bodyIntro: (title: Inert, service: Inert, issue: number, incident: Inert) => Inert;
  readonly bodyDraft: Inert;
  readonly whatChanges: (source: number, tests: number, added: number, removed: number) => Inert;
  readonly runTest: Inert;
  readonly runSuite: Inert;
  readonly feedback: Inert;
  readonly feedbackText: (rounds: number) => Inert;
  readonly claim: Inert;
  readonly rationale: Inert;
  readonly testOutput: Inert;
  readonly onBase: Inert;
  readonly onPatch: Inert;
  readonly noOutput: Inert;
  readonly flickering: Inert;
  readonly link: (draft: Inert) => Inert;
  readonly noDraft: Inert;
  readonly asked: Inert;
  readonly noPatch: Inert;
  readonly round: (round: number) => Inert;
  readonly cannotChange: Inert;
  readonly noRoundsLeft: (rounds: number) => Inert;
  readonly noMoney: Inert;
  readonly someoneElsePushed: Inert;
  readonly stale: (base: Inert, now: Inert) => Inert;
}

const gitApply = inlineCode(redact("git apply"));

const en: DraftWords = {
  gates: own`Gates`,
  gate: own`gate`,
  value: own`value`,
  holds: own`holds`,
  stops: own`stops`,
  notReached: own`not reached`,
  stopped: own`There is no patch. What stopped it:`,
  allHold: own`Every gate holds.`,
  patch: own`Patch`,
  patchIntro: (base) =>
    own`It was run: its test fails at ${base} and passes with it. It is a proposal; apply it with ${gitApply} once you have read it.`,
  patchCut: own`(the patch is too long to be shown here)`,
  draftFollows: own`A draft pull request follows; a comment here will lead to it.`,
  draftText: own`Text of the draft pull request`,
  headline: (title, issue) => own`${title} (issue ${issue})`,
  commitBody: (service, incident, base) =>
    own`A proposal of error-autopilot for ${service}, incident ${incident}, made for commit ${base}. It was not reviewed by a person.`,
  bodyIntro: (title, service, issue, incident) =>
    own`This draft proposes a change for **${title}** in ${service}. What failed, and why, stands in issue #${issue} (incident ${incident}).`,
  bodyDraft: own`It was written by a program with the help of a model, and run by nobody but that program. It stays a draft: whether it is right, and whether it is merged, is for a person to say.`,
  whatChanges: (source, tests, added, removed) =>
    own`It changes ${source} ${source === 1 ? own`file` : own`files`} and ${tests} of tests: ${added} lines added, ${removed} removed.`,
  runTest: own`How to run the test`,
  runSuite: own`These are the commands that were run, before the change and with it:`,
  feedback: own`How to answer`,
  feedbackText: (rounds) =>
    own`${rounds > 1 ? own`Request changes in a review: error-autopilot tries once more on this branch, with at most ${rounds} patches in all, through the same gates. ` : own`It takes no review for another try: change this branch yourself. `}Close the pull request to reject it: it is not tried again until somebody asks. The explanation and the output of the tests are in the first comment.`,
  claim: own`What was found`,
  rationale: own`Why this change`,
  testOutput: own`Output of the tests`,
  onBase: own`Without the change:`,
  onPatch: own`With the change:`,
  noOutput: own`(no output)`,
  flickering: own`These tests did not give the same result twice:`,
  link: (draft) => own`A draft pull request proposes a change: ${draft}.`,
  noDraft: own`There is no draft pull request:`,
  asked: own`Somebody asked for a patch.`,
  noPatch: own`No patch came of it.`,
  round: (round) => own`The change that was asked for is on the branch (attempt ${round}).`,
  cannotChange: own`The change that was asked for could not be made, so the branch is as it was:`,
  noRoundsLeft: (rounds) =>
    own`${rounds === 1 ? own`One attempt was` : own`${rounds} attempts were`} made, which is the limit. From here on it takes a person.`,
  noMoney: own`The budget of this incident is spent, so no further attempt is made. From here on it takes a person.`,
  someoneElsePushed: own`Somebody else has pushed to this branch, so it is left to them.`,
  stale: (base, now) =>
    own`The branch that this goes to has moved on: the change was made and tested at ${base}, and its head is ${now} now. Run the tests again before you merge.`,
};

const ko: DraftWords = {
  gates: own`검사 결과`,
  gate: own`검사`,
  value: own`값`,
  holds: own`통과`,
  stops: own`실패`,
  notReached: own`미확인`,
  stopped: own`패치를 제안하지 않습니다. 이유는 다음과 같습니다:`,
  allHold: own`모든 검사를 통과했습니다.`,
  patch: own`패치`,
  patchIntro: (base) =>
    own`실제로 실행한 패치입니다. 추가한 테스트는 ${base}에서 실패하고 패치를 적용하면 통과합니다. 제안이므로 읽어 본 뒤 ${gitApply} 명령으로 적용해 주세요.`,
  patchCut: own`(패치가 길어 여기에는 싣지 않습니다)`,
  draftFollows: own`이어서 초안 PR을 등록하고, 등록되면 여기에 댓글로 알립니다.`,
  draftText: own`초안 PR에 쓸 글`,
  headline: (title, issue) => own`${title} (이슈 ${issue})`,
  commitBody: (service, incident, base) =>
    own`${service}의 인시던트 ${incident}에 대해 error-autopilot이 커밋 ${base} 기준으로 제안한 변경입니다. 사람의 검토를 거치지 않았습니다.`,
  bodyIntro: (title, service, issue, incident) =>
    own`${service}의 **${title}**에 대한 변경을 제안하는 초안입니다. 무엇이 왜 실패했는지는 이슈 #${issue}에 있습니다(인시던트 ${incident}).`,
  bodyDraft: own`모델의 도움을 받아 프로그램이 작성했고, 그 프로그램만 실행해 보았습니다. 초안으로만 남으며, 맞는지 그리고 병합할지는 사람이 결정합니다.`,
  whatChanges: (source, tests, added, removed) =>
    own`소스 파일 ${source}개, 테스트 파일 ${tests}개를 변경합니다. ${added}행 추가, ${removed}행 삭제.`,
  runTest: own`테스트 실행 방법`,
  runSuite: own`변경 전과 변경 후에 실행한 명령은 다음과 같습니다:`,
  feedback: own`의견을 주는 방법`,
  feedbackText: (rounds) =>
    own`${rounds > 1 ? own`리뷰에서 변경을 요청하면 error-autopilot이 이 브랜치에서 같은 검사를 거쳐 다시 시도합니다(모두 합쳐 최대 ${rounds}회). ` : own`리뷰에서 변경을 요청해도 다시 시도하지 않으니 이 브랜치를 직접 수정하세요. `}PR을 닫으면 거절로 받아들이고, 누군가 요청하기 전에는 다시 시도하지 않습니다. 설명과 테스트 출력은 첫 번째 댓글에 있습니다.`,
  claim: own`확인한 내용`,
  rationale: own`이렇게 변경한 이유`,
  testOutput: own`테스트 출력`,
  onBase: own`변경 전:`,
  onPatch: own`변경 후:`,
  noOutput: own`(출력 없음)`,
  flickering: own`두 번 실행했을 때 결과가 달랐던 테스트입니다:`,
  link: (draft) => own`변경을 제안하는 초안 PR을 등록했습니다: ${draft}.`,
  noDraft: own`초안 PR을 등록하지 않습니다:`,
  asked: own`패치를 요청받았습니다.`,
  noPatch: own`패치를 만들지 못했습니다.`,
  round: (round) => own`요청하신 변경을 브랜치에 올렸습니다(${round}번째 시도).`,
  cannotChange: own`요청하신 변경을 만들지 못해 브랜치는 그대로입니다:`,
  noRoundsLeft: (rounds) => own`한도인 ${rounds}회를 모두 시도했습니다. 이제부터는 사람이 맡아 주세요.`,
  noMoney: own`이 인시던트의 예산을 모두 사용해 더 시도하지 않습니다. 이제부터는 사람이 맡아 주세요.`,
  someoneElsePushed: own`다른 사람이 이 브랜치에 푸시했으므로 그대로 둡니다.`,
  stale: (base, now) =>
    own`병합 대상 브랜치가 앞으로 나아갔습니다. 이 변경은 ${base}에서 만들어 테스트했고 현재 최신 커밋은 ${now}입니다. 병합하기 전에 테스트를 다시 실행해 주세요.`,
};

export const draftWordsOf: Readonly<Record<Language, DraftWords>> = { en, ko };
