import type { ClosedPart, Coverage } from "../../domain/coverage.ts";
import { columns, instantOfNs, instantText } from "../columns.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The ledger as a table, newest window first. */
export function ledgerTable(lines: readonly Coverage[], nowMs: number): string {
  return columns([
    [
      "ENVIRONMENT",
      "FROM",
      "TO",
      "PAGES",
      "ENTRIES",
      "NEW ERRORS",
      "IGNORED",
      "LATE",
      "SEEN BEFORE",
      "COUNTED AGAIN",
      "GAP",
    ],
    ...lines.map((line) => [
      line.scope.environment,
      instantOfNs(line.window.fromNs),
      instantOfNs(line.window.toNs),
      String(line.pages),
      String(line.entries),
      String(line.errors),
      String(line.ignored),
      String(line.late),
      String(line.duplicates),
      line.closed === null ? "-" : recountText(line.closed, nowMs),
      line.gap ?? "none",
    ]),
  ]);
}

/** What was counted just now: neighbours that are as they were as one row. */
export function recountTable(lines: readonly Coverage[]): string {
  const rows: RecountRow[] = [];
  for (const { scope, closed } of lines) {
    if (closed === null || closed.recount === null) continue;
    const { window, entries, recount } = closed;
    const result = resultText(closed);
    const last = rows.at(-1);
    const isNext =
      last !== undefined &&
      recount.result === "equal" &&
      last.result === result &&
      last.environment === scope.environment &&
      last.toNs === window.fromNs;
    const row = isNext
      ? last
      : {
          environment: scope.environment,
          fromNs: window.fromNs,
          toNs: window.toNs,
          windows: 0,
          read: 0,
          counted: 0,
          result,
        };
    if (!isNext) rows.push(row);
    row.toNs = window.toNs;
    row.windows += 1;
    row.read += entries;
    row.counted = row.counted === null || recount.counted === null ? null : row.counted + recount.counted;
  }
  return columns([
    ["ENVIRONMENT", "FROM", "TO", "WINDOWS", "READ", "COUNTED NOW", "RESULT"],
    ...rows.map((row) => [
      row.environment,
      instantOfNs(row.fromNs),
      instantOfNs(row.toNs),
      String(row.windows),
      String(row.read),
      row.counted === null ? "-" : String(row.counted),
      row.result,
    ]),
  ]);
}

interface RecountRow {
  readonly environment: string;
  readonly fromNs: bigint;
  toNs: bigint;
  windows: number;
  read: number;
  counted: number | null;
  readonly result: string;
}

/**
 * What the ledger proves of one environment, in a few lines: from when to when all was read, but for which gaps, and how the counts compare.
 * @param lines all of that environment, the oldest first
 */
export function proofText(environment: string, lines: readonly Coverage[]): string {
  const first = lines.reduce<bigint | null>(
    (least, { window }) => (least === null || window.fromNs < least ? window.fromNs : least),
    null,
  );
  if (first === null) return "";
  const { untilNs, holes } = holesOf(lines, first);
  const gaps = lines.filter(({ gap }) => gap !== null).length;
  const parts = lines.flatMap(({ closed }) => closed ?? []);
  const of = (result: string): readonly ClosedPart[] => parts.filter(({ recount }) => recount?.result === result);
  const late = parts.reduce((sum, { recount }) => sum + (recount?.errors ?? 0), 0);
  const open = parts.filter(({ recount, dueAtMs }) => recount === null && dueAtMs !== null).length;
  const counted = [
    `${counting(of("equal").length, "window")} equal`,
    `${of("read-again").length} differed and read again (${counting(late, "late error")} found)`,
    ...some(of("incomplete").length, "with more than Loki gives out"),
    ...some(of("not-counted").length, "not counted"),
    ...some(open, "due later"),
  ];
  const because = [...of("incomplete"), ...of("not-counted")].flatMap(({ recount }) => recount?.because ?? []);
  return [
    `${environment}: read from ${instantOfNs(first)} to ${instantOfNs(untilNs)}, ${holes.length === 0 ? "without a hole" : `with ${counting(holes.length, "hole")}`}, with ${counting(gaps, "recorded gap")}.`,
    ...holes.map(({ fromNs, toNs }) => `  nothing was read from ${instantOfNs(fromNs)} to ${instantOfNs(toNs)}`),
    `  counted again: ${counted.join(", ")}.`,
    ...[...new Set(because)].map((sentence) => `  ${sentence}`),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function holesOf(lines: readonly Coverage[], firstNs: bigint) {
  const holes: { readonly fromNs: bigint; readonly toNs: bigint }[] = [];
  let untilNs = firstNs;
  for (const { window } of lines.toSorted((one, other) => (one.window.fromNs < other.window.fromNs ? -1 : 1))) {
    if (window.fromNs > untilNs) holes.push({ fromNs: untilNs, toNs: window.fromNs });
    if (window.toNs > untilNs) untilNs = window.toNs;
  }
  return { untilNs, holes };
}

function recountText(closed: ClosedPart, nowMs: number): string {
  const { recount, dueAtMs } = closed;
  if (recount !== null) return `${ageText(nowMs - recount.atMs)} ago: ${resultText(closed)}`;
  if (dueAtMs === null) return "no more: read late enough";
  return dueAtMs <= nowMs ? "due now" : `due ${instantText(dueAtMs)}`;
}

function resultText({ entries, recount }: ClosedPart): string {
  switch (recount?.result) {
    case "equal":
      return "equal";
    case "read-again":
      return `${recount.counted === null ? "" : `${recount.counted} counted, `}read again, ${counting(recount.errors, "late error")}`;
    case "incomplete":
      return `${recount.counted ?? "more"} counted, ${entries} given out`;
    default:
      return "not counted";
  }
}

function ageText(ageMs: number): string {
  if (ageMs < 2 * minuteMs) return `${Math.max(0, Math.round(ageMs / 1_000))} s`;
  if (ageMs < 2 * hourMs) return `${Math.round(ageMs / minuteMs)} min`;
  if (ageMs < 48 * hourMs) return `${Math.round(ageMs / hourMs)} h`;
  return `${Math.round(ageMs / (24 * hourMs))} d`;
}

function counting(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function some(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}
