const month = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const fraction = "(?:[.,:]\\d{1,9}){0,2}";
const clock = `\\d{1,2}:\\d\\d:\\d\\d${fraction}(?: ?(?:[AP]M|오전|오후|午前|午後))?`;
const zone = "(?: ?(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d)(?![\\w]))?";

/** As loggers write an instant, in brackets or not; a closing bracket is left out where more stands in it. */
const timestamp = new RegExp(
  [
    "[[(]?(?:",
    `\\d{4}[-/.]\\d\\d[-/.]\\d\\d(?:[T ,]{1,2}${clock}|[T ]\\d\\d:\\d\\d)?${zone}`,
    `|${clock}|\\d{1,2}:\\d\\d[AP]M`,
    `|(?:[A-Z][a-z]{2},? )?${month}[a-z]{0,6} {1,2}\\d{1,2},? (?:\\d{4},? )?${clock}(?: \\d{4})?`,
    `|\\d{1,2}[/. -](?:\\d{1,2}|${month})[/. -]\\d{4}[:, ]{1,2}${clock}${zone}`,
    `|\\d\\d/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d`,
    // Java on a Korean or Japanese machine.
    `|\\d{1,2}[월月] \\d{1,2}, \\d{4} ${clock}|\\d{1,2}-\\d{1,2}[월月]-\\d{4} ${clock}`,
    `|\\d{4}[년年] ?\\d{1,2}[월月] ?\\d{1,2}[일日] (?:(?:오전|오후|午前|午後) )?${clock}`,
    "|\\d{8}T\\d{6}Z?",
    "|\\d{10}(?:\\.\\d{1,9})?(?![\\w-])|\\d{13}(?![\\w-])",
    ")[\\])]?",
  ].join(""),
  "y",
);

/** Behind the time that a log line has at that place; -1 where there is none. */
export function timestampEnd(text: string, at: number): number {
  timestamp.lastIndex = at;
  return timestamp.test(text) ? timestamp.lastIndex : -1;
}

/** Whether a time may begin with that character: a digit, a bracket, the first letter of a day or month. */
export function mayBeginTimestamp(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 91 || code === 40 || (code >= 65 && code <= 90);
}
