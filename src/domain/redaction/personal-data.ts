import { holdsLuhn, holdsMod97, holdsResidentCheck } from "./check-digits.ts";
import { byPattern, type Rule } from "./rule.ts";

/** Neither part of a longer name or number before it … */
const alone = "((?<![\\w.+-]))";
/** … nor after it. */
const ends = "(?![\\w-]|\\.\\d)";
const digitsOf = (text: string): string => text.replaceAll(/\D/g, "");

/** Of what looks like an address: a version of a package, a unit of systemd, the user of every git remote. */
const noAddress = /^git(?:@|%40)|(?:@|%40)v?\d+\.\d+|\.(?:service|socket|timer|target|mount|slice|scope)$/i;

/** ISO 3166 codes of the countries that have IBANs. */
const ibanCountries =
  "AD AE AL AT AZ BA BE BG BH BR BY CH CR CY CZ DE DK DO EE EG ES FI FO FR GB GE GI GL GR GT HR HU IE IL IQ IS IT JO KW KZ LB LC LI LT LU LV LY MC MD ME MK MR MT MU NL NO PK PL PS PT QA RO RS SA SC SE SI SK SM ST SV TL TN TR UA VA VG XK";
const ibanCountryCodes = ibanCountries.split(" ");

export const personalDataRules: readonly Rule[] = [
  byPattern(
    "email",
    ["@", "%00"],
    /((?<![^\s\x00-\x20"'(),:;<>@[\]\\|=&?/{}⟨⟩`]))([^\s\x00-\x20"'(),:;<>@[\]\\|=&?/{}⟨⟩`%]+(?:%2B[\w.-]{1,64})?(?:@|%40)(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24})(?![\p{L}\p{N}_-])/gu,
    (address) => !noAddress.test(address),
  ),
  byPattern(
    "card",
    ["0000000000000", "0000 0000", "0000-0000", "0000 000000 0", "0000-000000-0"],
    new RegExp(
      `${alone}([2-69]\\d{3}([ -]?)\\d{4}\\3\\d{4}\\3\\d{4}(?:\\3\\d{1,3})?|3\\d{3}([ -]?)\\d{6}\\4\\d{4,5})${ends}`,
      "g",
    ),
    (number) => isCard(digitsOf(number)),
  ),
  byPattern(
    "iban",
    ibanCountryCodes.map((code) => `${code.toLowerCase()}00`),
    new RegExp(
      `${alone}((?:${ibanCountryCodes.join("|")})\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)${ends}`,
      "g",
    ),
    (iban) => /\d{4}/.test(iban) && holdsMod97(iban.replaceAll(" ", "")),
  ),
  byPattern(
    "resident-number",
    ["000000-0000000", "0000000000000", "000000 0000000"],
    new RegExp(`${alone}(\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])[- ]?[1-8]\\d{6})${ends}`, "g"),
    (number) => isResidentNumber(digitsOf(number)),
  ),
  byPattern(
    "phone",
    ["00000000000", "000-0000", "000-000-0000", "000 0000", "000 000 0000", "000.0000", "000.000.0000", "0000000000"],
    new RegExp(`${alone}(01[016789][-. ]?\\d{3,4}[-. ]?\\d{4})${ends}`, "g"),
  ),
  byPattern(
    "phone",
    ["00-000-0000", "00-0000-0000", "000-000-0000", "000-0000-0000", ") 000"],
    new RegExp(
      `${alone}(0(?:2|[3-6][1-5]|70|50\\d?)-\\d{3,4}-\\d{4}|\\(0(?:2|[3-6][1-5]|70)\\) ?\\d{3,4}-\\d{4})${ends}`,
      "g",
    ),
  ),
  byPattern(
    "phone",
    ["+0"],
    /((?<![\w.:+)\]⟩-]))(\+[1-9]\d{0,2}[-. ]?\(?\d{1,4}\)?(?:[-. ]?\d{2,8}){1,5})(?![\w-]|[.:]\d)/g,
    (number) => isInternational(number),
  ),
];

/** Prefixes and lengths of the card networks, 9… for Korean domestic cards; then the check digit. */
function isCard(digits: string): boolean {
  const isNetwork =
    /^(?:4\d{15}|4\d{18}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|3[068]\d{12}|35\d{14}|6\d{15}|62\d{17}|9\d{15})$/;
  return isNetwork.test(digits) && holdsLuhn(digits);
}

/** Since October 2020 the last digits are random: for people born after it there is nothing to check. */
function isResidentNumber(digits: string): boolean {
  const isBornSince2000 = /[3478]/.test(digits.charAt(6));
  return (isBornSince2000 && digits.slice(0, 6) >= "201005") || holdsResidentCheck(digits);
}

function isInternational(number: string): boolean {
  const length = digitsOf(number).length;
  return length >= (/[-. (]/.test(number) ? 8 : 9) && length <= 15;
}
