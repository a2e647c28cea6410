/** The line below a traceback, `psycopg2.errors.UniqueViolation: duplicate key`; an exception without a message has no colon. */
export interface PythonHeader {
  readonly type: string | null;
  readonly message: string | null;
}

const messageLinesMax = 50;
const messageLengthMax = 8192;
const none: PythonHeader = { type: null, message: null };

/** The exception's line at `at`, and those below it that belong to its message. */
export function readPythonHeader(text: string, at: number): PythonHeader {
  if (at < 0 || at >= text.length) return none;
  const lines = text.slice(at, at + messageLengthMax).split("\n", messageLinesMax);
  const first = lines.findIndex((line) => line.trim() !== "");
  const header = lines[first]?.trim() ?? "";
  // loguru leaves one line blank above it.
  if (header === "" || first > 1 || endsMessage(header)) return none;
  const end = lines.findIndex((line, index) => index > first && endsMessage(line));
  return splitHeader(header, lines.slice(first + 1, end === -1 ? lines.length : end));
}

function endsMessage(line: string): boolean {
  return (
    line.trim() === "" ||
    line.includes("Traceback (most recent call last)") ||
    line.startsWith("Stack (most recent call last):") ||
    line.startsWith("During handling of the above") ||
    line.startsWith("The above exception was") ||
    line === '"""' ||
    /^[-+]{1,3}-{4,}/.test(line)
  );
}

function splitHeader(header: string, more: readonly string[]): PythonHeader {
  const found = /^([A-Za-z_](?:[\w.]|<locals>){0,200})(?::\s?|$)/.exec(header);
  if (found?.[1] === undefined) return { type: null, message: [header, ...more].join("\n").trim() };
  const message = [header.slice(found[0].length), ...more].join("\n").trim();
  return { type: found[1], message: message === "" ? null : message };
}
