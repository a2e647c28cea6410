/** Reads lines that repeat one part of a line over and over, behind the beginnings that lead to each of the readers, and tells the parent where it is. */
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import { kindOfLine } from "../../src/detect/lines/line-kind.ts";
import { withoutTail } from "../../src/detect/lines/message-tail.ts";
import { plainText, readLine } from "../../src/detect/lines/read-line.ts";
import { logEntry, rules } from "./log-entries.ts";

const lengthLong = 256 * 1024;
const lengthShort = 128 * 1024;
const lengthWhole = 5_000_000;

const parts = [
  ..."aA1 \t[](){}<>\"'`\\/.,:;=-_|#$@%+*~^!?&",
  ..."오エж\u00e9\ud800\u001b\u0000\ufeff⟨",
  "\n",
  "\r\n",
  "a b ",
  "a.b.",
  "a::b",
  "a=b ",
  "a=",
  '"a":',
  '"a" ',
  "\\n",
  '\\"',
  "\\u00",
  "{}",
  "[]",
  "[a] ",
  "(a) ",
  "{a} ",
  "{a=b}",
  "a: ",
  " - ",
  " -- ",
  " : ",
  " | ",
  "||",
  '="\\"',
  "[a]:",
  "<1>",
  "2026-11-20 ",
  "2026-11-20T07:13:01.123Z ",
  "07:13:01 ",
  "Nov 20 07:13:01 ",
  "1795158780 ",
  "ERROR ",
  "ERROR:",
  "[ERROR] ",
  "error ",
  "E ",
  "오류 ",
  "race",
  "trace_id=",
  "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 ",
  "traceId: ",
  "TRACE_ID=",
  "span_id=",
  "pan",
  "b3=",
  "[a,",
  "4bf92f3577b34da6a3ce929d0e0e4736",
  "00-4bf92f3577b34da6a3ce929d0e0e4736-",
  "\tat a.b(C.java:1)\n",
  "    at a (b:1:2)\n",
  "at ",
  "Caused by: a.E: b\n",
  "Suppressed: ",
  "... 1 more\n",
  "[cause]: ",
  'File "a", line 1, in b\n',
  "Traceback (most recent call last):\n",
  "E: a\n",
  "goroutine 1 [running]:\n",
  "main.f(0x0)\n\t/a.go:1\n",
  "panic: a\n",
  "#0 a(1): b\n",
  "from a.rb:1:in 'b'\n",
  "a.rb:1:in 'b'\n",
  "0: a::b\n",
  "** (E) a\n",
  "Exception",
  "Error: ",
  "a.Exception: ",
  "Next A: ",
  "\u001b[31m",
  "[31m",
  "[0m",
  "stdout F ",
  "web-1 | ",
  "app[a]: ",
  "shop[1]: ",
  '{"log":"',
  '{"_entry":"',
  '{"message":',
  "level=error ",
  'msg="',
  "'a' ",
  "request{a=b}:",
  "a{b=c}:d: ",
  "1#1: ",
  "/a",
  "x-",
  "-1",
] as const;

const beginnings = [
  "",
  "2026-11-20 07:13:01 ERROR ",
  "2026-11-20T07:13:01.123456Z ERROR ",
  '{"level":"error","msg":"',
  'level=error msg="',
  "[2026-11-20 07:13:01] shop.ERROR: ",
  "<11>Nov 20 07:13:00 host shop[1]: ",
] as const;

const reader = createEntryReader(rules);
let count = 0;

function tell(at: string): void {
  process.send?.({ at, count });
}

function repeated(part: string, length: number): string {
  return part.repeat(Math.ceil(length / part.length));
}

/** All that is read of one line, but for the template: the gate has tests of its own. */
function readOne(line: string): void {
  count++;
  const reading = readLine(plainText(line));
  kindOfLine(reading.text, reading);
  withoutTail(reading.message, reading.text.slice(0, reading.messageAt));
  const [entry] = reader.read([logEntry(line)]);
  if (entry === undefined || typeof entry.message !== "string" || !Array.isArray(entry.exceptions)) {
    throw new Error("An entry was not read.");
  }
}

for (const part of parts) {
  tell(`${JSON.stringify(part)} alone`);
  readOne(repeated(part, lengthLong));
  for (const beginning of beginnings) {
    tell(`${JSON.stringify(part)} behind ${beginning}`);
    readOne(`${beginning}${repeated(part, lengthShort)}`);
    readOne(`${beginning}a\n${repeated(part, lengthShort)}!`);
  }
}
for (const part of ["x", " ", "[", "at ", "\tat a.b(C.java:1)\n", '{"a":', '"', "a=b ", "\\n"]) {
  tell(`${JSON.stringify(part)} of five megabytes, with its template and reasons`);
  const [entry] = reader.read([logEntry(repeated(part, lengthWhole))]);
  if (entry === undefined || entry.because.length === 0) throw new Error("An entry was not read.");
}
tell("the end");
