import { fenced, joinInert, own, prose } from "../domain/inert.ts";
import type { Language } from "../domain/language.ts";
import { redact } from "../domain/redact.ts";
import type { RootCause } from "../domain/root-cause.ts";
import type { Inert, Redacted } from "../domain/text.ts";

interface DetailWords {
  readonly mechanism: Inert;
  readonly unsupported: Inert;
  readonly doubt: Inert;
  readonly mute: Inert;
  readonly ignore: Inert;
  readonly tell: Inert;
  readonly change: Inert;
}

const words: Readonly<Record<Language, DetailWords>> = {
  en: {
    mechanism: own`How it comes to it:`,
    unsupported: own`Not supported by anything that was read, so do not rely on it:`,
    doubt: own`A second look, which did not see how this was found, does not believe it:`,
    mute: own`To leave these entries out of a LogQL query, add:`,
    ignore: own`Or count them and tell them no more until that day, under ignore in the service map:`,
    tell: own`Who can end it:`,
    change: own`What to change:`,
  },
  ko: {
    mechanism: own`오류에 이르는 과정:`,
    unsupported: own`읽은 자료로 확인되지 않은 문장이므로 신뢰하지 마세요:`,
    doubt: own`이 결론이 나온 과정을 보지 않고 다시 검토한 결과, 다음 이유로 의심됩니다:`,
    mute: own`LogQL 쿼리에서 이 로그를 제외하려면 다음을 추가하세요:`,
    ignore: own`또는 서비스 맵의 ignore 항목에 추가하면 해당 날짜까지 집계만 하고 알리지 않습니다:`,
    tell: own`해결할 수 있는 담당자:`,
    change: own`변경할 것:`,
  },
};

/** The claim with what is known of it besides: how it comes to the failure, which of its sentences stand on nothing, and who doubts it. */
export function claimText(rootCause: RootCause, language: Language): Inert {
  const say = words[language];
  const parts = [prose(rootCause.claim)];
  if (rootCause.kind === "found" && rootCause.mechanism.length > 0) {
    parts.push(say.mechanism, numbered(rootCause.mechanism));
  }
  if (rootCause.unsupported.length > 0) parts.push(say.unsupported, listed(rootCause.unsupported));
  if (rootCause.kind === "found" && rootCause.doubt !== null) parts.push(say.doubt, prose(rootCause.doubt));
  return joinInert(parts, "\n\n");
}

/** What can be carried out as it stands, where the code is not to blame. */
export function remedyBlocks(rootCause: RootCause, language: Language): readonly Inert[] {
  const say = words[language];
  const parts: Inert[] = [];
  const remedy = rootCause.kind === "not-in-code" ? rootCause.remedy : null;
  switch (remedy?.kind) {
    case "mute":
      parts.push(say.mute, fenced(remedy.lineFilter), say.ignore, fenced(remedy.ignoreRule));
      break;
    case "tell":
      if (!isSaidIn(rootCause.nextStep, remedy.whom)) parts.push(say.tell, prose(remedy.whom));
      break;
    case "change":
      if (!isSaidIn(rootCause.nextStep, remedy.what)) parts.push(say.change, prose(remedy.what));
      break;
  }
  return parts;
}

/** Whoever reads the next step has read it then. */
function isSaidIn(step: Redacted, words: Redacted): boolean {
  return step.toLowerCase().includes(words.trim().toLowerCase());
}

function numbered(texts: readonly Redacted[]): Inert {
  return joinInert(
    texts.map((text, index) => own`${index + 1}. ${prose(oneLine(text))}`),
    "\n",
  );
}

function listed(texts: readonly Redacted[]): Inert {
  return joinInert(
    texts.map((text) => own`- ${prose(oneLine(text))}`),
    "\n",
  );
}

function oneLine(text: Redacted): Redacted {
  return redact(text.replaceAll(/\s+/g, " "));
}
