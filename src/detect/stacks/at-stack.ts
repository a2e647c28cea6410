import { isJavaFrame } from "./java-stack.ts";
import { parseJvmTrace } from "./jvm-trace.ts";
import type { OwnJudge } from "./own-frame.ts";
import type { ParsedTrace } from "./parsed-trace.ts";
import { parseScriptStack } from "./script-stack.ts";

/** Lines that are asked whether the JVM wrote them. */
const judgedMax = 5;

/**
 * A stack trace whose frames begin with `at `: the JVM's, or JavaScript's.
 * @param messageAt where the log message begins, behind the logger's header: the exception's first line may be the rest of that line
 */
export function parseAtStack(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  return (
    (isOfJvm(text) ? parseJvmTrace(text, messageAt, isOwn) : null) ?? parseScriptStack(text, messageAt, isOwn, "v8")
  );
}

function isOfJvm(text: string): boolean {
  let at = text.startsWith("at ") ? 0 : text.search(/[\n\t ]at /) + 1;
  for (let judged = 0; judged < judgedMax && (at > 0 || judged === 0); judged++) {
    const lineBreak = text.indexOf("\n", at);
    if (isJavaFrame(text, at + 3, lineBreak === -1 ? text.length : lineBreak)) return true;
    at = lineBreak === -1 ? 0 : text.indexOf("at ", lineBreak);
  }
  return false;
}
