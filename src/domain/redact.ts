import { commandRules } from "./redaction/commands.ts";
import { keyedValueRule } from "./redaction/keyed-values.ts";
import { allowanceOf, noOwnRedaction, type OwnRedaction, ownRules } from "./redaction/own-redaction.ts";
import { rewriteEncoded } from "./redaction/percent-encoded.ts";
import { personalDataRules } from "./redaction/personal-data.ts";
import { otherPrivateKeyRules, privateKeyRule, webKeyRule } from "./redaction/private-keys.ts";
import { type Hide, type Rule, withoutPlaceholders } from "./redaction/rule.ts";
import { sqlValuesRule } from "./redaction/sql-values.ts";
import { colourTriggers, rewriteColoured } from "./redaction/terminal-colours.ts";
import { compileTriggers, type TriggerScan } from "./redaction/trigger-scan.ts";
import { passwordHashRules, vendorTokenRules } from "./redaction/vendor-tokens.ts";
import { headerRules, urlRules } from "./redaction/web-credentials.ts";
import type { Redacted } from "./text.ts";

/** What one case has seen, so that the same value gets the same placeholder within it. It holds the values: never store or print it. */
export interface RedactionMemory {
  /** Placeholder by value. */
  readonly numbers: Map<string, string>;
  /** The highest number given so far, by kind. */
  readonly highest: Map<string, number>;
}

export function newRedactionMemory(): RedactionMemory {
  return { numbers: new Map(), highest: new Map() };
}

/** How often something of one kind was hidden. */
export interface RedactionFinding {
  readonly kind: string;
  readonly count: number;
}

/**
 * The gate: secrets and personal data become placeholders like `⟨email:1⟩`, numbered by kind in order of first sight, that cannot be turned back.
 * Idempotent; keeps the line structure; takes time in proportion to the text's length, whatever the text.
 */
export function redact(text: string, memory: RedactionMemory = newRedactionMemory()): Redacted {
  return rewrite(text, memory, null);
}

/** As `redact`, and what was found, by kind in order of the alphabet. */
export function redactWithFindings(
  text: string,
  memory: RedactionMemory = newRedactionMemory(),
): { readonly text: Redacted; readonly found: readonly RedactionFinding[] } {
  const counts = new Map<string, number>();
  const redacted = rewrite(text, memory, (kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1));
  const found = [...counts].map(([kind, count]) => ({ kind, count }));
  return { text: redacted, found: found.sort((one, other) => (one.kind < other.kind ? -1 : 1)) };
}

/** Those that see most of the context come first: a password with an `@` in it is no address. */
const rules: readonly Rule[] = [
  // A coloured line is judged by all others without its colours.
  {
    triggers: colourTriggers,
    rewrite: (text, hide) => rewriteColoured(text, (line) => gate(line, hide, withoutColours)),
  },
  privateKeyRule,
  ...otherPrivateKeyRules,
  webKeyRule,
  ...headerRules,
  ...urlRules,
  ...passwordHashRules,
  sqlValuesRule,
  keyedValueRule,
  ...commandRules,
  ...vendorTokenRules,
  ...personalDataRules,
];

/** Built at first use, for not every command redacts. */
let scan: TriggerScan | null = null;

/** The operator's part of the gate: of the whole process, since a parameter could be left out at one of a hundred places (docs/decisions/0014). */
let own = compileOwn(noOwnRedaction);

/** Called once, by whoever has read the configuration, before anything of the world outside is read. */
export function useOwnRedaction(redaction: OwnRedaction): void {
  own = compileOwn(redaction);
}

function compileOwn(redaction: OwnRedaction) {
  return { rules: ownRules(redaction), isAllowed: allowanceOf(redaction) };
}

/** Hiding one secret can free the edge of another that touched it; two rounds settle that, a third is for the hostile. */
const roundsMax = 3;

function rewrite(text: string, memory: RedactionMemory, onHidden: ((kind: string) => void) | null): Redacted {
  rememberPlaceholders(text, memory);
  const hide: Hide = (kind, secret) => {
    if (withoutPlaceholders(secret).trim() === "" || own.isAllowed(secret)) return secret;
    onHidden?.(kind);
    return placeholderFor(kind, secret, memory) + lineBreaksOf(secret);
  };
  return gate(text, hide, all) as Redacted;
}

/** From which rule on. */
const all = 0;
const withoutColours = 1;

function gate(text: string, hide: Hide, first: number): string {
  // What is encoded comes first, for its parts would be taken for something else.
  const current = text.includes("%") ? rewriteEncoded(text, (decoded) => applyRules(decoded, hide, first)) : text;
  return applyRules(current, hide, first);
}

function applyRules(text: string, hide: Hide, first: number): string {
  scan ??= compileTriggers(
    rules.map(({ triggers }) => triggers),
    rules.indexOf(keyedValueRule),
  );
  let current = text;
  for (let round = 0; round < roundsMax; round++) {
    const before = current;
    for (const rule of own.rules) current = rule.rewrite(current, hide);
    const { hits, places } = scan(current);
    const scanned = current;
    for (const index of hits) {
      if (index >= first)
        current = rules[index]?.rewrite(current, hide, current === scanned ? places : null) ?? current;
    }
    if (current === before) break;
  }
  return current;
}

function placeholderFor(kind: string, secret: string, memory: RedactionMemory): string {
  const known = memory.numbers.get(secret);
  if (known !== undefined) return known;
  const number = (memory.highest.get(kind) ?? 0) + 1;
  const placeholder = `⟨${kind}:${number}⟩`;
  memory.highest.set(kind, number);
  memory.numbers.set(secret, placeholder);
  return placeholder;
}

function lineBreaksOf(secret: string): string {
  return secret.replace(/[^\r\n]+/g, "");
}

/** Text may hold placeholders of an earlier pass: their numbers are taken. A far-fetched number is somebody's joke and takes none. */
function rememberPlaceholders(text: string, memory: RedactionMemory): void {
  if (!text.includes("⟨")) return;
  for (const [, kind = "", digits] of text.matchAll(/⟨([a-z][a-z-]{0,30}):(\d{1,5})⟩/g)) {
    memory.highest.set(kind, Math.max(memory.highest.get(kind) ?? 0, Number(digits)));
  }
}
