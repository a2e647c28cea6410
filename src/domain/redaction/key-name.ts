/** Words that make a name worth a look; what stands around them belongs to the name. */
const anchors =
  "pass|pwd|pswd|psw|pw|secret|token|key|credential|auth|sess|sid|otp|pin|cvv|cvc|csc|cvn|code|bearer|jwt|csrf|xsrf|saml|assertion|verifier|signature|sig|sign|hmac|mac|salt|pepper|seed|mnemonic|licen[cs]e|phone|mobile|cell|tel|hp|msisdn|fax|contact|recipient|account|acct|iban|card|pan|cc|resident|jumin|rrn|ssn|sin|social|national|biz|business|company|corp|brn|driv|passport|birth|dob|비밀번호|패스워드|비번|암호|인증|확인 ?코드|보안 ?코드|핀 ?번호|주민|외국인|카드|계좌|전화|휴대|핸드폰|연락처|팩스|사업자|법인|여권|운전|생년|생일";

/** What of `anchors` shows in a line that is worth reading: with what may follow it, so that the words of most lines are none. */
export const keyTriggers: readonly string[] = [
  ...(
    "passw passp pass_ pass- passcode pwd pswd secret token credential session sess_ sessid sess= connect.sid bearer jwt csrf xsrf saml assertion verifier " +
    "signature hmac salt pepper seed mnemonic license licence phone mobile account acct iban cardn card_n card-n cardno resident jumin rrn ssn birth passport driver driving " +
    "business biz corp national msisdn recipient contact " +
    "비밀번호 패스워드 비번 암호 인증 확인 보안코드 핀번호 주민 외국인 카드 계좌 전화 휴대 핸드폰 연락처 팩스 사업자 법인 여권 운전 생년 생일"
  ).split(" "),
  ...[..."=:\"'\\ >])%&"].flatMap((end) =>
    [
      "pass",
      "key",
      "keys",
      "auth",
      "sid",
      "sess",
      "otp",
      "pin",
      "cvv",
      "cvc",
      "csc",
      "cvn",
      "code",
      "sig",
      "sign",
      "mac",
      "tel",
      "hp",
      "fax",
      "pan",
      "sin",
      "dob",
      "brn",
      "pw",
      "psw",
      "cell",
      "card",
    ].map((word) => word + end),
  ),
  ..."apikey api_key api-key api key accesskey access_key access-key security code"
    .split(" ")
    .filter((one) => one.length > 4),
  "code_",
  "codes",
  "key_",
  "pin_",
  "pin-",
  "otp_",
  "card number",
  "tel_",
  "hp_",
  "phrase",
];

const anchor = new RegExp(anchors, "gi");
const nameCharacter = /[\p{L}\p{N}_.$@-]/u;
/** A longer run of such characters is no name but data. */
const sideMax = 48;
const moreWords =
  /(?: (?:access|registration|reg|security|number|num|no|nr|key|code|value|hash|date|phrase|of birth|id|번호|등록번호|코드)\b\.?| ?번호){0,3}/iy;
const wordBefore = /(?:[\p{L}\p{N}_-]{1,24} ){1,3}$/u;

export interface KeyName {
  /** Where the name begins and where what belongs to it ends. */
  readonly from: number;
  readonly to: number;
  /** As it is written, without the words before it. */
  readonly name: string;
  /** With up to three words before it: `Client API key`. */
  readonly phrase: string;
}

/** Where to look on after a name that led to nothing. */
export type NameReader = (
  text: string,
  from: number,
) => { readonly name: KeyName | null; readonly next: number } | null;

/** The next name that holds an anchor, at or after `from`; null at the end. Looks at a bounded stretch around each anchor. */
export const nextName: NameReader = (text, from) => {
  anchor.lastIndex = from;
  const found = anchor.exec(text);
  if (found === null) return null;
  const after = found.index + found[0].length;
  let start = found.index;
  const least = Math.max(from, start - sideMax);
  while (start > least && nameCharacter.test(text.charAt(start - 1))) start--;
  let end = after;
  const most = Math.min(text.length, after + sideMax);
  while (end < most && nameCharacter.test(text.charAt(end))) end++;
  if (end === most && end < text.length && nameCharacter.test(text.charAt(end))) return { name: null, next: end };
  while (end > after && /[.@-]/.test(text.charAt(end - 1))) end--;
  start += escapeLength(text, start);
  if (text.startsWith("-D", start)) start += 2;
  if (text.charAt(start - 1) === "⟨") return { name: null, next: end };
  moreWords.lastIndex = end;
  const to = end + (moreWords.exec(text)?.[0].length ?? 0);
  const name = text.slice(start, to);
  const before =
    text.charAt(start - 1) === " " ? (wordBefore.exec(text.slice(Math.max(0, start - 75), start))?.[0] ?? "") : "";
  return { name: { from: start, to, name, phrase: before + name }, next: end };
};

/** What of `\npassword`, `\u003cpassword` and `%22password` is no part of the name. */
function escapeLength(text: string, start: number): number {
  const previous = text.charAt(start - 1);
  if (previous === "\\")
    return /^u00[0-9a-f]{2}/i.test(text.slice(start, start + 5)) ? 5 : /[nrt]/.test(text.charAt(start)) ? 1 : 0;
  if (previous === "%" && /^[0-9a-f]{2}/i.test(text.slice(start, start + 2))) return 2;
  return 0;
}
