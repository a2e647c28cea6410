import type { ExplainJson } from "../../domain/json.ts";

const messageLengthMax = 200;
const framesShown = 4;

type Frame = ExplainJson["exceptions"][number]["frames"][number];

/** The rows for people: each entry with what it is and why, then the errors by what would become one incident. */
export function explainText(rows: readonly ExplainJson[]): string {
  if (rows.length === 0) return "There is nothing to explain: the input holds no log entries.\n";
  const placeOf = new Map(rows.map((row, index) => [row.id, index + 1]));
  const parts = rows.map((row, index) => rowText(row, index + 1, placeOf));
  return `${parts.join("\n")}\n${summary(rows)}`;
}

function rowText(row: ExplainJson, number: number, placeOf: ReadonlyMap<string, number>): string {
  if (row.joinedTo !== null)
    return `${number}. continues entry ${placeOf.get(row.joinedTo) ?? "?"}: ${oneLine(row.message)}\n`;
  const lines = [
    `${number}. ${row.ignored !== null ? "IGNORED" : row.isError ? "ERROR" : "no error"}, ${row.service ?? "unknown service"}: ${oneLine(row.message)}`,
  ];
  for (const exception of row.exceptions) {
    lines.push(
      `   ${exception.type ?? "(no type)"}${exception.message === null ? "" : `: ${oneLine(exception.message)}`}`,
    );
    lines.push(...frameLines(exception.frames));
  }
  if (row.traceId !== null)
    lines.push(`   trace    ${row.traceId}${row.spanId === null ? "" : `, span ${row.spanId}`}`);
  if (row.isError) lines.push(`   incident ${row.group}`);
  if (row.repository !== null)
    lines.push(`   code     ${row.repository.name}${place(row.repository.file, row.repository.line)}`);
  lines.push(...row.because.map((sentence) => `   - ${harmless(sentence)}`));
  return `${lines.join("\n")}\n`;
}

/** Our own frames, marked; of the others only how many there are. */
function frameLines(frames: readonly Frame[]): readonly string[] {
  const own = frames.filter((frame) => frame.isOwn);
  const shown = own
    .slice(0, framesShown)
    .map((frame) => `     ours: ${frameName(frame)}${place(frame.file, frame.line)}`);
  const rest = frames.length - shown.length;
  return rest === 0 ? shown : [...shown, `     and ${rest} more, of libraries or further out`];
}

function frameName({ module, function: name }: Frame): string {
  return [module, name].filter((part) => part !== null).join(".") || "(no name)";
}

function place(file: string | null, line: number | null): string {
  if (file === null) return "";
  return line === null ? ` in ${file}` : ` in ${file}:${line}`;
}

function summary(rows: readonly ExplainJson[]): string {
  const errors = rows.filter((row) => row.isError);
  const groups = Map.groupBy(errors, (row) => row.group);
  const joined = rows.filter((row) => row.joinedTo !== null).length;
  const ignored = errors.filter((row) => row.ignored !== null).length;
  const lines = [
    `${counted(rows.length, "log entry", "log entries")}: ${counted(errors.length, "error", "errors")}${ignored === 0 ? "" : ` (${ignored} ignored)`}${joined === 0 ? "" : `, ${joined} continuing a stack trace`}.`,
  ];
  if (groups.size > 0) lines.push(`They would become ${counted(groups.size, "incident", "incidents")}:`);
  for (const [group, members] of [...groups].sort(([, a], [, b]) => b.length - a.length)) {
    const [first] = members;
    const mark = first?.ignored == null ? "" : "ignored, ";
    const type = first?.exceptions.findLast((exception) => exception.type !== null)?.type ?? null;
    lines.push(
      `  ${group}  ${String(members.length).padStart(5)} ×  ${mark}${first?.service ?? "unknown service"}: ${type === null ? oneLine(first?.template ?? "") : `${type}, ${oneLine(first?.template ?? "")}`}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function oneLine(text: string): string {
  const line = harmless(text.trim().split("\n", 1)[0] ?? "");
  return line.length > messageLengthMax ? `${line.slice(0, messageLengthMax)}…` : line;
}

/** A terminal obeys control characters; log text must not command it. */
function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, " ");
}
