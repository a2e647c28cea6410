import type { ChangedFile } from "../changed-file.ts";
import { flatOf } from "../code-side.ts";
import type { Token } from "../token.ts";
import { type TokenEdit, type TokenGroup, tokenEdits, tokenGroups } from "../token-groups.ts";
import { quoted, type Violation } from "../violation.ts";
import { asksMoreBroadly, refusesLess } from "./broadened-check.ts";
import { type PatternRule, patternRules } from "./pattern-rule.ts";

const comparison = /^(?:<|>|<=|>=|==|!=|===|!==|<=>|is|not)$/;
const equality = /^(?:==|===|!=|!==)$/;
const arithmetic = /^(?:\+|-|\*|\/|%|\*\*|\+=|-=|\*=|\/=|\+\+|--|<<|&|\||\^)$/;
const joining = /^(?:&&|\|\||and|or)$/;
const switches = /^(?:true|false|True|False|TRUE|FALSE)$/;
const nothing = /^(?:null|undefined|None|nil|NULL)$/;
const negation = /^(?:!|not)$/;
const turned = /^(?:if|unless|while|until)$/;

/** `total.multiply(new BigDecimal("0.5"))`: a number more in a calculation, where operators are methods. */
export const calculations: readonly PatternRule[] = patternRules(
  { rule: "values", seen: "new", text: "code", isFineInTests: true },
  [
    [
      null,
      /\.(?:multiply|divide|add|subtract|plus|minus|times|mul|div|Mul|Div|Add|Sub)\((?:new )?(?:\w+(?:\.valueOf|\.of)?\()?["']?-?\d[\d_.]*[a-zA-Z]?["']?\)?\)/g,
      "another calculation",
    ],
  ],
);

/** A number, an operator or a switch that became another: what a limit, a price or a rule is, people decide. */
export function checkValues(file: ChangedFile): readonly Violation[] {
  if (file.language === null || file.isTest || file.isNew) return [];
  return tokenGroups(file).flatMap((group) =>
    refusesLess(file, group)
      ? [{ rule: "values" as const, path: file.path, line: group.line, detail: "what is refused is asked for less" }]
      : asksForMoreAbsence(group) || asksMoreBroadly(file, group)
        ? []
        : tokenEdits(group).flatMap((edit) => {
            const detail = changedValue(edit);
            return detail === null ? [] : [{ rule: "values" as const, path: file.path, line: group.line, detail }];
          }),
  );
}

/** `!a || ` before a condition that is as it was: nothing is turned round, one more case is met. */
function asksForMoreAbsence({ before, after }: TokenGroup): boolean {
  const was = flatOf(before, 0, before.length);
  const now = flatOf(after, 0, after.length);
  return [...now.matchAll(/(?:!|\bnot )[\w$.?]{1,100}(?:\|\|| or )/g)].some(
    ({ 0: part, index }) => now.slice(0, index) + now.slice(index + part.length) === was,
  );
}

function changedValue(edit: TokenEdit): string | null {
  const { deleted, inserted, next, previous } = edit;
  const [old, now] = [deleted[0], inserted[0]];
  const isOne = deleted.length === 1 && inserted.length === 1 && old !== undefined && now !== undefined;
  const told = (what: string) => `${what}: ${quoted(`${textOf(deleted)} → ${textOf(inserted)}`)}`;
  if (isOne) {
    if (old.kind === "number" && now.kind === "number") return told("a number is another");
    if (switches.test(old.text) && switches.test(now.text)) return told("a switch is turned");
    if (turned.test(old.text) && turned.test(now.text)) return told("a condition is turned round");
    if (joining.test(old.text) && joining.test(now.text)) return told("a condition is joined otherwise");
    if (arithmetic.test(old.text) && arithmetic.test(now.text)) return told("another calculation");
    if (comparison.test(old.text) && comparison.test(now.text)) {
      const isNull =
        (nothing.test(next?.text ?? "") || nothing.test(previous?.text ?? "")) &&
        old.text.startsWith("!") === now.text.startsWith("!");
      // `==` → `===` only asks more exactly.
      const isStricter = `${old.text}=` === now.text && equality.test(old.text);
      return isNull || isStricter ? null : told("another comparison");
    }
  }
  const isNegated = (tokens: readonly Token[], others: readonly Token[]) =>
    // Behind a value, `!` says that it is not null.
    tokens.length === 1 &&
    others.length === 0 &&
    negation.test(tokens[0]?.text ?? "") &&
    /^[\p{L}\p{N}_$("'`[]/u.test(next?.text ?? "");
  if (isNegated(inserted, deleted) || isNegated(deleted, inserted)) return told("a condition is turned round");
  // A sign, a factor or a part more: `total` → `total * 0.5`.
  const values = [...deleted, ...inserted];
  const isCalculation =
    values.length >= 2 &&
    values.length <= 4 &&
    values.some(({ kind }) => kind === "number") &&
    values.some(({ text }) => arithmetic.test(text)) &&
    values.every(({ kind, text }) => kind === "number" || arithmetic.test(text) || /^[()]$/.test(text));
  return isCalculation && (deleted.length === 0 || inserted.length === 0) ? told("another calculation") : null;
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join(" ");
}
