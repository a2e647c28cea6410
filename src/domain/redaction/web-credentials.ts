import { isHarmlessValue } from "./harmless-values.ts";
import { byPattern, type Rule } from "./rule.ts";
import { anywhere, atStart } from "./trigger-scan.ts";

const schemes =
  "bearer|basic|token|digest|negotiate|ntlm|hawk|oauth|apikey|api-key|kakaoak|secret_key|portone|iamport|ssws|splunk|geniekey|bot|signature|aws4-hmac-sha256|hmac-sha256|goog4-rsa-sha256|sharedkey|sharedkeylite|sharedaccesssignature|dpop|mac|gnap|privatetoken|discogs|jwt|key";
const parameter = '[\\w-]{1,40}=(?:\\\\{0,8}"[^"\\\\\\r\\n]*\\\\{0,8}"|[^\\s,"\'\\\\⟨<]+)';

const isNoWord = (secret: string): boolean => !isHarmlessValue(secret, false, true);

/** What HTTP clients and servers print of a request. */
export const headerRules: readonly Rule[] = [
  byPattern(
    "authorization",
    anywhere("authorization"),
    new RegExp(
      `((?<!⟨)authorization(?:\\\\{0,8}["'])?[ \\t]{0,4}(?:=>|[:=])[ \\t]{0,4}\\[?(?:\\\\{0,8}["'\`])?[ \\t]{0,4}(?:(?:${schemes})[ \\t]{1,4}|(?:${schemes})%20)?)(?!(?:${schemes})(?:[ \\t]|%20))(${parameter}(?:,[ \\t]?${parameter}){0,20}|[^\\s"'\\\\,;[\\])}&⟨<]+)`,
      "gi",
    ),
    isNoWord,
  ),
  byPattern(
    "authorization",
    atStart("bearer "),
    /((?<![A-Za-z])bearer[ \t]{1,4})([\w.~+/-]{8,}=*)/gi,
    (secret) => secret.length >= 24 || (/\d/.test(secret) && isNoWord(secret)),
  ),
  byPattern(
    "authorization",
    atStart("basic "),
    /((?<![A-Za-z])basic[ \t]{1,4})([A-Za-z0-9+/]{6,}={0,2})/gi,
    isUserAndPassword,
  ),
  byPattern(
    "cookie",
    anywhere("cookie"),
    /((?<!⟨)cookies?(?:\\{0,8}["'])?[ \t]{0,4}(?:=>|[:=])[ \t]{0,4}\[?(?:\\{0,8}["'])?[ \t]{0,4})([\w.!#$%&'*+^|~-]{1,100}=[^\s"'\\;,\]})⟨<]*(?:;[ \t]{0,4}[^\s"'\\;,\]})⟨<]+){0,100})/gi,
    (secret) => !/^[^=]*=$/.test(secret),
  ),
];

/** The pair of `Basic` authentication is base64 of `user:password`: the check that makes it more than a word. */
function isUserAndPassword(secret: string): boolean {
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(secret, "base64").toString("latin1"));
}

/** Addresses that carry what opens them. */
export const urlRules: readonly Rule[] = [
  // A password in a connection string is often not percent-encoded; in a web address a slash ends the host.
  byPattern(
    "credentials",
    anywhere("://"),
    /((?<!https?):\/\/)([^\s/?#"'<>@:⟨]{0,100}:[^\s"'<>⟨]{1,256})(?=@[\w.[-]{1,256}(?::\d{1,5})?(?:[/?,;)\]}\s"'\\]|$))/g,
  ),
  byPattern(
    "credentials",
    anywhere("://"),
    /(:\/\/)([^\s/?"'<>\\⟨]{1,512})(?=@[\w.[$-])/g,
    (user) => user.includes(":") || (user !== "git" && (user.length >= 16 || /\d/.test(user))),
  ),
  // The Go driver of MySQL: `user:password@tcp(host:3306)/name`.
  byPattern(
    "credentials",
    anywhere("@tcp(", "@unix(", "@udp("),
    /((?<![^\s"'=,;([{>:]))([^\s"'<>@:/⟨]{1,64}:[^\s"'<>⟨]{1,256})(?=@(?:tcp|unix|udp)\()/g,
  ),
  byPattern("password", anywhere("jdbc:oracle"), /(jdbc:oracle:\w{1,10}:[\w.-]{1,64}\/)([^@\s"'⟨]{1,128})(?=@)/gi),
  byPattern(
    "signature",
    [
      ...anywhere("signature=", "signature%"),
      ...atStart("credential=", "credential%", "sig=", "sig%", "policy=", "policy%", "hdnts=", "hdnea="),
    ],
    /((?<![A-Za-z0-9])(?:x-(?:amz|goog)-(?:signature|credential)|signature|sig|policy|hdn(?:ts|ea))(?:=|%3d))([^&\s"'<>\\,;)⟨]{16,})/gi,
    (secret) => /\d/.test(secret),
  ),
  byPattern(
    "api-key",
    atStart("key=", "api_key=", "apikey="),
    /([?&](?:amp;)?(?:api_?)?key=)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])/gi,
  ),
  byPattern("signature", atStart("v0="), /((?<![A-Za-z0-9])v[01]=)([0-9a-f]{40,128})(?![A-Za-z0-9])/g),
  byPattern(
    "code",
    atStart("code=", "state=", "nonce=", "ticket=", "authcode="),
    /([?&#](?:amp;)?(?:auth_?|authorization_)?(?:code|state|nonce|ticket)=)([\w.~%/-]{16,512})(?=[&\s"'<>\\)\]},]|$)/gi,
    (secret) => /\d/.test(secret) && /[a-z]/.test(secret),
  ),
];
