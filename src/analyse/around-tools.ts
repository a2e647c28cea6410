import type { z } from "zod";
import { redactPart } from "../domain/redact-part.ts";
import type { Redacted } from "../domain/text.ts";
import type { Span, Trace } from "../domain/trace.ts";
import { traceTree } from "../domain/trace-tree.ts";
import { inLine, quoted } from "./quoted.ts";
import type { SeenEntry } from "./surroundings.ts";
import { type toolInputs, toolLimits } from "./tool-inputs.ts";
import { pageOf, type ToolMeans, ToolRefusal } from "./tool-means.ts";

type Inputs = ReturnType<typeof toolInputs>;
type Asked<Name extends keyof Inputs> = z.output<Inputs[Name]>;

const entryLengthMax = 1_500;
const wordsLengthMax = 200;
const spansShown = 6;
const treeLinesMax = 40;
const spanLengthMax = 2_000;

/** Tools that read the logs and traces around the incident: which streams, and which time, is not the model's to say. */
export function createAroundTools({ around, shelf, memory, once }: ToolMeans) {
  /** Before the gate such text may not be saved: what is remembered has passed it. */
  async function entriesWith(text: string, limit: number, signal: AbortSignal): Promise<readonly CleanEntry[]> {
    const { logs, window } = around;
    if (logs === null || window === null) throw new ToolRefusal("There are no logs to read here.");
    return once(`logs ${limit} ${text}`, async () =>
      (await logs(text, window, limit, signal)).map((entry) => ({
        ...entry,
        text: redactPart(entry.text, entryLengthMax, memory),
      })),
    );
  }

  async function logs(input: Asked<"logs">, signal: AbortSignal): Promise<string> {
    const text = input.text.trim();
    if (text.length < 2 || text.length > wordsLengthMax || /[\p{Cc}\u2028\u2029]/u.test(text)) {
      throw new ToolRefusal(`The text must have 2 to ${wordsLengthMax} characters and stand in one line.`);
    }
    const page = pageOf(input.page, toolLimits.entriesMax);
    const entries = await entriesWith(text, page.limit, signal);
    if (entries.length === 0) return "No entry of this service and time contains that text.";
    const { shown, head } = page.cut(entries);
    const lines = shown.map((entry) => {
      const id = shelf.addEntry(entry);
      const traced = entry.traceId === null ? "" : `, trace ${entry.traceId}`;
      const at = new Date(Number(entry.timestampNs / 1_000_000n)).toISOString();
      return `${id}: log entry of service ${inLine(entry.service ?? "?")}, ${at}${traced}\n${quoted(entry.text)}`;
    });
    return `${head}\n${lines.join("\n")}`;
  }

  async function trace(input: Asked<"trace">, signal: AbortSignal): Promise<string> {
    const read = around.trace;
    const id = input.id.trim().toLowerCase();
    if (read === null) throw new ToolRefusal("There are no traces to read here.");
    if (!isShown(id)) {
      throw new ToolRefusal("Name a trace that you were shown, by its 32 digits: one of the incident, or of an entry.");
    }
    const found = await once(`trace ${id}`, async () => {
      const whole = await read(id, signal);
      return whole === null ? null : toldOf(whole);
    });
    if (found === null) return "Tempo does not have that trace, or not yet.";
    const spans = found.spans.map((span) => {
      const added = shelf.addSpan({ ...span, traceId: id });
      return `${added}: span of service ${inLine(span.service ?? "?")}\n${quoted(span.text)}`;
    });
    return [`Trace ${id}`, quoted(found.tree), ...spans].join("\n");
  }

  function isShown(id: string): boolean {
    if (!/^[0-9a-f]{32}$/.test(id)) return false;
    if (around.traceIds.includes(id)) return true;
    if (shelf.knowsTrace(id)) return true;
    return shelf.bundle().evidence.some((each) => each.kind === "entry" && each.text.includes(id));
  }

  function toldOf(whole: Trace) {
    const clean = (text: string | null) => (text === null ? null : redactPart(text, spanLengthMax, memory));
    const spans = whole.spans.map(
      (span): Span<Redacted> => ({
        ...span,
        name: redactPart(span.name, spanLengthMax, memory),
        statusMessage: clean(span.statusMessage),
        attributes: {},
        exceptions: span.exceptions.slice(0, 2).map(({ type, message, stackTrace }) => ({
          type: clean(type),
          message: clean(message),
          stackTrace: clean(stackTrace),
        })),
      }),
    );
    const tree = traceTree({ ...whole, spans }, { linesMax: treeLinesMax, barWidth: 0, columns: 0 }).join("\n");
    const failed = spans.filter((span) => span.isError || span.exceptions.length > 0).slice(0, spansShown);
    return {
      tree,
      spans: failed.map((span) => ({
        spanId: span.spanId,
        service: span.service,
        text: redactPart(wordsOf(span), spanLengthMax, memory),
      })),
    };
  }

  return { logs, trace };
}

type CleanEntry = Omit<SeenEntry, "text"> & { readonly text: Redacted };

function wordsOf({ name, durationNs, statusMessage, exceptions }: Span<Redacted>): string {
  const thrown = exceptions.map(({ type, message, stackTrace }) => stackTrace ?? `${type ?? "?"}: ${message ?? ""}`);
  return [
    `${name}, ${Number(durationNs) / 1e6} ms`,
    ...(statusMessage === null ? [] : [statusMessage]),
    ...thrown,
  ].join("\n");
}
