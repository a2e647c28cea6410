import { byPattern, type Hide, isBehindEscape, type Rule } from "./rule.ts";
import { passwordHashShapes, type Shape, tokenShapes } from "./vendor-shapes.ts";

/** A token stands alone: no letter or digit before or after it. */
const standingAlone = ([kind, triggers, shape]: Shape): Rule =>
  tokenRule(kind, triggers, new RegExp(`${shape}(?![A-Za-z0-9])`, "g"));

export const passwordHashRules: readonly Rule[] = passwordHashShapes.map(standingAlone);

export const vendorTokenRules: readonly Rule[] = [
  ...tokenShapes.map(standingAlone),
  tokenRule("mailgun-key", ["-a", "-b", "-c", "-d", "-e", "-f", "-0"], /-[0-9a-f]{8}-[0-9a-f]{8}(?![0-9a-z-])/g, 32),
  byPattern(
    "telegram-token",
    ["000000:"],
    /((?<![A-Za-z0-9_])(?:bot)?)(\d{6,12}:[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])/g,
    (token) => /[A-Za-z]/.test(token),
  ),
  // Addresses that whoever knows them may post to.
  byPattern(
    "webhook",
    [
      "hooks.",
      "/api/webhooks/",
      ".webhook.office.com/",
      "/v0/hook/",
      "webhook/send",
      "/with/key/",
      "hook.",
      "/fcm/send/",
    ],
    /((?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|[\w-]{1,60}\.webhook\.office\.com\/webhookb2|open\.(?:feishu|larksuite)\.(?:cn|com)\/open-apis\/bot\/v2\/hook|hooks\.zapier\.com\/hooks\/catch|maker\.ifttt\.com\/trigger\/[\w-]{1,60}\/with\/key|hook\.[\w.]{0,10}make\.com|fcm\.googleapis\.com\/fcm\/send)\/|qyapi\.weixin\.qq\.com\/cgi-bin\/webhook\/send\?key=)([\w/@.:-]{8,})/g,
  ),
  // Korean open data has the key in its path.
  byPattern(
    "api-key",
    ["openapi.seoul.go.kr", "openapi.gg.go.kr", "ecos.bok.or.kr", "swopenapi"],
    /((?:s?w?openapi\.seoul\.go\.kr(?::\d{2,5})?\/(?:api\/subway\/)?|ecos\.bok\.or\.kr\/api\/\w{1,40}\/))([A-Za-z0-9]{16,64})(?=\/)/g,
  ),
];

/**
 * What stands before a match is looked at afterwards: an expression that begins with the literal start of a token is found faster by far.
 * @param hexBefore so many hexadecimal digits stand before the match and belong to the token
 */
function tokenRule(kind: string, triggers: readonly string[], pattern: RegExp, hexBefore = 0): Rule {
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
