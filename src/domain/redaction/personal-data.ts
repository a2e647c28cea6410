import { holdsBusinessCheck, holdsCorporationCheck, holdsLuhn, holdsResidentCheck } from "./check-digits.ts";
import { ibanRule } from "./iban.ts";
import { numberTriggers } from "./number-triggers.ts";
import { afterEscape, byPattern, type Rule } from "./rule.ts";
import { anywhere } from "./trigger-scan.ts";

/** Neither part of a longer name or number before it … */
const alone = `((?<![\\w.+-])|(?<=:-)|${afterEscape})`;
/** … nor after it. */
const ends = "(?![\\w-]|\\.\\d)";
const digitsOf = (text: string): string => text.replaceAll(/\D/g, "");

/** Of what looks like an address: a version of a package, a picture for fine screens, a unit of systemd, the user of every git remote. */
const noAddress = /^git(?:@|%40)|(?:@|%40)v?\d+(?:\.\d+|x\.\w+$)|\.(?:service|socket|timer|target|mount|slice|scope)$/i;

/** Tried together, for the same look at the digits tells whether any of them is worth it. */
const numberRules: readonly Rule[] = [
  byPattern(
    "card",
    numberTriggers,
    new RegExp(
      `${alone}([2-69]\\d{3}([ \u00a0.-]?)\\d{4}\\3\\d{4}\\3\\d{4}(?:\\3\\d{1,3})?|3\\d{3}([ \u00a0.-]?)\\d{6}\\4\\d{4,5}|62\\d{14,17})${ends}`,
      "g",
    ),
    (number, lead) => isCard(digitsOf(number)) && (/\D/.test(number) || !isIdentifier(lead)),
  ),
  byPattern(
    "resident-number",
    numberTriggers,
    new RegExp(`${alone}(\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])[- ]?[1-8]\\d{6})${ends}`, "g"),
    (number, lead) =>
      isResidentNumber(digitsOf(number)) && (/\D/.test(number) || !(isIdentifier(lead) || isKoreanBarcode(number))),
  ),
  byPattern(
    "business-number",
    numberTriggers,
    new RegExp(`${alone}((?!000)\\d{3}-\\d{2}-\\d{5})${ends}`, "g"),
    (number) => holdsBusinessCheck(digitsOf(number)),
  ),
  byPattern("business-number", numberTriggers, new RegExp(`${alone}((?!0000)\\d{6}-\\d{7})${ends}`, "g"), (number) =>
    holdsCorporationCheck(digitsOf(number)),
  ),
  byPattern(
    "licence-number",
    numberTriggers,
    new RegExp(`${alone}((?:1[1-9]|2[0-8])-\\d{2}-\\d{6}-\\d{2})${ends}`, "g"),
  ),
  byPattern(
    "social-security-number",
    numberTriggers,
    new RegExp(`${alone}((?!000|666|9)\\d{3}-(?!00)\\d{2}-(?!0000)\\d{4})${ends}`, "g"),
  ),
  byPattern(
    "phone",
    numberTriggers,
    /((?<![\w.+)\]-])(?<!\d:)|(?<=:-)|(?<=\\(?:[nrt]|u[0-9a-fA-F]{4})))(\+[1-9]\d{0,2}[-. ]?(?:\(\d{1,4}\)[-. ]?)?\d{1,4}(?:[-. ]?\d{2,8}){1,5})(?![\w-]|[.:]\d)/g,
    (number) => isInternational(number),
  ),
  byPattern(
    "phone",
    numberTriggers,
    new RegExp(
      `${alone}((?:\\+?(?:00)?82[- .]?(?:\\(0\\))?)?\\(?0?1[016789]\\)?(?: - |[-. ·])?\\d{3,4}(?: - |[-. ·])?\\d{4})${ends}`,
      "g",
    ),
    (number, lead) => isKoreanMobile(number, lead),
  ),
  byPattern(
    "phone",
    numberTriggers,
    new RegExp(
      `${alone}(0(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|80|60|50\\d)(?:[-.)] ?| - )\\d{3,4}(?:[-.]| - )\\d{4}|\\(0(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70)\\) ?\\d{3,4}[- ]\\d{4}|0(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70) \\d{3,4}[- ]\\d{4}|070\\d{8})${ends}`,
      "g",
    ),
  ),
  byPattern(
    "phone",
    numberTriggers,
    new RegExp(
      `${alone}((?:15(?:22|33|44|66|70|77|88|99)|16(?:00|44|61|66|68|70|88)|18(?:00|11|33|44|55|66|77|99))[- ]\\d{4})${ends}`,
      "g",
    ),
    (number, lead) => number.includes("-") || /(?:tel|phone|call|고객|대표|전화|문의|센터|콜)\D{0,10}$/i.test(lead),
  ),
  byPattern(
    "phone",
    numberTriggers,
    new RegExp(
      `${alone}((?:1[-. ]?)?(?:\\([2-9]\\d{2}\\) ?[2-9]\\d{2}[-. ]\\d{4}|[2-9]\\d{2}([-.])[2-9]\\d{2}\\3\\d{4}))${ends}`,
      "g",
    ),
  ),
];

export const personalDataRules: readonly Rule[] = [
  byPattern(
    "email",
    anywhere("@", "%00"),
    /((?<![^\s\x00-\x20"'(),:;<>@[\]\\|=&?/{}⟨⟩`]))([^\s\x00-\x20"'(),:;<>@[\]\\|=&?/{}⟨⟩`%]+(?:%2B[\w.-]{1,64})?(?:@|%40)(?:[\p{L}\p{N}-]{1,63}\.){1,8}(?:\p{L}{2,24}|xn--[a-z0-9-]{2,59}))(?![\p{L}\p{N}_-])/gu,
    (address, lead) => !lead.endsWith("://") && !noAddress.test(address) && !/^[^@]{0,20}\*{2}/.test(address),
  ),
  ibanRule,
  byPattern("account-number", anywhere("계좌"), /(계좌[^\d\r\n⟨<>"=,]{0,24})(\d[\d-]{8,22}\d)(?!\d)/g),
  // The magnetic stripe: `%B4111111111111111^KIM/MINSU^2712…?` and `;4111111111111111=2712…?`.
  byPattern(
    "card",
    anywhere("0^", "0=0"),
    /((?:(?<![A-Za-z0-9])|(?<=%25))[Bb]|;)(\d{12,19}(?:\^[^^\r\n⟨]{2,26}\^|=)\d{4}[\d ]{0,40})/g,
    (track) => holdsLuhn(/^\d+/.exec(track)?.[0] ?? ""),
  ),
  {
    triggers: numberTriggers,
    rewrite: (text, hide) => numberRules.reduce((current, rule) => rule.rewrite(current, hide, null), text),
  },
];

/** What stands right before a number says that it is the number of something else: `order_no: `, `"traceId":"`, `주문번호 `. */
function isIdentifier(before: string): boolean {
  return /(?:order|invoice|ticket|trace|span|request|event|message(?=[_-]?(?:id|no|num|seq))|session|transaction|txn?|tracking|shipment|parcel|product|item|sku|offset|sequence|seq|version|snowflake|batch|job|row|(?:^|[^a-z])id|_id|Id|uid|barcode|gtin|ean|upc|주문|송장|운송장|거래|상품|접수|예약|바코드)[\w-]{0,12}(?: ?(?:no|number|id|번호|코드))?\\{0,8}["']?\s?[:=#]{0,2}\s?\\{0,8}["']?$/i.test(
    before,
  );
}

/** EAN-13 with the prefix of Korea. */
function isKoreanBarcode(digits: string): boolean {
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return digits.startsWith("880") && sum % 10 === 0;
}

function isKoreanMobile(number: string, before: string): boolean {
  const digits = digitsOf(number)
    .replace(/^(?:00)?82/, "")
    .replace(/^0?/, "0");
  if (digits.length < 10 || digits.length > 11) return false;
  const isPlain = /^\d+$/.test(number);
  return isPlain ? number.startsWith("0") && !isIdentifier(before) : /^(?:\+|00|82|\(?0)/.test(number);
}

/** Prefixes and lengths of the card networks, 9… for Korean domestic cards; then the check digit. */
function isCard(digits: string): boolean {
  const isNetwork =
    /^(?:4\d{15}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[0-2])\d{13}|3[47]\d{13}|3[068]\d{12}|35\d{14}|6\d{15}|62\d{14,17}|9\d{15})$/;
  return isNetwork.test(digits) && holdsLuhn(digits);
}

/** Since October 2020 the last digits are random: for people born after it there is nothing to check. */
function isResidentNumber(digits: string): boolean {
  const isBornSince2000 = /[3478]/.test(digits.charAt(6));
  return (isBornSince2000 && digits.slice(0, 6) >= "201005" && digits.slice(0, 2) < "40") || holdsResidentCheck(digits);
}

function isInternational(number: string): boolean {
  const length = digitsOf(number).length;
  return length >= (/[-. (]/.test(number) ? 8 : 9) && length <= 15;
}
