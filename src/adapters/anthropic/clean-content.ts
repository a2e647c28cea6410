import { redact } from "../../domain/redact.ts";

/**
 * An assistant turn that may be saved and sent back: every text in it has passed the gate. What the model saw was redacted already, so this changes
 * something only where it invents what looks like a secret.
 */
export function cleanContent(content: readonly unknown[]): readonly unknown[] {
  return content.flatMap((block) => {
    const { type, ...rest } = recordOf(block);
    switch (type) {
      case "text":
        // Sent back, an empty one would be refused.
        return rest["text"] === "" ? [] : [{ ...rest, type, text: cleanText(String(rest["text"] ?? "")) }];
      case "tool_use":
        return [{ ...rest, type, input: cleanValue(rest["input"]) }];
      case "thinking":
        // It is signed: changed, it would be refused. Left out is allowed.
        return isClean(rest["thinking"]) ? [block] : [];
      case "redacted_thinking":
        return [block];
      default:
        return [cleanValue(block)];
    }
  });
}

/** JSON is cleaned string by string, so that a placeholder never breaks its syntax. */
function cleanText(text: string): string {
  try {
    return JSON.stringify(cleanValue(JSON.parse(text)));
  } catch {
    return redact(text);
  }
}

function cleanValue(value: unknown): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redact(key), cleanValue(inner)]));
}

function isClean(text: unknown): boolean {
  return typeof text === "string" && redact(text) === text;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
