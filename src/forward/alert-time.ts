const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** An instant of a link or a line: milliseconds, seconds or nanoseconds since 1970, ISO 8601, Go's own form, or `now-1h`. Null where it is none of them. */
export function readInstant(text: string, nowMs: number): number | null {
  const trimmed = text.trim();
  const [, amount, unit = ""] = /^now(?:-(\d{1,6})([smhdw]))?(?:\/[smhdw])?$/.exec(trimmed) ?? [];
  if (trimmed.startsWith("now") && (amount !== undefined || trimmed === "now"))
    return amount === undefined ? nowMs : nowMs - Number(amount) * (unitMs[unit] ?? 0);
  if (/^\d{10}$/.test(trimmed)) return Number(trimmed) * 1000;
  if (/^\d{13}$/.test(trimmed)) return Number(trimmed);
  if (/^\d{19}$/.test(trimmed)) return Number(trimmed.slice(0, 13));
  // `2026-11-20 03:00:00.123 +0000 UTC`, as Go prints a time, and its kin.
  const [, day, time, zone] =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,9})?)\s?(Z|UTC|KST|[+-]\d{2}:?\d{2})?/.exec(trimmed) ??
    [];
  if (day === undefined || time === undefined) return null;
  const offset =
    zone === undefined || zone === "UTC" || zone === "Z" ? "Z" : zone === "KST" ? "+09:00" : withColon(zone);
  const parsed = Date.parse(`${day}T${time.replace(/(\.\d{3})\d+$/, "$1")}${offset}`);
  return Number.isNaN(parsed) ? null : parsed;
}

function withColon(zone: string): string {
  return zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}
