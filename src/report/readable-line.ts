const messageKeys = ["msg", "message", "error", "event"];
const depthMax = 4;

/**
 * A log line for a person: of JSON, its message and the longest text of several lines in it, which is the stack trace, with its line breaks.
 * Everything else as it is.
 */
export function readableLine(line: string): string {
  const fields = parseObject(line);
  if (fields === null) return line;
  const message = messageKeys.map((key) => fields[key]).find((value) => typeof value === "string");
  const longest = textsOf(fields, 0)
    .filter((text) => text.trim().includes("\n"))
    .reduce((best, text) => (text.length > best.length ? text : best), "");
  if (message === undefined && longest === "") return line;
  if (longest === "") return String(message);
  return message === undefined || longest.includes(message) ? longest : `${message}\n${longest}`;
}

function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith("{")) return null;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null; // Cut by a limit, or not JSON after all: shown as it is.
  }
}

function textsOf(value: unknown, depth: number): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || depth >= depthMax) return [];
  return Object.values(value).flatMap((inner) => textsOf(inner, depth + 1));
}
