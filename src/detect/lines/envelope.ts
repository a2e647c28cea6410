import type { Level } from "../../domain/error-entry.ts";
import { levelOfPriority, levelOfTextWord } from "./level.ts";
import { timestampEnd } from "./timestamp.ts";

/** What runtimes, syslog and collectors put in front of the line that a program wrote. */
export interface Envelope {
  /** Whose it is, for people. */
  readonly name: string;
  /** Where that line begins. */
  readonly lineAt: number;
  /** By the priority of syslog. */
  readonly level: Level | null;
  /** By syslog's tag. */
  readonly service: string | null;
  /** The runtime cut the line: what comes next goes on with it. */
  readonly isPart: boolean;
}

const instant = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)";
/** Kubernetes: `2026-11-20T07:13:00.123456789Z stderr F line`. */
const cri = new RegExp(`${instant} (?:stdout|stderr) ([PF])(?::\\S{0,40})?(?: |$)`, "y");
/** Heroku: `… app[web.1]: line`; Cloud Foundry: `… [APP/PROC/WEB/0] OUT line`. */
const platform = new RegExp(
  `${instant} (?:(?:app|heroku)\\[[\\w.-]{1,60}\\]: |\\[[A-Z]{2,10}(?:/[\\w-]{1,40}){1,4}\\] {1,3}(?:OUT|ERR) ?)`,
  "y",
);
const isoTime = new RegExp(`${instant} `, "y");
const priority = /<(\d{1,3})>/y;
/** RFC 5424, behind the priority. */
const syslog5424 = new RegExp(
  `1 (?:${instant}|-) (?:\\S{1,255}|-) (\\S{1,48}) \\S{1,128} \\S{1,32} (?:-|(?:\\[[^\\]\\n]{1,500}\\]){1,10})(?: \\ufeff?|$)`,
  "y",
);
/** RFC 3164, behind the priority or without one. */
const syslog3164 =
  /[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? (?:[\w.:-]{1,255} )?([\w./@-]{1,80})(?:\[\d{1,10}\])?: ?/y;
const syslogIso = new RegExp(`${instant} (?:[\\w.:-]{1,255} )?([\\w./@-]{1,80})\\[\\d{1,10}\\]: ?`, "y");
/** docker compose: `web-1  | line`. */
const compose = /[A-Za-z0-9][\w.-]{0,100}[-_]\d{1,4} {1,60}\|(?: |$)/y;
/** PM2: `0|app  | line`. */
const pm2 = /\d{1,4}\|[\w.-]{1,60} {0,30}\| /y;
/** kubectl --prefix: `[pod/shop-5d8f7c9b6-x2x7k/shop] line`. */
const kubectl = /\[pod\/[\w.-]{1,253}\/[\w.-]{1,63}\] /y;
/** stern: `shop-5d8f7c9b6-x2x7k shop line`. */
const stern =
  /(?:[a-z0-9.-]{1,63} › )?[a-z][a-z0-9-]{0,200}-[bcdfghjklmnpqrstvwxz2456789]{5,10}-[bcdfghjklmnpqrstvwxz2456789]{5} [a-z0-9-]{1,63}(?:: | )/y;

/** Where a bar may end a prefix. */
const barWithin = 180;

/** Null where the line stands as the program wrote it. */
export function envelopeOf(text: string): Envelope | null {
  const at = text.charCodeAt(0) === 32 ? skipSpaces(text) : 0;
  const code = text.charCodeAt(at);
  if (code === 60) return byPriority(text, at);
  if (code === 91) return prefix("kubectl's prefix", kubectl, text, at);
  if (code >= 48 && code <= 57) {
    const isIso = text.charCodeAt(at + 4) === 45 && text.charCodeAt(at + 10) === 84;
    return (isIso ? byTime(text, at) : null) ?? byBar(text, at);
  }
  if (at > 0 || !isWordStart(code)) return null;
  return bySyslog(text, 0, null) ?? byBar(text, at) ?? (code >= 97 ? prefix("stern's prefix", stern, text, 0) : null);
}

function byBar(text: string, at: number): Envelope | null {
  if (!text.slice(at, at + barWithin).includes("|")) return null;
  return prefix("docker compose's prefix", compose, text, at) ?? prefix("PM2's prefix", pm2, text, at);
}

function byTime(text: string, at: number): Envelope | null {
  cri.lastIndex = at;
  const container = cri.exec(text);
  if (container !== null) {
    return { ...bare, name: "a container runtime's prefix", lineAt: cri.lastIndex, isPart: container[1] === "P" };
  }
  const other = prefix("the platform's prefix", platform, text, at);
  if (other !== null) return other;
  syslogIso.lastIndex = at;
  const tagged = syslogIso.exec(text);
  if (tagged !== null) return { ...bare, lineAt: syslogIso.lastIndex, service: tagged[1] ?? null };
  const behind = lastIndex(isoTime, text, at);
  // Loggers write a time as well: in front of theirs another one is the collector's.
  if (behind === -1 || !beginsLine(text, behind)) return null;
  return { ...bare, name: "a collector's time", lineAt: behind };
}

/** JSON, logfmt, or a time. */
function beginsLine(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === 123) return true;
  if (/^(?:ts|time|level|lvl|t|timestamp|severity)=/.test(text.slice(at, at + 12))) return true;
  const end = timestampEnd(text, at);
  return end !== -1 && end - at > 7;
}

function byPriority(text: string, at: number): Envelope | null {
  priority.lastIndex = at;
  const found = priority.exec(text);
  if (found === null) return null;
  const level = levelOfPriority(Number(found[1]));
  const behind = priority.lastIndex;
  syslog5424.lastIndex = behind;
  const modern = syslog5424.exec(text);
  if (modern !== null) {
    const service = modern[1] === "-" ? null : (modern[1] ?? null);
    return { ...bare, lineAt: syslog5424.lastIndex, level, service };
  }
  return bySyslog(text, behind, level) ?? { ...bare, lineAt: behind, level };
}

function bySyslog(text: string, at: number, level: Level | null): Envelope | null {
  syslog3164.lastIndex = at;
  const found = syslog3164.exec(text);
  // `Nov 20 07:13:00 ERROR: …` has a level where syslog has its tag.
  if (found === null || levelOfTextWord(found[1] ?? "") !== null) return null;
  return { ...bare, lineAt: syslog3164.lastIndex, level, service: found[1] ?? null };
}

const bare = { name: "syslog's header", level: null, service: null, isPart: false } as const;

function prefix(name: string, pattern: RegExp, text: string, at: number): Envelope | null {
  const lineAt = lastIndex(pattern, text, at);
  return lineAt === -1 ? null : { ...bare, name, lineAt };
}

function lastIndex(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function skipSpaces(text: string): number {
  let at = 0;
  while (at < 4 && text.charCodeAt(at) === 32) at++;
  return at;
}

function isWordStart(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
