/** Length of a first line in which a tail is looked for. */
const lineLengthMax = 16_384;
const triesMax = 20;
const quotedMessage = /^"((?:[^"\\]|\\.){1,4000})"(?= [\w.]{1,80}=|$)/;
const prettyPino = /\(\S{0,100}?\d{1,10}\): $/;

/**
 * A message without the fields that some loggers for people write behind it: zap's, pino-pretty's and winston's JSON, Monolog's context and extra, the `key=value`
 * of zerolog, logrus, structlog, hclog and tracing, Nest's `+2ms`, the class at the end of log4j's old pattern. The header tells which logger it is.
 */
export function withoutTail(message: string, header: string): string {
  const lineBreak = message.indexOf("\n");
  // pino-pretty lists the fields below the message.
  if (lineBreak !== -1 && /^\s{4}\w/.test(message.slice(lineBreak + 1)) && prettyPino.test(header)) {
    return message.slice(0, lineBreak);
  }
  const line = lineBreak === -1 ? message : message.slice(0, lineBreak);
  if (line.length > lineLengthMax) return message;
  if (header.startsWith("####")) return message.replace(/^<|>\s{0,20}$/g, "");
  const quoted = /^[IWEF]\d{4} /.test(header) ? quotedMessage.exec(line) : null;
  // klog's structured calls quote the message and write pairs behind it.
  if (quoted !== null)
    return (quoted[1] ?? "").replaceAll('\\"', '"') + (lineBreak === -1 ? "" : message.slice(lineBreak));
  const at = tailOf(line.trimEnd(), header);
  if (at < 1) return message;
  return line.slice(0, at).trimEnd() + (lineBreak === -1 ? "" : message.slice(lineBreak));
}

/** Where the tail begins; -1 where there is none. */
function tailOf(line: string, header: string): number {
  const last = line.charCodeAt(line.length - 1);
  if (header.includes("\t")) return last === 125 ? jsonTail(line, "\t") : -1;
  if (/\]\s[\w-]{1,60}\.[A-Z]{4,9}: $/.test(header)) return monologTail(line);
  if (/^(?:\[\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d\] | {20})[A-Z]{4,8} {1,6}$/.test(header)) {
    // rich writes the place at the right margin.
    const at = /[\w<>.-]{1,100}:\d{1,6}$/.exec(line.slice(-110))?.index ?? -1;
    const place = at === -1 ? -1 : Math.max(0, line.length - 110) + at;
    return place > 2 && line.startsWith("  ", place - 2) ? place : -1;
  }
  if (header.startsWith("[Nest] ")) return /(?: \+\d{1,9}ms)$/.exec(line)?.index ?? -1;
  if (last === 125 && (/^[a-z]{4,7}: $/.test(header) || /\s[a-z]{4,7}: $/.test(header) || prettyPino.test(header))) {
    return jsonTail(line, " ");
  }
  if (last === 41 && /^\[\d/.test(header))
    return /\s\((?:[a-z_]\w{0,60}\.){1,10}[A-Z][\w$]{0,100}(?::\d{1,6})?\)$/.exec(line)?.index ?? -1;
  return hasPairs(header) ? pairsTail(line) : -1;
}

/** `6:49PM ERR `, `ERRO[0012] `, `… [error    ] `, `… [ERROR] agent.raft: `, `…123456Z ERROR shop: `. */
function hasPairs(header: string): boolean {
  return (
    /(?:^|\s)(?:TRC|DBG|INF|WRN|ERR|FTL|PNC) (?:\S{1,100} > )?$/.test(header) ||
    /^(?:TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[/.test(header) ||
    /^\S{10,40}(?: \S{8,20})? \[(?:[a-z]+ *)\] (?:\[[^\]]{1,200}\] ?)?$/.test(header) ||
    /^\S{10,40} \[[A-Z]+\] {1,2}[\w.-]{1,200}: $/.test(header) ||
    /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6,9}Z {1,2}[A-Z]{4,5} /.test(header)
  );
}

function jsonTail(line: string, separator: string): number {
  const opening = `${separator}{`;
  let at = line.indexOf(opening);
  for (let tries = 0; at !== -1 && tries < triesMax; tries++) {
    if (isJson(line.slice(at + 1))) return at;
    at = line.indexOf(opening, at + 1);
  }
  return -1;
}

/** ` {"trace_id":"…"} []`: context and extra. */
function monologTail(line: string): number {
  const extra = line.endsWith(" []") ? line.length - 3 : lastObject(line);
  if (extra === -1) return -1;
  const rest = line.slice(0, extra).trimEnd();
  const context = rest.endsWith(" []") ? rest.length - 3 : lastObject(rest);
  // Empty ones are left out of some: then there is one object, or none.
  return context === -1 && line.endsWith(" []") ? -1 : context === -1 ? extra : context;
}

function lastObject(line: string): number {
  return line.endsWith("}") ? jsonTail(line, " ") : -1;
}

const pair =
  /\s{1,80}[A-Za-z_@][\w.@/-]{0,80}=(?:"(?:[^"\\]|\\.){0,4000}"|'(?:[^'\\]|\\.){0,4000}'|[^\s"'][^\s]{0,4000}(?<!,)|(?=\s|$))(?!\S)/y;

/** The first place from which all that follows is pairs, behind the blanks that fill a column where there are any. A comma before it says that they are the message's own words. */
function pairsTail(line: string): number {
  let first = -1;
  let from = line.indexOf("=");
  for (let tries = 0; from !== -1 && tries < triesMax; tries++) {
    const start = startOfBlanks(line, line.lastIndexOf(" ", from));
    const isColumn = line.charCodeAt(start + 1) === 32;
    const isNew = start > 0 && line.charCodeAt(start - 1) !== 44 && (isColumn || !isPairs(line.slice(0, start)));
    if (isNew && (first === -1 || isColumn) && reachesEnd(line, start)) {
      first = start;
      if (isColumn) break;
    }
    from = line.indexOf("=", from + 1);
  }
  // `[logger]` of structlog, the colon of hclog.
  return first === -1 ? -1 : first - (/(?:\s{1,80}\[[\w.-]{1,100}\]|:)$/.exec(line.slice(0, first))?.[0].length ?? 0);
}

/** A message that is pairs itself tells no place where the logger's begin. */
function isPairs(text: string): boolean {
  return text.length < 500 && text.split(" ").every((part) => part.indexOf("=") > 0);
}

function startOfBlanks(line: string, at: number): number {
  let start = at;
  while (start > 0 && line.charCodeAt(start - 1) === 32) start--;
  return start;
}

function reachesEnd(line: string, start: number): boolean {
  pair.lastIndex = start;
  while (pair.test(line)) {
    if (pair.lastIndex >= line.length) {
      pair.lastIndex = 0;
      return true;
    }
  }
  return false;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
