/** What belongs to a value behind it, or changes with it: units, zones, endings of words. */

/** Units whose size is chosen by the value: `950 ms` and `1.2 s` are one message. */
const unit =
  /[ \u00a0]?(?:(?:ns|us|µs|ms|msec|msecs|millis|milliseconds?|s|sec|secs|seconds?|m|min|mins|minutes?|h|hr|hrs|hours?|d|days?|weeks?|B|bytes?|[kKMGTP]i?B|[kKMGT]bit|bits?|[kmg]b|Hz|kHz|MHz|EUR|USD|KRW|JPY|GBP|CNY|CHF)(?:\/s|\/sec|ps)?(?![\w-])|(?:밀리초|시간|초|분)(?=$|[^가-힣]|이|가|은|는|을|를|에|의|동안|간|후|전|내|만|마다)|ミリ秒|時間|秒|分)/y;
/** AM, PM and time zones behind a time. */
const zone =
  /[ \u00a0]?(?:AM|PM|am|pm|a\.m\.|p\.m\.|UTC|GMT|KST|JST|PST|PDT|EST|EDT|CST|CDT|MST|MDT|BST|CET|CEST|EET|IST|MSK|Z)(?![\w-])/y;

/** Where a unit or a time zone ends that begins here, behind a number; `at` where there is none. */
export function unitEnd(text: string, at: number): number {
  unit.lastIndex = at;
  if (unit.test(text)) return unit.lastIndex;
  zone.lastIndex = at;
  return zone.test(text) ? zone.lastIndex : at;
}

/** Korean particles that come in two forms, by how the word in front of them ends. */
const particle =
  /(으로서|로서|으로써|로써|으로|로|이라는|라는|이라고|라고|이라면|라면|이라도|라도|이란|란|이나|나|이랑|랑|이며|며|이고|고|이든|든|이여|여|이에요|예요|이|가|은|는|을|를|과|와|아|야)(?=$|[^가-힣])/y;
const secondForm: Readonly<Record<string, string>> = {
  으로서: "로서",
  으로써: "로써",
  으로: "로",
  이라는: "라는",
  이라고: "라고",
  이라면: "라면",
  이라도: "라도",
  이란: "란",
  이나: "나",
  이랑: "랑",
  이며: "며",
  이고: "고",
  이든: "든",
  이여: "여",
  이에요: "예요",
  이: "가",
  은: "는",
  을: "를",
  과: "와",
  아: "야",
};

/** The particle that stands right behind a value, in the same form for both; null where another word does. */
export function particleAt(text: string, at: number): Rewording | null {
  particle.lastIndex = at;
  const found = particle.exec(text)?.[1];
  return found === undefined ? null : { end: particle.lastIndex, form: secondForm[found] ?? found };
}

/** Another way to say what stands there. */
export interface Rewording {
  readonly end: number;
  readonly form: string;
}

const wordAndVerb = /([a-z]{3,30}s)(?![\w.-])(?: (were|are|have)(?![\w-]))?/y;
const singularVerbs: Readonly<Record<string, string>> = { were: "was", are: "is", have: "has" };

/** `rows were` behind a number in the form that one would have, `row was`; null where no plural stands. */
export function singularAt(text: string, at: number): Rewording | null {
  wordAndVerb.lastIndex = at;
  const found = wordAndVerb.exec(text);
  const word = found?.[1];
  if (word === undefined || /(?:ss|us|is|as)$/.test(word) || noPlurals.has(word)) return null;
  const singular = word.endsWith("ies") ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  const verb = found?.[2];
  return {
    end: wordAndVerb.lastIndex,
    form: verb === undefined ? singular : `${singular} ${singularVerbs[verb] ?? verb}`,
  };
}

const noPlurals = new Set([
  "does",
  "goes",
  "times",
  "needs",
  "fails",
  "exceeds",
  "requires",
  "contains",
  "exists",
  "expires",
  "returns",
  "matches",
]);

const month =
  "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?";
const dateWord = new RegExp(
  `(?:(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,?[ ](?=\\d|(?:${month})\\b)|(?:${month})[ ./-](?=\\d))`,
  "y",
);
const monthBehind = new RegExp(`[ ./-](?:${month})(?=[ ./,-]?\\d|\\b)`, "y");

/** Behind the name of a day or month that begins a date: `Fri, `, `Nov `; -1 where none does. */
export function dateWordEnd(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first < 65 || first > 90) return -1;
  dateWord.lastIndex = at;
  return dateWord.test(text) ? dateWord.lastIndex : -1;
}

/** Behind the name of a month that goes on a date, `20 Nov`; `at` where none does. */
export function monthEnd(text: string, at: number): number {
  monthBehind.lastIndex = at;
  return monthBehind.test(text) ? monthBehind.lastIndex : at;
}
