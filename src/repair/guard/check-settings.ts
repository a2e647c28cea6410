import type { ChangedFile } from "./changed-file.ts";
import { quoted, type Violation } from "./violation.ts";

/** What no setting of a repair says; of keys and values in YAML, properties, JSON and the like. */
const forbidden: readonly { readonly rule: Violation["rule"]; readonly pattern: RegExp; readonly detail: string }[] = [
  {
    rule: "security",
    pattern:
      /\b(?:verify|ssl|tls|csrf|cors|auth\w*|permit\w*|permission\w*|role\w*|security|insecure|trust\w*|certificate\w*|keystore|truststore|encrypt\w*|oauth\w*|jwt|login|sso|ldap|acl|allowed[-_]?\w*|origin\w*|same[-_]?site|http[-_]?only|actuator|management|exposure|admin\w*|firewall|rate[-_]?limit\w*|sandbox)\b/i,
    detail: "a setting of security",
  },
  {
    rule: "secrets",
    pattern: /\b\w*(?:password|passwd|secret|token|credential|api[-_]?key|private[-_]?key|access[-_]?key)\w*\b/i,
    detail: "a setting of a secret",
  },
  {
    rule: "hosts",
    pattern: /:\/\/|\b(?:\d{1,3}\.){3}\d{1,3}\b|\blocalhost\b|\b(?:[\w-]+\.)+(?:com|net|org|io|dev|kr|cn|ru|xyz)\b/i,
    detail: "an address",
  },
  {
    rule: "waiting",
    pattern: /\b\w*(?:retr(?:y|ies)|backoff)\w*\b|\btimeout\w*\W+(?:0|-1|none|null)\b/i,
    detail: "retries or a limit",
  },
  {
    rule: "checks",
    pattern:
      /\b(?:debug|devtools|trace|strict|validate\w*|validation|checks?|lint|test[-_]?mode|ddl-auto|fail[-_]?(?:on|fast)\w*|ignore\w*|skip\w*|disable\w*|enabled?|no-?sonar|no-?sec|noqa|nolint|eslint|suppress\w*)\b/i,
    detail: "a switch of checks",
  },
  {
    rule: "dynamic-code",
    pattern:
      /\b(?:script|command|exec|entrypoint|hook\w*|pre\w*start|class[-_]?name|driver[-_]?class|include|import|plugin\w*|extends|!!\w+|!(?:python|ruby|java)\S*)\b/i,
    detail: "what is run or loaded",
  },
  {
    rule: "sql",
    pattern: /\b(?:select\s.+\sfrom|insert\s+into|delete\s+from|drop\s+table|update\s+\w+\s+set)\b/i,
    detail: "SQL",
  },
];

/** A key with a value or with what follows below it, an item of a list, an element, a comment, a bracket. */
const setting =
  /^\s*(?:(?:- +)?["']?[\w$.-]+["']?\s*[:=]\s*[^;{}]*,?|- +[^;{}()]*|\[[\w.-]+\]|<\/?[\w.-]+[^<>]*>(?:[^<>]*<\/[\w.-]+>)?|["']?[\w.-]+["']?\s*:\s*[[{]|[\]}],?|[#;!].*|\/\/.*|["'][^"']*["'],?)?\s*$/;

/** The settings of a configuration file: a key that was misspelt or a value of the wrong kind, no more. */
export function checkSettings(file: ChangedFile): readonly Violation[] {
  if (file.language !== null) return [];
  const lines = file.hunks.flatMap((hunk) => hunk.lines);
  const violations = forbidden.flatMap(({ rule, pattern, detail }) => {
    const found = lines.find(({ kind, text }) => kind !== "context" && pattern.test(text));
    return found === undefined
      ? []
      : [
          {
            rule,
            path: file.path,
            line: found.afterLine,
            detail: `${detail}: ${quoted(pattern.exec(found.text)?.[0] ?? "")}`,
          },
        ];
  });
  const odd = lines.find(({ kind, text }) => kind === "added" && !setting.test(text));
  if (odd !== undefined) {
    violations.push({
      rule: "language",
      path: file.path,
      line: odd.afterLine,
      detail: `no setting: ${quoted(odd.text)}`,
    });
  }
  const code = (which: "added" | "removed") =>
    lines
      .filter(({ kind, text }) => kind === which && !/^\s*(?:[#;!]|\/\/|$)/.test(text))
      .map(({ text }) =>
        text
          .replace(/\s+#.*$/, "")
          .replaceAll(/\s+/g, " ")
          .trim(),
      );
  if (code("added").join("\n") === code("removed").join("\n")) {
    violations.push({ rule: "effect", path: file.path, line: 0, detail: "only comments or blanks change" });
  }
  if (code("added").length < code("removed").length) {
    violations.push({ rule: "removed-code", path: file.path, line: 0, detail: "a setting is taken out" });
  }
  return violations.map((each) => (each.line === 0 ? { ...each, line: null } : each));
}
