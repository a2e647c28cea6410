const isoTime = /^(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)([.,])(\d{3})(Z?)/;
const jsonTime = /"time":(\d{13})/;
const jsonIsoTime = /"timestamp":"([^"]+)"/;

/** When the line says it was written, in milliseconds; null where it does not say. */
export function lineTimeMs(line: string): number | null {
  const [, day, , time, , fraction] = isoTime.exec(line) ?? [];
  if (day !== undefined) return Date.parse(`${day}T${time}.${fraction}Z`);
  const [, milliseconds] = jsonTime.exec(line) ?? [];
  if (milliseconds !== undefined) return Number(milliseconds);
  const [, iso] = jsonIsoTime.exec(line) ?? [];
  return iso === undefined ? null : Date.parse(iso);
}

/** The same line, saying that it was written at another time; its form stays. */
export function atTime(line: string, timeMs: number): string {
  const iso = new Date(timeMs).toISOString();
  return line
    .replace(
      isoTime,
      (_all, _day, between: string, _time, point: string, _fraction, zone: string) =>
        `${iso.slice(0, 10)}${between}${iso.slice(11, 19)}${point}${iso.slice(20, 23)}${zone}`,
    )
    .replace(jsonTime, () => `"time":${timeMs}`)
    .replace(jsonIsoTime, () => `"timestamp":"${iso}"`);
}

/** The trace id in a line of the company's services; null where it has none. */
export function lineTraceId(line: string): string | null {
  return /trace_id"?[=:]"?([0-9a-f]{32})/.exec(line)?.[1] ?? null;
}

/** What a shipper makes the `level` label from; null where the line does not say. */
export function lineLevel(line: string): string | null {
  const [, number] = /^\{"level":(\d+)/.exec(line) ?? [];
  if (number !== undefined) return { 30: "info", 40: "warn", 50: "error" }[Number(number)] ?? null;
  return /^\d{4}-\S+ +(INFO|WARN|ERROR) /.exec(line)?.[1] ?? /^\S+ \S+ (INFO|WARNING|ERROR) \[/.exec(line)?.[1] ?? null;
}

/** Lines of standard output, those of a stack trace joined to the line before it, as a shipper with a multi-line rule does it. */
export function joinLines(output: string): readonly string[] {
  const entries: string[] = [];
  for (const line of output.split("\n")) {
    const last = entries.at(-1);
    if (last === undefined || isoTime.test(line) || line.startsWith("{")) entries.push(line);
    else entries[entries.length - 1] = `${last}\n${line}`;
  }
  return entries.map((entry) => entry.trimEnd()).filter((entry) => entry !== "");
}
