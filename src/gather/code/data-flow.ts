/** Lines above that are looked at, and lines that are taken. */
const reachMax = 120;
const linesMax = 8;
const fileLinesMax = 3_000;
const lineLengthMax = 400;

const words = new Set(
  "const let var val final auto if else for foreach while return throw new await async in of as is not and or def fun func fn function self this null nil None undefined true false True False int string String List".split(
    " ",
  ),
);
/** `=`, `:=`, `+=`, `<<`, and none of `==`, `=>`, `<=`. */
const assignment = /(?<![=!<>~])(?::=|<<|(?:[+\-*|&?]{1,2})?=)(?![=>~])/;
const field = /^\s*(?:@|(?:this|self|\$this)(?:\.|->)#?)([\p{L}_$][\p{L}\p{N}_$]*)\s*=(?!=)/u;
const loop = /\b(?:for|foreach)\b\s*\(?(.*?)\s(?:in|of|:=?\s*range|:)\s(.*)$/;

/**
 * Lines of a function whose values flow into one of its lines, by the names of variables: `items` of `items.length`, then what `items` was assigned. A reading
 * of the text, not an analysis; the line itself is not among them.
 */
export function linesBehind(lines: readonly string[], line: number, firstLine: number): readonly number[] {
  const wanted = new Set(namesIn(lines[line - 1] ?? ""));
  const behind: number[] = [];
  for (let at = line - 1; at >= Math.max(firstLine, line - reachMax) && behind.length < linesMax; at--) {
    const [left, right] = sides(lines[at - 1] ?? "");
    if (left === null || !namesIn(left).some((name) => wanted.has(name))) continue;
    behind.push(at);
    for (const name of namesIn(right)) wanted.add(name);
  }
  return behind;
}

/** Lines of a file that give a field of the object its value, of those fields that a line uses: `@zone = …`, `this.zone = …`. */
export function linesOfFields(lines: readonly string[], line: number): readonly number[] {
  const names = new Set(namesIn(lines[line - 1] ?? "").map((name) => name.replace(/^[@$]/, "")));
  const found: number[] = [];
  for (const [index, text] of lines.slice(0, fileLinesMax).entries()) {
    const [, name] = field.exec(text.slice(0, lineLengthMax)) ?? [];
    if (name !== undefined && names.has(name) && index + 1 !== line) found.push(index + 1);
    if (found.length >= linesMax) break;
  }
  return found;
}

function sides(line: string): readonly [left: string | null, right: string] {
  const text = withoutStrings(line);
  const [, all, one] = /\bforeach\s*\((.*)\sas\s(.*)/.exec(text) ?? [];
  if (all !== undefined && one !== undefined) return [one, all];
  const [, each, from] = loop.exec(text) ?? [];
  if (each !== undefined && from !== undefined) return [each, from];
  const at = assignment.exec(text);
  return at === null ? [null, ""] : [text.slice(0, at.index), text.slice(at.index)];
}

function namesIn(line: string): readonly string[] {
  const names = withoutStrings(line).match(/[\p{L}_$@][\p{L}\p{N}_$]*/gu) ?? [];
  return names.filter((name) => !words.has(name));
}

/** What is filled into a string is code: `"${name}"`, `f"{name}"`; the rest of it is none. */
function withoutStrings(line: string): string {
  return line
    .slice(0, lineLengthMax)
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, (text) => (text.match(/\{[^{}]*\}/g) ?? []).join(" "));
}
