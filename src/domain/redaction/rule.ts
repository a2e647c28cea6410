/** Puts a placeholder in the place of a secret. What is nothing but placeholders stays as it is. */
export type Hide = (kind: string, secret: string) => string;

/** One way in which secrets or personal data are written. */
export interface Rule {
  /** Lower-case literals, 0 for any digit; the rule is tried only on a text in which one of them occurs. */
  readonly triggers: readonly string[];
  /** The text with every secret of this rule hidden. Takes time in proportion to the text's length, whatever the text. */
  readonly rewrite: (text: string, hide: Hide) => string;
}

/**
 * A rule that is a regular expression with two groups: what stays, and the secret after it, where the match ends.
 * @param isSecret has the last word on what was matched: a check digit, say
 */
export function byPattern(
  kind: string,
  triggers: readonly string[],
  pattern: RegExp,
  isSecret: (secret: string) => boolean = () => true,
): Rule {
  return {
    triggers,
    rewrite: (text, hide) =>
      text.replace(pattern, (all: string, before: string, secret: string) =>
        isSecret(secret) ? before + hide(kind, secret) : all,
      ),
  };
}

const placeholders = /⟨[a-z][a-z-]{0,30}:\d{1,9}⟩/g;

/** What of a text is no placeholder. */
export function withoutPlaceholders(text: string): string {
  return text.includes("⟨") ? text.replace(placeholders, "") : text;
}
