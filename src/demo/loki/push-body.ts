import type { PushedEntry, Streams } from "./streams.ts";
import { labelText } from "./streams.ts";

/** A push is refused: Loki's words. Good entries of the same push may be stored all the same. */
export class PushRefused extends Error {
  override readonly name = "PushRefused";
}

const hourNs = 3_600_000_000_000n;
const oldestNs = 7n * 24n * hourNs;
const aheadNs = hourNs / 6n;

/** @throws PushRefused when it is no push in JSON */
export function readPush(contentType: string | undefined, body: string): PushedEntry[] {
  if (contentType === undefined) throw new PushRefused("mime: no media type");
  if (!contentType.startsWith("application/json")) throw new PushRefused("snappy: corrupt input");
  const streams = (parse(body) as { streams?: unknown }).streams ?? [];
  if (!Array.isArray(streams)) throw new PushRefused("loghttp.PushRequest.Streams: not a list");
  return streams.flatMap((stream: { stream?: unknown; values?: unknown }) => {
    const labels = readLabels(stream.stream);
    return (Array.isArray(stream.values) ? stream.values : []).map((value) => readValue(labels, value));
  });
}

function parse(body: string): object {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) return parsed;
  } catch {
    // Falls through to the one refusal: the words of Loki's parser are its own.
  }
  throw new PushRefused("loghttp.PushRequest.Streams: the body is no JSON object");
}

function readLabels(labels: unknown): Readonly<Record<string, string>> {
  if (!isTexts(labels) || Object.keys(labels).length === 0) {
    throw new PushRefused("error at least one label pair is required per stream");
  }
  for (const name of Object.keys(labels)) {
    const bad = /^[A-Za-z_]\w*(\W)/.exec(name)?.[1];
    if (bad === undefined) continue;
    const column = labelText(labels).indexOf(name) + name.indexOf(bad) + 1;
    throw new PushRefused(
      `couldn't parse labels: 1:${column}: parse error: unexpected character inside braces: '${bad}'`,
    );
  }
  return labels;
}

function readValue(labels: Readonly<Record<string, string>>, value: unknown): PushedEntry {
  const [timestamp, line, structuredMetadata = {}] = Array.isArray(value) ? (value as unknown[]) : [];
  if (
    typeof timestamp !== "string" ||
    !/^\d{1,19}$/.test(timestamp) ||
    typeof line !== "string" ||
    !isTexts(structuredMetadata)
  ) {
    throw new PushRefused(
      "loghttp.PushRequest.Streams: []loghttp.LogProtoStream: a value is not [text, text, {name: text}]",
    );
  }
  return { labels, timestampNs: BigInt(timestamp), line, structuredMetadata };
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === "object" && value !== null && Object.values(value).every((each) => typeof each === "string");
}

/**
 * Stores what Loki accepts: no older than a week, at most ten minutes ahead, at most an hour behind the newest of its stream.
 * @throws PushRefused for the rest, once the good ones are stored
 */
export function storeAccepted(entries: readonly PushedEntry[], streams: Streams, nowNs: bigint): void {
  const outOfTime: string[] = [];
  const behind: string[] = [];
  for (const entry of entries) {
    const { labels, timestampNs } = entry;
    const newestNs = streams.newestNs(labels) ?? timestampNs;
    if (timestampNs < nowNs - oldestNs) {
      outOfTime.push(
        `entry for stream '${labelText(labels)}' has timestamp too old: ${instant(timestampNs)}, oldest acceptable timestamp is: ${instant(nowNs - oldestNs)}`,
      );
    } else if (timestampNs > nowNs + aheadNs) {
      outOfTime.push(`entry for stream '${labelText(labels)}' has timestamp too new: ${instant(timestampNs)}`);
    } else if (timestampNs < newestNs - hourNs) {
      const at = instant(timestampNs).replace("T", " ").replace("Z", " +0000 UTC");
      behind.push(
        `entry with timestamp ${at} ignored, reason: 'entry too far behind, oldest acceptable timestamp is: ${instant(newestNs - hourNs)}',`,
      );
    } else streams.add(entry);
  }
  const [first] = behind;
  if (first !== undefined) {
    const stream = labelText(entries[0]?.labels ?? {});
    throw new PushRefused(
      `${behind.join("\n")}\nuser 'fake', total ignored: ${behind.length} out of ${entries.length} for stream: ${stream}`,
    );
  }
  if (outOfTime.length > 0) throw new PushRefused(outOfTime.join("\n"));
}

/** `2026-11-20T07:25:19Z` */
function instant(timestampNs: bigint): string {
  return `${new Date(Number(timestampNs / 1_000_000n)).toISOString().slice(0, 19)}Z`;
}
