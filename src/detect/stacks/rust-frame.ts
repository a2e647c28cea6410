import type { Frame } from "../../domain/error-entry.ts";
import type { OwnJudge } from "./own-frame.ts";

/** `  12: app::store::get`, `  12:     0x55d0c0a3 - app::store::get::h0123456789abcdef`. */
const name = /^\s*\d{1,5}: {1,30}(?:0x[0-9a-f]{1,16} - )?(\S.{0,3000}?)\s*$/;
/** An inlined function has no number of its own in some forms. */
const unnumbered = /^ {20,60}(?:- )?(\S.{0,1000}?)\s*$/;
const place = /^\s+at (\S.{0,500}?):(\d{1,9})(?::(\d{1,9}))?\s*$/;

/** The frames of a backtrace of Rust, innermost first, and how many lines they take; what the runtime does before and behind the program's own part is left out. */
export function readRustFrames(
  lines: readonly string[],
  from: number,
  isOwn: OwnJudge,
): { readonly frames: Frame[]; readonly end: number } {
  const frames: Frame[] = [];
  let at = from;
  let isOver = false;
  for (; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const found = name.exec(line) ?? (frames.length > 0 && !place.test(line) ? unnumbered.exec(line) : null);
    if (found === null) break;
    const placed = place.exec(lines[at + 1] ?? "");
    if (placed !== null) at++;
    const plain = plainName(found[1] ?? "");
    if (plain.includes("__rust_end_short_backtrace")) frames.length = 0;
    else if (plain.includes("__rust_begin_short_backtrace")) isOver = true;
    else if (!isOver) frames.push(frameOf(plain, placed, isOwn));
  }
  return { frames, end: at };
}

/** Without what tells two builds apart: `::h0123456789abcdef`, `std[e28293b1aa0f68bd]::`. */
function plainName(given: string): string {
  const plain = given.includes("[") ? given.replace(/\[[0-9a-f]{8,16}\]/g, "") : given;
  return plain.replace(/::h[0-9a-f]{16}$/, "");
}

function frameOf(given: string, placed: RegExpExecArray | null, isOwn: OwnJudge): Frame {
  const { module, name: method } = splitName(given);
  const file = placed?.[1] ?? null;
  return {
    function: given === "<unknown>" ? null : method,
    module,
    file,
    line: placed === null ? null : Number(placed[2]),
    column: placed?.[3] === undefined ? null : Number(placed[3]),
    isOwn: isOwn("rust", module, file),
  };
}

/** At the last `::` that is neither inside of angle brackets nor in front of them, a closure belonging to the function that it is in. */
function splitName(given: string): { readonly module: string | null; readonly name: string } {
  const closure = given.search(/::\{\{?(?:closure|async)/);
  let depth = 0;
  for (let at = (closure === -1 ? given.length : closure) - 1; at > 1; at--) {
    const code = given.charCodeAt(at);
    if (code === 62 && given.charCodeAt(at - 1) !== 45) depth++;
    else if (code === 60) depth--;
    else if (code === 58 && depth === 0 && given.charCodeAt(at - 1) === 58 && given.charCodeAt(at + 1) !== 60) {
      return { module: given.slice(0, at - 1), name: given.slice(at + 1) };
    }
  }
  return { module: null, name: given };
}
