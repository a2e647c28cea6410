import { holdsMod97 } from "./check-digits.ts";
import { isBehindEscape, isCapital } from "./places.ts";
import type { Hide, Rule } from "./rule.ts";
import { atStart, onlyWhere } from "./trigger-scan.ts";

/** Length of an IBAN by the ISO 3166 code of its country (SWIFT IBAN registry, release 99). */
const ibanLengths = new Map(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 " +
    "IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 " +
    "SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
  )
    .split(" ")
    .map((one) => [one.slice(0, 2), Number(one.slice(2))]),
);

const start = /[A-Z]{2}\d{2}/g;

/** Numbers of bank accounts, in one piece or in groups. As long as its country has it, for a number or a word may follow it. */
export const ibanRule: Rule = {
  triggers: onlyWhere(isCountry, atStart(...[...ibanLengths.keys()].map((code) => `${code.toLowerCase()}00`))),
  rewrite: hideIbans,
};

function isCountry(text: string, at: number): boolean {
  return isCapital(text.charCodeAt(at)) && isCapital(text.charCodeAt(at + 1));
}

function hideIbans(text: string, hide: Hide): string {
  let rewritten = "";
  let done = 0;
  for (const { index, 0: begun } of text.matchAll(start)) {
    const length = ibanLengths.get(begun.slice(0, 2));
    if (length === undefined || index < done) continue;
    if (/[\w.+-]/.test(text.charAt(index - 1)) && !isBehindEscape(text, index)) continue;
    const iban = ibanAt(text, index, length);
    if (iban === null || !/\d{4}/.test(iban) || !holdsMod97(iban.replaceAll(/[ -]/g, ""))) continue;
    rewritten += text.slice(done, index) + hide("iban", iban);
    done = index + iban.length;
  }
  return done === 0 ? text : rewritten + text.slice(done);
}

/** So many characters of an IBAN, with single blanks or hyphens between groups; null where what stands there is longer or shorter. */
function ibanAt(text: string, from: number, length: number): string | null {
  let at = from;
  for (let count = 0; count < length; count++) {
    if (count >= 4 && /[ -]/.test(text.charAt(at))) at++;
    if (!/[A-Z0-9]/.test(text.charAt(at))) return null;
    at++;
  }
  return /[\w-]/.test(text.charAt(at)) ? null : text.slice(from, at);
}
