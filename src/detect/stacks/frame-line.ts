import { isBrowserFrame } from "./browser-frame.ts";
import { isJavaFrame, isPlainJavaFrame } from "./java-stack.ts";

/** Languages, or groups of them, whose frames are laid out alike. `at`: the JVM's; `script`: V8's; `gecko`: those of the other engines of JavaScript. */
export type StackFamily =
  | "at"
  | "script"
  | "gecko"
  | "dotnet"
  | "python"
  | "go"
  | "ruby"
  | "php"
  | "rust"
  | "beam"
  | "native"
  | "dart";

/** Frames are short, but for names that compilers make up; of a longer line the front tells. */
const lineLengthMax = 1500;

/**
 * Whose stack traces have a line like the one from `at` to `end`; null for any other line. By what it begins with, so that lines of ordinary text cost little.
 */
export function frameFamilyOf(text: string, at: number, end: number): StackFamily | null {
  let content = at;
  while (content < end && isBlank(text.charCodeAt(content))) content++;
  if (content === end) return null;
  const isIndented = content > at;
  switch (text.charCodeAt(content)) {
    case 97: // a
      if (!text.startsWith("at ", content)) break;
      if (isIndented) return familyOfAt(text, content + 3, end);
      // Some shippers cut the blanks in front.
      return isPlainJavaFrame(text.slice(content + 3, Math.min(end, content + lineLengthMax))) ? "at" : null;
    case 33: // !, with which Dropwizard begins each line of a stack trace
      return isBlank(text.charCodeAt(content + 1)) ? frameFamilyOf(text, content + 1, end) : null;
    case 70: // F
      if (text.startsWith('File "', content)) return isIndented ? "python" : null;
      break;
    case 84: // T
      if (text.startsWith("Traceback (most recent call last):", content)) return "python";
      break;
    case 62: // >, with which loguru marks the frame that caught
      if (text.startsWith('> File "', content)) return "python";
      break;
    case 0x256d: // the corner of the box that rich draws, and its like in ASCII
    case 43:
      if (text.slice(content, Math.min(end, content + lineLengthMax)).includes(" Traceback (most recent call last)")) {
        return "python";
      }
      break;
    case 39: // ', in a text that Node's printer of objects broke into lines
      return text.startsWith("'    at ", content) ? "script" : null;
    case 35: // #
      return familyOfNumbered(text, content, end);
    case 64: // @
      if (matches(glogFrame, text, content)) return "native";
      break;
    case 91: // [
    case 123: // {
      if (matches(erlangTerm, text, content)) return "beam";
      break;
    case 40: // (
      return matches(beamApplication, text, content) ? "beam" : null;
    default:
      if (isDigit(text.charCodeAt(content))) return familyOfDigit(text, content, end);
  }
  const line = text.slice(content, Math.min(end, content + lineLengthMax));
  if (isPlainJavaFrame(line)) return "at";
  if (line.includes(".dart ") && matches(dartTerse, line, 0)) return "dart";
  if (line.includes("@") && isBrowserFrame(line, 0, line.trimEnd().length)) return "gecko";
  if (line.includes(":") && /[:.][\w(]/.test(line)) return familyOfPlace(line, isIndented);
  return line.endsWith("]") && backtraceSymbol.test(line) ? "native" : null;
}

/** A place in the code, `file:line`, by what the file is called and what stands around it. */
function familyOfPlace(line: string, isIndented: boolean): StackFamily | null {
  if (line.includes(":in ")) return rubyPlace.test(line) ? "ruby" : null;
  const colon = line.search(/\.(?:go|s|c|exs?|[eh]rl|l?eex|heex):\d/);
  if (colon === -1) return erlangCall.test(line) ? "beam" : null;
  if (isIndented && matches(goPlace, line, 0)) return "go";
  if (matches(codePlace, line, 0)) return "beam";
  return !isIndented && matches(goCodePlace, line, 0) ? "go" : null;
}

/** `\t/app/store.go:12 +0x1f` below the function's name. */
const goPlace =
  /\S.{0,500}?\.(?:go|s|c|cgo1\.go):\d{1,9}(?: \+0x[0-9a-f]{1,16})?(?: fp=0x\S{1,20} sp=0x\S{1,20} pc=0x\S{1,20})?\s{0,3}$/y;
/** gin and go-errors: `/app/store.go:12 (0x4a1)` above the function's name. */
const goCodePlace = /\S{1,500}\.(?:go|s|c):\d{1,9} \(0x[0-9a-f]{1,16}\)\s{0,3}$/y;
const rubyPlace = /:\d{1,7}:in [`'][^`']{1,300}'/;
const beamApplication =
  /\([a-z]\w{0,60}(?: \d[\w.+-]{0,60})?\) (?:\S{1,300}\.[ehxyr]{1,3}l?s?:\d{1,7}: |:?[A-Za-z_]["\w.]{0,200}[./])/y;
/** ` {pharmacy,price,1,[{file,"src/pharmacy.erl"},{line,6}]}` */
const erlangTerm =
  /\[?\{(?:'[^'\n]{1,200}'|[a-z][\w@]{0,100}),(?:'[^'\n]{1,300}'|[a-z][\w@]{0,100}),(?:\d{1,3}|\[[^\n]{0,500}\]),(?:\s*\n\s*)?(?:\[\{(?:file|error_info),|\[\]\})/y;
/** `lib/shop/cart.ex:12: Shop.Cart.add/2` */
const codePlace = /[\w./-]{1,300}\.(?:ex|exs|erl|eex|heex|leex):\d{1,7}: [:"A-Za-z]/y;
const erlangCall = /^in (?:function|call from) {1,3}\S{1,300}\/\d{1,3}(?: \(|$)/;
const backtraceSymbol =
  /^\S{1,400}\([^()]{0,1000}(?:\([^()]{0,500}\)[^()]{0,200})?\+?(?:0x[0-9a-f]{1,16})?\) ?\[0x[0-9a-f]{1,16}\]$/;

/** `at /app/main.js:3:1`, `at async file:///app/main.js:3:1`; a path may have brackets. */
const scriptPlace = /:\d{1,9}:\d{1,9}[,\]} {]{0,8}$|^(?:async )?(?:\/|file:|node:|[a-z-]{2,30}:\/\/)/;
/** A path, a place, `<anonymous>`; not the words in brackets at the end of a sentence. */
const scriptInside = /[/\\:<]|^(?:native|index \d|eval at|anonymous)|\.[cm]?[jt]sx?$/;
const rustAt = /\S{1,500}\.rs:\d{1,7}(?::\d{1,7})?\s{0,3}$/y;

/** Behind `at `. What stands in the brackets tells .NET from the JVM: types and names, or nothing, instead of a file. V8 has a blank before them, or none. */
function familyOfAt(text: string, from: number, end: number): StackFamily | null {
  if (matches(rustAt, text.slice(from, Math.min(end, from + lineLengthMax)), 0)) return "rust";
  const open = text.indexOf("(", from);
  if (open === -1 || open >= end)
    return scriptPlace.test(text.slice(from, Math.min(end, from + lineLengthMax))) ? "script" : "at";
  const isSpaced = isBlank(text.charCodeAt(open - 1));
  const close = text.indexOf(")", open);
  if (close === -1 || close >= end) return isSpaced ? "script" : "at";
  if (text.startsWith(") in ", close) || text.startsWith(") [0x", close)) return "dotnet";
  if (close === open + 1) return "dotnet";
  if (text.startsWith("(wrapper ", from)) return "dotnet";
  const inside = text.slice(open + 1, Math.min(close, open + 200));
  if (isSpaced) {
    const line = text.slice(from, Math.min(end, from + lineLengthMax));
    if (isJavaFrame(line)) return "at";
    return scriptInside.test(inside) || scriptPlace.test(line) ? "script" : null;
  }
  return inside.includes(" ") && dotnetParameters.test(inside) ? "dotnet" : "at";
}

/** `String text, Int32 count`, `IEnumerable`1 items, Boolean& found`; not `Native Method` or `Unknown Source`. */
const dotnetParameters = /^(?!Native Method$|Unknown Source$)[\w.`[\],+<>?*&@]{1,150} [\w@]{1,100}(?:$|,|\s)/;

const phpNumbered = /#\d{1,6} (?:\{main\}|\[internal function\]: |\S.{0,500}\(\d{1,7}\): )/y;
const dartNumbered = /#\d{1,6} {2,10}\S.{0,300} \((?:package:|dart:|file:|\S{1,300}\.dart|<anonymous closure>)/y;
const dartAot = /#\d{2,4} abs [0-9a-f]{6,16} /y;
const nativeNumbered =
  /#\d{1,6} {1,6}(?:0x[0-9a-f]{4,16}(?: in | \(|$)|.{1,400} (?:at \S{1,300}:\d{1,7}$|from \S{1,300}$|\(.{0,200}\)$))/y;

/** `#0 …` */
function familyOfNumbered(text: string, content: number, end: number): StackFamily | null {
  if (!isDigit(text.charCodeAt(content + 1))) return null;
  const line = text.slice(content, Math.min(end, content + lineLengthMax)).trimEnd();
  if (matches(dartNumbered, line, 0) || matches(dartAot, line, 0)) return "dart";
  if (matches(phpNumbered, line, 0)) return "php";
  return matches(nativeNumbered, line, 0) ? "native" : null;
}

/** `    @     0x557481680d87 mill::Wheel::turn()` */
const glogFrame = /@ {1,30}0x[0-9a-f]{1,16} {1,4}\S/y;
const rustNumbered = /\d{1,5}: {1,6}(?:0x[0-9a-f]{4,16} - \S|[^\s:]{1,200}::)/y;
/** `package:shop/cart.dart 12:20  Cart.total` */
const dartTerse = /\S{1,300}\.dart {1,3}\d{1,7}(?::\d{1,7})? {2,60}\S/y;
const rubyNumbered = /\d{1,5}: from \S/y;
const boostNumbered = /\d{1,5}# \S/y;
const swiftNumbered =
  /\d{1,4} (?:\[ra\] |\[inlined\] |\[system\] |\[ra\] \[system\] )?(?:\[[a-z ]{1,20}\] )?0x[0-9a-f]{6,16} \S|\d{1,4} {1,4}\S{1,100} {1,40}(?:\t)?0x[0-9a-f]{8,16} \S/y;

function familyOfDigit(text: string, content: number, end: number): StackFamily | null {
  const line = text.slice(content, Math.min(end, content + lineLengthMax));
  if (matches(rustNumbered, line, 0)) return "rust";
  if (matches(rubyNumbered, line, 0)) return "ruby";
  return matches(boostNumbered, line, 0) || matches(swiftNumbered, line, 0) ? "native" : null;
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

const isBlank = (code: number): boolean => code === 32 || code === 9;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
