import { isBehindEscape } from "./places.ts";
import { byPattern, type Hide, type Rule } from "./rule.ts";
import { anywhere, atStart, onlyWhere, type Trigger } from "./trigger-scan.ts";
import { type DotAt, passwordHashShapes, type Shape, tokenShapes } from "./vendor-shapes.ts";

const hyphen = 45;
/** Behind eight digits another part begins. */
const hasHyphenBehind = (text: string, at: number): boolean => text.charCodeAt(at + 9) === hyphen;

/** A token stands alone: no letter or digit before or after it. */
const standingAlone = ([kind, literals, shape, dotAt]: Shape): Rule =>
  tokenRule(
    kind,
    literals.flatMap((literal) => triggerOf(literal, dotAt ?? null)),
    new RegExp(`${shape}(?![A-Za-z0-9])`, "g"),
  );

/** A literal that begins with a letter or a digit begins the token. */
function triggerOf(literal: string, dotAt: DotAt | null): readonly Trigger[] {
  if (literal.startsWith("…")) return anywhere(literal.slice(1));
  if (dotAt !== null) return onlyWhere((text, at) => hasDot(text, at, dotAt), atStart(literal));
  return /^[a-z\d]/.test(literal) ? atStart(literal) : anywhere(literal);
}

function hasDot(text: string, at: number, { least, most }: DotAt): boolean {
  const dot = text.indexOf(".", at + least);
  return dot !== -1 && dot <= at + most;
}

export const passwordHashRules: readonly Rule[] = passwordHashShapes.map(standingAlone);

export const vendorTokenRules: readonly Rule[] = [
  ...tokenShapes.map(standingAlone),
  tokenRule(
    "mailgun-key",
    onlyWhere(hasHyphenBehind, anywhere("-a", "-b", "-c", "-d", "-e", "-f", "-0")),
    /-[0-9a-f]{8}-[0-9a-f]{8}(?![0-9a-z-])/g,
    32,
  ),
  byPattern(
    "telegram-token",
    onlyWhere((text, at) => /^(?:bot)?\d{6,12}:/.test(text.slice(at, at + 16)), atStart("000000", "bot000000")),
    /((?<![A-Za-z0-9_])(?:bot)?)(\d{6,12}:[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])/g,
    (token) => /[A-Za-z]/.test(token),
  ),
  // Addresses that whoever knows them may post to.
  byPattern(
    "webhook",
    anywhere(
      "hooks.",
      "i/webhooks/",
      ".webhook.office.com/",
      "/v0/hook/",
      "bhook/send",
      "/with/key/",
      "hook.",
      "/fcm/send/",
    ),
    /((?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|[\w-]{1,60}\.webhook\.office\.com\/webhookb2|open\.(?:feishu|larksuite)\.(?:cn|com)\/open-apis\/bot\/v2\/hook|hooks\.zapier\.com\/hooks\/catch|maker\.ifttt\.com\/trigger\/[\w-]{1,60}\/with\/key|hook\.[\w.]{0,10}make\.com|fcm\.googleapis\.com\/fcm\/send)\/|qyapi\.weixin\.qq\.com\/cgi-bin\/webhook\/send\?key=)([\w/@.:-]{8,})/g,
  ),
  // Korean open data has the key in its path.
  byPattern(
    "api-key",
    anywhere("openapi.seoul.go.kr", "openapi.gg.go.kr", "ecos.bok.or.kr", "swopenapi"),
    /((?:s?w?openapi\.seoul\.go\.kr(?::\d{2,5})?\/(?:api\/subway\/)?|ecos\.bok\.or\.kr\/api\/\w{1,40}\/))([A-Za-z0-9]{16,64})(?=\/)/g,
  ),
];

/**
 * What stands before a match is looked at afterwards: an expression that begins with the literal start of a token is found faster by far.
 * @param hexBefore so many hexadecimal digits stand before the match and belong to the token
 */
function tokenRule(kind: string, triggers: readonly Trigger[], pattern: RegExp, hexBefore = 0): Rule {
  const rewrite = (text: string, hide: Hide): string => {
    let rewritten = "";
    let done = 0;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const from = match.index - hexBefore;
      if (from < done || !isAlone(text, from) || !/^[0-9a-f]*$/.test(text.slice(from, match.index))) {
        pattern.lastIndex = match.index + 1;
        continue;
      }
      rewritten += text.slice(done, from) + hide(kind, text.slice(from, pattern.lastIndex));
      done = pattern.lastIndex;
    }
    return done === 0 ? text : rewritten + text.slice(done);
  };
  return { triggers, rewrite };
}

function isAlone(text: string, at: number): boolean {
  return !/[A-Za-z0-9_]/.test(text.charAt(at - 1)) || isBehindEscape(text, at);
}
