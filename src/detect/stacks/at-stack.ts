import { parseJvmTrace } from "./jvm-trace.ts";
import type { OwnJudge } from "./own-frame.ts";
import type { ParsedTrace } from "./parsed-trace.ts";
import { parseScriptStack } from "./script-stack.ts";

/**
 * A stack trace whose frames begin with `at `: the JVM's, or JavaScript's.
 * @param messageAt where the log message begins, behind the logger's header: the exception's first line may be the rest of that line
 */
export function parseAtStack(text: string, messageAt: number, isOwn: OwnJudge): ParsedTrace | null {
  return parseJvmTrace(text, messageAt, isOwn) ?? parseScriptStack(text, messageAt, isOwn, "v8");
}
