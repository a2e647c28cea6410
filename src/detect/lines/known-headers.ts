import type { Level } from "../../domain/error-entry.ts";
import { levelOfCapital, levelOfTextWord, levelOfWord } from "./level.ts";

/** A header that one logger alone writes, recognised as a whole. */
export interface KnownHeader {
  readonly level: Level | null;
  readonly messageAt: number;
}

interface Form {
  readonly pattern: RegExp;
  readonly level: (found: RegExpExecArray) => Level | null;
}

const capital = (found: RegExpExecArray): Level | null => levelOfCapital(found[1] ?? "");
const word = (found: RegExpExecArray): Level | null => levelOfWord(found[1] ?? "");
const mark: Readonly<Record<string, Level>> = { ".": "debug", "-": "debug", "*": "info", "#": "warn" };

/** klog and glog: `E1120 07:13:01.500000       1 store.go:12] `, and CockroachDB's like it. */
const klog: Form = {
  pattern:
    /([IWEF])\d{4}(?:\d{2}|\d{4})? \d\d:\d\d:\d\d\.\d{1,9}\s{1,12}\d{1,9} [^\]\s]{1,200}:\d{1,6}(?:\] | \u22ee \[[^\]\n]{0,200}\] (?:\d{1,12} {1,2})?)/y,
  level: capital,
};
/** Ruby's Logger: `E, [2026-11-20T07:13:01.237443 #12] ERROR -- shop: `, and the request that Rails puts in front of the message. */
const ruby: Form = {
  pattern:
    /[DIWEFAU], \[\d{4}[^\]\n]{6,60}\] {1,3}([A-Z]{3,7}) -- (?:[^:\n]{0,100}): (?:\[[0-9a-f]{8}-[0-9a-f-]{27}\] ){0,2}/y,
  level: (found) => levelOfTextWord(found[1] ?? ""),
};
/** Android's brief form: `E/Orders( 1234): `. */
const logcat: Form = { pattern: /([VDIWEF])\/[^(\n]{1,80}\( {0,6}\d{1,7}\): /y, level: capital };
/** Android's threadtime: `11-20 07:13:00.123  1234  1250 E Orders: `. */
const logcatTime: Form = {
  pattern: /\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {1,6}\d{1,7} {1,6}\d{1,7} ([VDIWEF]) [^:\n]{1,80}: /y,
  level: capital,
};
/** Redis: `1:M 20 Nov 2026 07:13:00.000 # `. */
const redis: Form = {
  pattern: /\d{1,8}:[XCSM] \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3} ([.*#-]) /y,
  level: (found) => mark[found[1] ?? ""] ?? null,
};
/** Tornado: `[E 261120 07:13:00 web:1] `, Jupyter: `[E 2026-11-20 07:13:00.123 App] `. */
const tornado: Form = { pattern: /\[([DIWEC]) \d{4,6}[^\]\n]{8,100}\] ?/y, level: capital };
/** .NET's console: `fail: Shop.Orders[0]`, the message behind it or in the next line. */
const dotnet: Form = { pattern: /(trce|dbug|info|warn|fail|crit): [\w.`+<>,]{1,200}\[\d{1,10}\][ \t]?/y, level: word };
/** Erlang: `=ERROR REPORT==== 20-Nov-2026::07:13:00 ===`. */
const erlang: Form = {
  pattern: /=([A-Z]{4,10}) REPORT====[^\n]{0,60}=== ?/y,
  level: (found) =>
    found[1] === "CRASH" || found[1] === "SUPERVISOR" ? "error" : (levelOfTextWord(found[1] ?? "") ?? "info"),
};
const php: Form = {
  pattern:
    /PHP ((?:Recoverable |Catchable )?[Ff]atal error|Parse error|Core error|Warning|User warning|User error|Notice|User notice|Deprecated|Strict Standards): {1,2}/y,
  level: ({ 1: what = "" }) => {
    const lower = what.toLowerCase();
    if (lower.includes("fatal")) return "fatal";
    if (lower.includes("error")) return "error";
    return lower.includes("warning") || lower === "deprecated" ? "warn" : "info";
  },
};
/** Node: `(node:12) [DEP0005] DeprecationWarning: `. */
const nodeWarning: Form = {
  pattern: /\(node:\d{1,10}\) (?:\[\w{1,40}\] )?(?!UnhandledPromiseRejection)(?=[A-Z]\w{0,60}Warning: )()/y,
  level: () => "warn",
};
/** Monolog, behind its time: `shop.ERROR: `. */
const monolog: Form = {
  pattern: /[\w-]{1,60}\.(DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY): /y,
  level: word,
};

/** logrus on a terminal: `ERRO[0012] message`. */
const logrus: Form = {
  pattern: /(TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[[^\]\n]{1,40}\] ?/y,
  level: (found) => levelOfTextWord({ TRAC: "trace", DEBU: "debug", PANI: "panic" }[found[1] ?? ""] ?? found[1] ?? ""),
};

/** Amazon's PostgreSQL, behind its time: `:10.0.0.7(5432):user@db:[12]:ERROR:  `. */
const postgresPrefix: Form = {
  pattern: /[^\s[]{0,160}:\[\d{1,10}\]:([A-Z]{3,9}\d?): {1,2}/y,
  level: (found) => levelOfTextWord(found[1] ?? ""),
};
/** Jetty, behind its time: `:WARN:oejs.HttpChannel:qtp12-17: `. */
const jetty: Form = {
  pattern: /([A-Z]{4,6}):[\w.$]{1,150}:[^:\n]{1,100}: /y,
  level: (found) => levelOfTextWord(found[1] ?? ""),
};
/** What log4j 1 and 2 say of themselves: `log4j:ERROR `. */
const log4j: Form = { pattern: /log4j:(ERROR|WARN) /y, level: word };
/** `,ERROR,orders.api,message`, as some have it who ask Python for commas. */
const commas: Form = { pattern: /,([A-Z]{4,8}),(?:[\w.$-]{1,100},)?/y, level: word };
/** WebLogic: `####<time> <Error> <JDBC> … <BEA-001112> <message>`. */
const webLogic: Form = {
  pattern: /####<[^>\n]{1,60}> <([A-Z][a-z]{3,9})> (?:<[^\n]{0,200}?> ){0,12}(?=<[^<>\n]{1,2000}>)/y,
  level: word,
};

/** By the first character, for most lines have none of them. */
export function knownHeaderAt(text: string, at: number): KnownHeader | null {
  switch (text.charCodeAt(at)) {
    case 35: // #
      return match(webLogic, text, at);
    case 40: // (
      return match(nodeWarning, text, at);
    case 61: // =
      return match(erlang, text, at);
    case 80: // P
      return match(php, text, at) ?? match(logrus, text, at);
    case 84: // T
      return match(logrus, text, at);
    case 91: // [
      return match(tornado, text, at);
    case 108: // l
      return match(log4j, text, at);
    case 99: // c
    case 100: // d
    case 102: // f
    case 105: // i
    case 116: // t
    case 119: // w
      return match(dotnet, text, at);
    case 65: // A
    case 67: // C
    case 68: // D
    case 69: // E
    case 70: // F
    case 73: // I
    case 85: // U
    case 86: // V
    case 87: // W
      return match(klog, text, at) ?? match(ruby, text, at) ?? match(logcat, text, at) ?? match(logrus, text, at);
    default:
      return isDigit(text.charCodeAt(at)) ? (match(redis, text, at) ?? match(logcatTime, text, at)) : null;
  }
}

/** What some write between a time and the message. */
export function knownHeaderBehindTime(text: string, at: number): KnownHeader | null {
  return (
    match(monolog, text, at) ??
    match(postgresPrefix, text, at) ??
    (text.charCodeAt(at) === 44 ? match(commas, text, at) : null) ??
    (text.charCodeAt(at - 1) === 58 ? match(jetty, text, at) : null) ??
    (text.charCodeAt(at) === 80 ? match(php, text, at) : null)
  );
}

function match(form: Form, text: string, at: number): KnownHeader | null {
  form.pattern.lastIndex = at;
  const found = form.pattern.exec(text);
  return found === null ? null : { level: form.level(found), messageAt: form.pattern.lastIndex };
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
