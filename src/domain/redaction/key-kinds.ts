import { isUuid, looksLikeToken, looksRandom } from "./random-value.ts";

/** How a value stands behind its key: `loose` means that prose or source code would be written the same way, `password: value`. */
export interface ValuePlace {
  readonly isLoose: boolean;
}

export interface KeyKind {
  readonly kind: string;
  /** Matches the words of a key, in lower case with one blank between them, at their end. */
  readonly words: RegExp;
  /** Judges a value that is not harmless. */
  readonly isSecret: (value: string, place: ValuePlace) => boolean;
  /** Its values are told by their shape, so that a blank between key and value is enough. */
  readonly hasOwnShape?: boolean;
  /** Any value that is not harmless is one. */
  readonly isAlways?: boolean;
}

const always = (): boolean => true;
/** A count or a flag, as in `tokens=512`, `pass=3`. */
const isCount = (value: string): boolean => /^[\d.,/]{1,7}%?$/.test(value);
/** As long as words are, and without a digit: what `token: identifier` in a parser's message looks like. */
const isWordLike = (value: string): boolean => value.length < 16 && !/\d|[^\p{L}\s_.,:;'"()-]/u.test(value);
const isNoWord = (value: string): boolean => !isWordLike(value) && !isCount(value);
const isTokenValue = (value: string, { isLoose }: ValuePlace): boolean =>
  !isCount(value) && !(isLoose && isWordLike(value));
const holdsDigits = (least: number, most: number): ((value: string) => boolean) => {
  const shape = /^[+(]?\d[\d()\u00a0 .-]*$/;
  return (value) => {
    const digits = value.replace(/\D/g, "").length;
    return shape.test(value) && digits >= least && digits <= most;
  };
};

/** Keys that hold ids, names and places of things, as in `cache key`, and no secret. */
const plainKeys =
  "primary|web socket|sec web ?socket|foreign|partition|cache|message|sort|idempotency|public|object|dedup|dedupe|deduplication|group|row|shard|hash|map|json|lock|redis|unique|index|registry|feature|flag|payment|order|event|log|config|duplicate|translation|lookup|search|entry|record|item|column|range|bucket|file|blob|doc|document|image|page|route|node|state|storage|asset|media|list|set|attribute|field|property|label|tag|metric|trace|span|correlation|content|version|revision|commit|checksum|digest|fingerprint|issue|task|job|queue|topic|parent|surrogate|business|natural|composite|resource|s3";
/** Words before `key` that tell a secret one; any value but a word. */
const keyOwners =
  "encryption|encrypt|decrypt(?:ion)?|cipher|crypto|signing|sign|signature|master|subscription|service|server|auth|authentication|licen[cs]e|consumer|merchant|rest|admin|site|security|secure|storage|functions?|integration|ingest(?:ion)?|webhook|hmac|aes|rsa|ssh|wg|wire ?guard|genie|cst|imp|portone|iamport|ini ?api|inicis|billing|deploy|wallet|root|pg|mid|pre ?shared|shared|jwt|session|cookie|csrf|recovery|backup|bot|account|org(?:anization)?|team|project|workspace|personal|user|write|upload|trading|exchange|twilio|stripe|toss(?: payments)?|kakao|naver|openai|anthropic|datadog|dd|sentry|slack|github|gitlab|aws|gcp|google|azure|firebase|fcm|algolia|mailgun|sendgrid|mapbox";
const countedNoun = "(?: ?(?:number|num|no|nr))?";

/** Those first that say most. The order of two only matters where both match. */
const keyKinds: readonly KeyKind[] = [
  {
    kind: "password",
    words:
      /(?:pass ?(?:words?|wd|phrase|code)|passw|pwd|pswd|passphrase|require ?pass|master ?auth|비밀번호|패스워드|비번|암호)$/,
    isSecret: always,
    isAlways: true,
  },
  {
    kind: "password",
    words: /(?:^|[ _]|db|user|admin|root|store|key|trust)(?:pass|pw|psw)$/,
    isSecret: (value, { isLoose }) => (!isLoose || looksRandom(value)) && !isCount(value),
  },
  // Names of things that hold secrets: `existingSecret: pay-db` of Helm, `secrets: 12 scanned`.
  {
    kind: "secret",
    words: /(?:(?:existing|pull|tls|kubernetes|k8s|sealed|external|opaque|vault) secret|secrets)$/,
    isSecret: looksRandom,
  },
  {
    kind: "secret",
    words:
      /(?<!(?:existing|pull|tls|kubernetes|k8s|sealed|external|opaque|vault) )secret(?: ?(?:access ?)?key(?: ?base)?)?$/,
    isSecret: always,
    isAlways: true,
  },
  { kind: "private-key", words: /private ?(?:key|pem)$/, isSecret: always, isAlways: true },
  { kind: "api-key", words: /(?:(?:api|access|account) ?key|api ?auth)$/, isSecret: always, isAlways: true },
  { kind: "api-key", words: new RegExp(`(?:^| )(?:${keyOwners}) ?key$`), isSecret: isNoWord },
  {
    kind: "api-key",
    words: /(?:routing|client|app|application|channel|store|shop|tenant|read|stream|device|instrumentation|host) ?key$/,
    isSecret: (value) => isUuid(value) || (value.length >= 8 && looksRandom(value)),
  },
  { kind: "api-key", words: new RegExp(`(?<!(?:^| )(?:${plainKeys}) ?)(?:^| |[a-z])keys?$`), isSecret: looksLikeToken },
  {
    kind: "api-key",
    words: new RegExp(`(?<!(?:^| )(?:${plainKeys})) key$`),
    isSecret: (value) => /^[0-9a-f]{32,}$/i.test(value),
  },
  {
    kind: "api-key",
    words:
      /(?:^| )(?:api|에이피아이|시크릿|비밀|액세스|접근|인증|보안|암호화|서비스|개인|클라이언트|서명|서버|라이브|테스트|마스터|관리자|어드민|연동|secret|access|rest|admin) ?키$/,
    isSecret: isNoWord,
  },
  { kind: "secret", words: /시크릿$/, isSecret: isNoWord },
  { kind: "token", words: /(?:token|토큰|(?:^| )(?:bearer|jwt))$/, isSecret: isTokenValue },
  { kind: "token", words: /tokens$/, isSecret: isNoWord },
  {
    kind: "token",
    words: /(?:^| )(?:csrf|xsrf|saml ?(?:response|request|assertion)|(?:client )?assertion|code verifier)$/,
    isSecret: looksLikeToken,
  },
  {
    kind: "credential",
    words: /credentials?$/,
    isSecret: (value, { isLoose }) => !(isLoose && isWordLike(value)),
  },
  {
    kind: "session",
    words: /(?:sess(?:ion)? ?id|(?:^| )(?:connect ?)?sid|(?:^| )sess(?:ion)?|asp net session ?id)$/,
    isSecret: (value) => value.length >= 8 && /\d/.test(value) && looksLikeSession(value),
  },
  {
    kind: "signature",
    words: /(?:^| )(?:signature|sig|hmac|mac|sign)$/,
    isSecret: (value) => value.length >= 16 && looksRandom(value),
  },
  { kind: "authorization", words: /(?:^| )auth$/, isSecret: looksLikeToken },
  { kind: "secret", words: /(?:^| )(?:salt|pepper|seed|nonce ?key|licen[cs]e|mnemonic)$/, isSecret: looksLikeToken },
  {
    kind: "secret",
    words: /(?:mnemonic|seed ?phrase|recovery ?(?:code|phrase)s?|backup ?codes?)$/,
    isSecret: (value) => value.length >= 8,
  },
  { kind: "password", words: /(?:security|secret|recovery|hint|challenge) ?answer$/, isSecret: always, isAlways: true },
  {
    kind: "personal-identifier",
    words: /(?:^| )(?:ci|di|conn ?info|dup ?info)$/,
    isSecret: (value) => /^[A-Za-z0-9+/]{64,86}={0,2}$/.test(value) && looksRandom(value),
  },
  {
    kind: "password",
    words: /(?:card|account|device|door|lock|sim|계좌|카드) ?(?:pw|pass|psw|pin)$/,
    isSecret: (value) => /^\d{2,8}$/.test(value),
  },
  {
    kind: "code",
    hasOwnShape: true,
    words:
      /(?:(?:^| )(?:otp|totp|pin|cvv|cvc|csc|cvn)(?: ?(?:code|number|no))?|(?:pass|verification|verify|security|sms|mfa|two factor|confirmation|auth(?:entication)?|one time|login|sign ?in) ?(?:code|number)|인증 ?(?:번호|코드)|확인 ?(?:코드|번호)|보안 ?코드|핀 ?번호)$/,
    isSecret: (value) => /^\d{3,8}$/.test(value) || (/^[\dA-Z-]{6,9}$/.test(value) && /\d/.test(value)),
  },
  { kind: "code", words: /(?:auth(?:orization)?|oauth) ?code$/, isSecret: looksLikeToken },
  {
    kind: "resident-number",
    hasOwnShape: true,
    words:
      /(?:주민(?:등록)? ?번호|외국인(?:등록)? ?번호|resident(?: ?registration)?(?: ?(?:number|no|num|id))|jumin(?: ?(?:no|number|num|id|bunho))?|(?:^| )(?:rrn|ssn|sin)|social security(?: number)?|national ?id(?: ?(?:number|no))?)$/,
    isSecret: (value) => /^\d[\d -]{5,}$/.test(value),
  },
  {
    kind: "card",
    hasOwnShape: true,
    words: /(?:card ?(?:number|num|no)|(?:^| )(?:pan|cc ?(?:number|num|no))|카드 ?번호)$/,
    isSecret: holdsDigits(12, 19),
  },
  {
    kind: "account-number",
    hasOwnShape: true,
    words:
      /(?:(?:account|acct|iban) ?(?:number|num|no)|(?:bank|refund|deposit|withdrawal|virtual|payout) ?(?:account|acct)|(?:^| )iban|계좌 ?(?:번호)?|입금 ?계좌)$/,
    isSecret: (value) => holdsDigits(8, 20)(value) || /^[A-Z]{2}\d{2}[A-Z0-9 ]{10,32}$/i.test(value),
  },
  {
    kind: "phone",
    hasOwnShape: true,
    words: new RegExp(
      `(?:(?:phone|mobile|cell|cellphone|telephone|handphone|fax)${countedNoun}|(?:^| )(?:tel|hp|msisdn)${countedNoun}|contact ?(?:number|num|no)|recipient ?(?:number|no)|전화 ?(?:번호)?|휴대 ?(?:폰|전화)(?: ?번호)?|핸드폰(?: ?번호)?|연락처|팩스(?: ?번호)?)$`,
    ),
    isSecret: holdsDigits(7, 15),
  },
  {
    kind: "business-number",
    hasOwnShape: true,
    words:
      /(?:(?:biz|business|company|corp(?:oration|orate)?)(?: ?reg(?:istration)?)? ?(?:number|num|no)|사업자(?:등록)? ?번호|법인(?:등록)? ?번호|(?:^| )brn)$/,
    isSecret: holdsDigits(10, 13),
  },
  {
    kind: "passport-number",
    hasOwnShape: true,
    words: new RegExp(`(?:passport${countedNoun}|여권 ?번호)$`),
    isSecret: (value) => /^[A-Z]{1,2}\d{3}[A-Z\d]\d{3,5}$/i.test(value) || /^\d{8,9}$/.test(value),
  },
  {
    kind: "licence-number",
    hasOwnShape: true,
    words: new RegExp(
      `(?:driver'?s? ?licen[cs]e${countedNoun}|driving ?licen[cs]e${countedNoun}|운전 ?면허(?: ?번호)?)$`,
    ),
    isSecret: (value) => /^[A-Z\d가-힣][A-Z\d -]{6,19}$/.test(value) && /\d{4}/.test(value),
  },
  {
    kind: "birth-date",
    hasOwnShape: true,
    words: /(?:birth ?(?:date|day)?|date of birth|(?:^| )dob|생년 ?월일|생일)$/,
    isSecret: (value) => /^(?:19|20)?\d{2}[-./년 ]{0,2}\d{1,2}[-./월 ]{0,2}\d{1,2}일?(?:T[\d:.]+Z?)?$/.test(value),
  },
];

/** A counter, a UUID of a request and a name are no session that could be taken over; what a server gave out at random is. */
function looksLikeSession(value: string): boolean {
  return /[a-z]/i.test(value) || value.length >= 16;
}

/** Words at the end of a key that do not change what it holds: `passwordHash`, `token_value`, `new_password_confirm`. */
const transparent =
  / (?:hash|sha|v|values?|confirm|confirmation|text|plain|plaintext|again|repeat|data|str|string|raw|digest|encoded|encrypted|header|param|b)$/;

/** `dbPassword2`, `X-Api-Key`, `spring.datasource.password` → `db password`, `x api key`, … */
export function wordsOf(key: string): string {
  const words = key
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .replace(/[^\p{L}]+/gu, " ")
    .trim()
    .toLowerCase();
  const hangul = /[가-힣](?:은|는|이|가|을|를|의|란)$/.test(words) ? words.slice(0, -1) : words;
  return hangul.replace(transparent, "").replace(transparent, "");
}

/** `isSecret`, `has_token`, `needsPassword`: the answer is no secret. */
const question =
  /^(?:is|has|have|had|should|can|may|must|needs?|requires?|use[sd]?|without|no|enable|disable|allow|show|hide|skip|valid|invalid|missing|expired|wrong) (?!.*(?:number|번호)$)/;

const publicKey = /(?:^| )pub(?:lic)? ?keys?$/;

/** What the words of a key may stand for. */
export interface KeyMeaning {
  readonly words: string;
  /** Best first. */
  readonly kinds: readonly KeyKind[];
  /** The words before it decide: `key`, `code`. */
  readonly saysLittle: boolean;
  /** What it holds is no secret, whatever else it is called. */
  readonly isHarmless: boolean;
}

const rememberedMax = 5_000;
const remembered = new Map<string, KeyMeaning>();

/** Names repeat, so what they mean is remembered. */
export function meaningOf(key: string): KeyMeaning {
  let meaning = remembered.get(key);
  if (meaning === undefined) {
    const words = wordsOf(key);
    meaning = {
      words,
      kinds: keyKinds.filter((one) => one.words.test(words)),
      saysLittle: /^(?:keys?|codes?|sid|auth|verifier|assertion|pw|licen[cs]e(?: (?:number|num|no))?|번호|키)$/.test(
        words,
      ),
      isHarmless: question.test(words) || publicKey.test(words),
    };
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(key, meaning);
  }
  return meaning;
}
