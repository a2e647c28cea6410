/** Words that make a name worth a look; what stands around them belongs to the name. */
const anchors =
  "pass|pwd|pswd|psw|pw|secret|token|key|credential|auth|sess|sid|otp|pin|cvv|cvc|csc|cvn|code|bearer|jwt|csrf|xsrf|saml|assertion|verifier|signature|sig|sign|hmac|mac|salt|pepper|seed|mnemonic|licen[cs]e|phone|mobile|cell|tel|hp|msisdn|fax|contact|recipient|account|acct|iban|card|pan|cc|resident|jumin|rrn|ssn|sin|social|national|biz|business|company|corp|brn|driv|passport|birth|dob|비밀번호|패스워드|비번|암호|인증|확인 ?코드|확인 ?번호|보안 ?코드|핀 ?번호|주민|외국인|카드|계좌|전화|휴대|핸드폰|연락처|팩스|사업자|법인|여권|운전|생년|생일|토큰|시크릿|키|answer|\\b(?:ci|di)\\b|conn_?info|dup_?info";

/** Short words, that are part of many others, count only where one of these follows. */
const ends = [..."=:\"'\\ >])%&(\n\r,|._-0$};<?"];
const shortWords =
  "pass key keys auth sid sess otp pin cvv cvc csc cvn code codes sig sign mac tel hp fax pan sin dob brn pw psw cell card cc verifier ci di";

/** What tells that a text is worth searching for `anchors`. */
export const keyTriggers: readonly string[] = [
  ...shortWords.split(" ").flatMap((word) => ends.map((end) => word + end)),
  ...(
    "authn authc pinn pinc otpn otpc telno telnu hpno hpnu faxn cellp celln cardpw cardpi answer conninfo conn_info dupinfo dup_info passw passp passcode pwd pswd secret token credential session sessid connect.sid bearer jwt csrf xsrf saml assertion signature hmac salt pepper " +
    "seed mnemonic phrase license licence phone mobile account acct iban cardn cardno resident jumin rrn ssn birth passport driver driving business biz corp " +
    "national msisdn recipient contact " +
    "비밀번호 패스워드 비번 암호 인증 확인 보안코드 핀번호 주민 외국인 카드 계좌 전화 휴대 핸드폰 연락처 팩스 사업자 법인 여권 운전 생년 생일 토큰 시크릿 키"
  ).split(" "),
];

const anchor = new RegExp(anchors, "gi");
/** A longer run of such characters is no name but data. */
const sideMax = 48;
const moreWords =
  /(?: (?:access|registration|reg|security|number|num|no|nr|key|code|value|hash|date|phrase|of birth|id|번호|등록번호|코드)\b\.?| ?번호){0,3}/iy;
const wordsBeforeMax = 3;
const wordLengthMax = 24;

export interface KeyName {
  /** Where the name begins and where what belongs to it ends. */
  readonly from: number;
  readonly to: number;
  /** As it is written. */
  readonly name: string;
}

export interface FoundName {
  /** Null where an anchor stands in something longer than names are. */
  readonly name: KeyName | null;
  /** Where to look on. */
  readonly next: number;
}

/** The next name that holds an anchor, at or after `from`; null at the end. Looks at a bounded stretch around each anchor. */
export function nextName(text: string, from: number): FoundName | null {
  anchor.lastIndex = from;
  const found = anchor.exec(text);
  if (found === null) return null;
  const after = found.index + found[0].length;
  let start = found.index;
  const least = Math.max(from, start - sideMax);
  while (start > least && isNameCharacter(text.charCodeAt(start - 1))) start--;
  let end = after;
  const most = Math.min(text.length, after + sideMax);
  while (end < most && isNameCharacter(text.charCodeAt(end))) end++;
  if (end === most && end < text.length && isNameCharacter(text.charCodeAt(end))) return { name: null, next: end };
  while (end > after && /[.@-]/.test(text.charAt(end - 1))) end--;
  start += escapeLength(text, start);
  if (text.startsWith("-D", start)) start += 2;
  if (text.charAt(start - 1) === "⟨") return { name: null, next: end };
  let to = end;
  if (/[ 번]/.test(text.charAt(end))) {
    moreWords.lastIndex = end;
    to += moreWords.exec(text)?.[0].length ?? 0;
  }
  return { name: { from: start, to, name: text.slice(start, to) }, next: end };
}

/** Up to three words before a name that says little alone: `Client API ` of `Client API key`. */
export function wordsBefore(text: string, { from }: KeyName): string {
  let start = from;
  for (let count = 0; count < wordsBeforeMax && text.charAt(start - 1) === " "; count++) {
    const least = Math.max(0, start - 1 - wordLengthMax);
    let at = start - 1;
    while (at > least && isWordCharacter(text.charCodeAt(at - 1))) at--;
    if (at === start - 1 || (at === least && at > 0 && isWordCharacter(text.charCodeAt(at - 1)))) break;
    start = at;
  }
  return text.slice(start, from);
}

function isWordCharacter(code: number): boolean {
  return isNameCharacter(code) && code !== 46 && code !== 36 && code !== 64;
}

/** Letters, digits, `_`, `-`, `.`, `$`, `@`. */
function isNameCharacter(code: number): boolean {
  if (code >= 128)
    return (code >= 0xac00 && code <= 0xd7a3) || (code < 0x2000 && /[\p{L}\p{N}]/u.test(String.fromCharCode(code)));
  return (
    (code >= 97 && code <= 122) ||
    (code >= 64 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45 ||
    code === 46 ||
    code === 36
  );
}

/** What of `\npassword`, `\u003cpassword` and `%22password` is no part of the name. */
function escapeLength(text: string, start: number): number {
  const previous = text.charAt(start - 1);
  if (previous === "\\")
    return /^u00[0-9a-f]{2}/i.test(text.slice(start, start + 5)) ? 5 : /[nrt]/.test(text.charAt(start)) ? 1 : 0;
  if (previous === "%" && /^[0-9a-f]{2}/i.test(text.slice(start, start + 2))) return 2;
  return 0;
}
