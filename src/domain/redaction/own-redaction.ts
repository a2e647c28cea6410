import type { Hide } from "./rule.ts";

/** What an operator adds to the gate, and what it must let pass. Plain data: part of the configuration and its digest. */
export interface OwnRedaction {
  /** `pattern` is a JavaScript regular expression, checked to run in linear time before it comes here; what it matches is hidden as `⟨kind:1⟩`. */
  readonly patterns: readonly { readonly kind: string; readonly pattern: string }[];
  /** Values that stay, whatever rule finds them: whole, or with `*` for the rest at one end or both. */
  readonly allow: readonly string[];
}

export const noOwnRedaction: OwnRedaction = { patterns: [], allow: [] };

/** How a pattern is compiled wherever it is tried or used. */
export const patternFlags = "gu";

const placeholder = /(⟨[a-z][a-z-]{0,30}:\d{1,9}⟩)/;

/** They have no triggers, for nobody says what their matches begin with: they are tried on every text. */
export function ownRules({
  patterns,
}: OwnRedaction): readonly { readonly rewrite: (text: string, hide: Hide) => string }[] {
  return patterns.map(({ kind, pattern }) => {
    const compiled = new RegExp(pattern, patternFlags);
    const hideIn = (piece: string, hide: Hide): string =>
      piece.replace(compiled, (match) => (match === "" ? "" : hide(kind, match)));
    return {
      // A placeholder is nobody's value, whatever the pattern says.
      rewrite: (text, hide) =>
        text
          .split(placeholder)
          .map((piece, index) => (index % 2 === 1 ? piece : hideIn(piece, hide)))
          .join(""),
    };
  });
}

/** Whether a value is on the allow list. */
export function allowanceOf({ allow }: OwnRedaction): (secret: string) => boolean {
  const whole = new Set(allow.filter((one) => !one.startsWith("*") && !one.endsWith("*")));
  const parts = allow
    .filter((one) => !whole.has(one))
    .map((one) => ({
      text: one.replace(/^\*|\*$/g, ""),
      isOpenBefore: one.startsWith("*"),
      isOpenAfter: one.endsWith("*"),
    }));
  return (secret) =>
    whole.has(secret) ||
    parts.some(({ text, isOpenBefore, isOpenAfter }) =>
      isOpenBefore && isOpenAfter
        ? secret.includes(text)
        : isOpenBefore
          ? secret.endsWith(text)
          : secret.startsWith(text),
    );
}
