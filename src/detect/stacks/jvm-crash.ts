import type { Frame } from "../../domain/error-entry.ts";
import type { ParsedTrace } from "./parsed-trace.ts";

const opening = "# A fatal error has been detected by the Java Runtime Environment";
const reason =
  /\n#\s{1,4}(?:([A-Z][A-Z_]{3,40}) \(0x[0-9a-f]{1,16}\)[^\n]{0,300}|(Internal Error|Out of Memory Error) \([^\n]{1,300})/;
/** `# C  [libc.so.6+0x18a10]  memcpy+0x20`, `# J 4 c2 com.acme.Cart.add(I)V`. */
const problematic =
  /\n# Problematic frame:\n# ([A-Za-z])\s{1,8}(?:\[([^\]\n+]{1,200})[^\]\n]{0,40}\]\s{0,8})?([^\n]{0,300})/;

/** What the JVM writes when it dies itself: the signal, and the frame in which it came. */
export function parseJvmCrash(text: string): ParsedTrace | null {
  const startsAt = text.indexOf(opening);
  if (startsAt === -1 || (startsAt > 0 && !/[\n#\s]/.test(text.charAt(startsAt - 1)))) return null;
  const why = reason.exec(text);
  const frame = frameOf(problematic.exec(text));
  return {
    exceptions: [
      {
        type: why?.[1] ?? why?.[2] ?? "FatalError",
        message: why === null ? opening.slice(2) : withoutSign(why[0], why[1] ?? why[2] ?? ""),
        frames: frame === null ? [] : [frame],
      },
    ],
    startsAt,
  };
}

function withoutSign(line: string, type: string): string {
  return line.slice(line.indexOf(type) + type.length).trim();
}

function frameOf(found: RegExpExecArray | null): Frame | null {
  if (found === null) return null;
  const name = (found[3] ?? "").trim().replace(/\+0x[0-9a-f]{1,16}$/, "");
  if (name === "" && found[2] === undefined) return null;
  return {
    function: name === "" ? null : name,
    module: found[2] ?? null,
    file: null,
    line: null,
    column: null,
    isOwn: false,
  };
}
