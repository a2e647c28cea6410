import type { StackFamily } from "./frame-line.ts";

const heads: readonly (readonly [StackFamily, RegExp])[] = [
  ["rust", /^thread '[^'\n]{0,100}' (?:\(\d{1,10}\) )?panicked at /],
  ["go", /^(?:panic|fatal error): /],
  [
    "native",
    /^(?:\w{1,20}Sanitizer:DEADLYSIGNAL|==\d{1,10}==(?:ERROR|WARNING): \w{1,20}Sanitizer|\S{1,300}:\d{1,7}:\d{1,7}: runtime error: |terminate called |\*\*\* .{1,100} detected \*\*\*|\*\*\* Aborted at |(?:Program|Thread \d{1,9}.{0,200}) (?:received signal|terminated with))|: Assertion [`'].{1,500}' failed\.$|^(?:\S{1,300}:\d{1,7}: )?(?:Fatal error|Precondition failed|Assertion failed): /u,
  ],
  ["beam", /^=(?:ERROR|CRASH|SUPERVISOR) REPORT==== /],
  ["dart", /^\u2550{2,100}\u2561 EXCEPTION CAUGHT BY |^\[ERROR:flutter\/.{1,200} Unhandled Exception: /],
];

/** Whose runtime begins to tell of a failure with such a line; null for any other. */
export function familyOfHead(line: string): StackFamily | null {
  const front = line.length > 1000 ? line.slice(0, 1000) : line;
  return heads.find(([family, head]) => (family !== "native" || mayBeNative(front)) && head.test(front))?.[0] ?? null;
}

/** A cheap look, for nearly every line is asked: whether anything stands there that the expression needs. */
function mayBeNative(line: string): boolean {
  const first = line.charCodeAt(0);
  return (
    first === 61 ||
    first === 42 ||
    line.startsWith("terminate called ") ||
    line.startsWith("Program ") ||
    line.startsWith("Thread ") ||
    line.includes("rror: ") ||
    line.includes("ion failed: ") ||
    line.endsWith("' failed.") ||
    line.slice(0, 40).includes("Sanitizer:DEADLYSIGNAL")
  );
}

/** What runtimes print between and below their frames, at the margin. */
const between: Readonly<Partial<Record<StackFamily, RegExp>>> = {
  php: /^(?:"[}\]]|Stack trace:|PHP (?: {1,3}\d{1,4}\. |Stack trace:))/,
  beam: /^(?:Last message|State: |Function: |Client |Initial Call: |Ancestors: |Neighbours:|Queue: |Postponed: |Start Call: |Error in process |\*\* )/,
  native:
    /^(?:={20}|==\d{1,10}==|READ |WRITE |=?>?0x|Address |AddressSanitizer|UndefinedBehavior|SUMMARY: |Shadow |HINT: |Thread |The signal |freed by |previously |allocated by |Register|Images |PC: |\*\*\* SIG|\[Inferior |x\d{1,2} 0x|\u{1f4a3} |Crash |Backtrace took|No symbol )/u,
  dart: /^(?:<asynchronous suspension>|\(elided |\u2550{20}|When the exception |The (?:relevant|following) |Handler: |Recognizer:|#\d)/,
  dotnet: /^--- End of /,
  rust: /^(?:note: |thread caused |fatal runtime error|Location:)/,
};

export function isBetweenFrames(family: StackFamily, line: string): boolean {
  return between[family]?.test(line.length > 500 ? line.slice(0, 500) : line) === true;
}
