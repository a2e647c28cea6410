import { createContext, Script } from "node:vm";
import { formatFlags } from "../domain/levers.ts";
import { patternFlags } from "../domain/redaction/own-redaction.ts";
import { probesOf } from "./pattern-probes.ts";
import type { ServiceMap } from "./service-map-schema.ts";
import type { Path, Report } from "./yaml-source.ts";

/** For one probe of 30,000 characters. Linear patterns take less than a fiftieth of it, and a slow machine is no mistake. */
const probeMsMax = 150;

/** How a pattern of the service map is used. */
interface PatternUse {
  readonly flags: string;
  /** With `pattern`, `flags` and `text`. */
  readonly search: string;
  /** What a match of the empty text would mean; null where it does no harm. */
  readonly emptyMeans: string | null;
}

export const patternUses = {
  redaction: {
    flags: patternFlags,
    search: "text.replace(new RegExp(pattern, flags), '')",
    emptyMeans: "stands everywhere and hides nothing",
  },
  format: {
    flags: formatFlags,
    search: "new RegExp(pattern, flags).exec(text)",
    emptyMeans: "says nothing of any line",
  },
  alert: {
    flags: "imu",
    search: "new RegExp(pattern, flags).exec(text)",
    emptyMeans: "says nothing of any alert",
  },
  filter: { flags: "", search: "new RegExp(pattern, flags).test(text)", emptyMeans: null },
} as const satisfies Readonly<Record<string, PatternUse>>;

/** Reports each pattern of the service map that the gate cannot use: whoever writes a log line chooses the text it runs on. */
export function checkPatterns(redaction: ServiceMap["redaction"], path: Path, report: Report): void {
  for (const [index, { pattern }] of (redaction?.patterns ?? []).entries()) {
    const mistake = findPatternMistake(pattern, patternUses.redaction);
    if (mistake !== null) report([...path, "patterns", index, "pattern"], mistake);
  }
}

/** What is wrong with a pattern, as the rest of a sentence and with the cure; null where nothing is. */
export function findPatternMistake(pattern: string, use: PatternUse): string | null {
  const { flags, emptyMeans } = use;
  try {
    new RegExp(pattern, flags);
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : String(error);
    return `is no regular expression of JavaScript: ${said}. ${flags.includes("u") ? `Flags are \`${flags}\`; outside of classes only \`^$\\.*+?()[]{}|/\` are escaped.` : "Mend it, or take it out."}`;
  }
  if (emptyMeans !== null && new RegExp(pattern, flags).test("")) {
    return `matches the empty text, and so ${emptyMeans}. Ask for at least one character.`;
  }
  if (/(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)/.test(pattern)) {
    return "refers back to a group, which no time limit could be given for. Write out what it repeats.";
  }
  const slow = slowProbeOf(pattern, use);
  if (slow === null) return null;
  return `would take too long: more than ${probeMsMax} ms for 30,000 characters of \`${slow}\`, and whoever writes a log line could stop everything with it. Bound the repetitions, \`{1,40}\` in place of \`+\`, put none inside another, and let the pattern begin where nothing of it can stand before, \`(?<!\\w)\`.`;
}

/** What is repeated in the first probe that takes too long. In a context of its own, for nothing else can stop an expression at work. */
function slowProbeOf(pattern: string, { flags, search }: PatternUse): string | null {
  const sandbox = createContext({ pattern, flags, text: "" });
  const script = new Script(search);
  const isOver = (): boolean => {
    try {
      script.runInContext(sandbox, { timeout: probeMsMax });
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
