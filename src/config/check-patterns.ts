import { createContext, Script } from "node:vm";
import { patternFlags } from "../domain/redaction/own-redaction.ts";
import { probesOf } from "./pattern-probes.ts";
import type { ServiceMap } from "./service-map-schema.ts";
import type { Path, Report } from "./yaml-source.ts";

/** For one probe of 30,000 characters. Linear patterns take less than a fiftieth of it, and a slow machine is no mistake. */
const probeMsMax = 150;

/** Reports each pattern of the service map that the gate cannot use: whoever writes a log line chooses the text it runs on. */
export function checkPatterns(redaction: ServiceMap["redaction"], path: Path, report: Report): void {
  for (const [index, { pattern }] of (redaction?.patterns ?? []).entries()) {
    const mistake = findPatternMistake(pattern);
    if (mistake !== null) report([...path, "patterns", index, "pattern"], mistake);
  }
}

/** What is wrong with a pattern, as the rest of a sentence and with the cure; null where nothing is. */
export function findPatternMistake(pattern: string): string | null {
  try {
    new RegExp(pattern, patternFlags);
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : String(error);
    return `is no regular expression of JavaScript: ${said}. Flags are \`${patternFlags}\`; outside of classes only \`^$\\.*+?()[]{}|/\` are escaped.`;
  }
  if (new RegExp(pattern, patternFlags).test("")) {
    return "matches the empty text, and so stands everywhere and hides nothing. Ask for at least one character.";
  }
  if (/(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)/.test(pattern)) {
    return "refers back to a group, which no time limit could be given for. Write out what it repeats.";
  }
  const slow = slowProbeOf(pattern);
  if (slow === null) return null;
  return `would take too long: more than ${probeMsMax} ms for 30,000 characters of \`${slow}\`, and whoever writes a log line could stop everything with it. Bound the repetitions, \`{1,40}\` in place of \`+\`, put none inside another, and let the pattern begin where nothing of it can stand before, \`(?<!\\w)\`.`;
}

/** What is repeated in the first probe that takes too long. In a context of its own, for nothing else can stop an expression at work. */
function slowProbeOf(pattern: string): string | null {
  const sandbox = createContext({ pattern, flags: patternFlags, text: "" });
  const search = new Script("text.replace(new RegExp(pattern, flags), '')");
  const isOver = (): boolean => {
    try {
      search.runInContext(sandbox, { timeout: probeMsMax });
      return false;
    } catch (error) {
      // It comes from the other context, so it is no instance of our Error.
      if (typeof error === "object" && error !== null && "code" in error && error.code === overTime) return true;
      throw error;
    }
  };
  for (const { unit, text } of probesOf(pattern)) {
    sandbox["text"] = text;
    if (isSlow(isOver)) return unit;
  }
  return null;
}

const overTime = "ERR_SCRIPT_EXECUTION_TIMEOUT";
const attemptsMax = 10;

/** The limit counts time on the wall. On a busy machine we may have waited for most of it, so only an attempt that computed counts, and it takes two. */
function isSlow(isOver: () => boolean): boolean {
  let computed = 0;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const before = process.cpuUsage();
    if (!isOver()) return false;
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1_000 >= probeMsMax / 2) computed++;
    if (computed === 2) return true;
  }
  return true;
}
