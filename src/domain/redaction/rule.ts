import type { Place, Trigger } from "./trigger-scan.ts";

/** Puts a placeholder in the place of a secret. What is nothing but placeholders stays as it is. */
export type Hide = (kind: string, secret: string) => string;

/** One way in which secrets or personal data are written. */
export interface Rule {
  /** The rule is tried only on a text in which one of them occurs. */
  readonly triggers: readonly Trigger[];
  /**
   * The text with every secret of this rule hidden. Takes time in proportion to the text's length, whatever the text.
   * @param places where its triggers are; null where nobody has looked
   */
  readonly rewrite: (text: string, hide: Hide, places: readonly Place[] | null) => string;
}

/** How much of what stands before a secret is shown to a judge. */
const leadLength = 48;

/**
 * A rule that is a regular expression with two groups: what stays, and the secret after it, where the match ends.
 * @param isSecret has the last word on what was matched, by a check digit or by what stands before it
 */
export function byPattern(
  kind: string,
  triggers: readonly Trigger[],
  pattern: RegExp,
  isSecret: (secret: string, lead: string) => boolean = () => true,
): Rule {
  const rewrite = (text: string, hide: Hide): string => {
    let rewritten = "";
    let done = 0;
    for (const { index, 0: all, 1: before = "", 2: secret = "" } of text.matchAll(pattern)) {
      const at = index + before.length;
      if (!isSecret(secret, text.slice(Math.max(0, at - leadLength), at))) continue;
      rewritten += text.slice(done, at) + hide(kind, secret);
      done = index + all.length;
    }
    return done === 0 ? text : rewritten + text.slice(done);
  };
  return { triggers, rewrite };
}

/** In a pattern: behind `\n` or `\u003d` as strings in JSON have them, whose letters are no part of what follows. */
export const afterEscape = "(?<=\\\\(?:[nrt]|u[0-9a-fA-F]{4}))";

const placeholders = /⟨[a-z][a-z-]{0,30}:\d{1,9}⟩/g;

/** What of a text is no placeholder. */
export function withoutPlaceholders(text: string): string {
  return text.includes("⟨") ? text.replace(placeholders, "") : text;
}
