import type { ErrorEntry, Frame } from "../domain/error-entry.ts";
import type { ServiceName } from "../domain/names.ts";
import { plainName } from "../domain/plain-name.ts";
import { type CodeSource, CodeSourceError, type ServiceCode } from "../domain/sources.ts";
import type { SyntaxReader } from "../domain/syntax.ts";
import type { Span } from "../domain/trace.ts";
import { codeVersionOf, deployedClaims } from "./code/deployed.ts";
import { indexFiles } from "./code/file-index.ts";
import { locate } from "./code/locate.ts";
import { createFileReader } from "./code/source-files.ts";

const filesMax = 200_000;
/** Different frames of one service that are looked up. */
const framesMax = 200;
const shownMax = 3;
/** A value that names a commit or a release. */
const versionLike = /^(?:v?\d{1,4}\.\d{1,6}(?:\.\d{1,6})?[\w.+-]{0,40}|(?:[\w./-]{1,80}[:@-]g?)?[0-9a-f]{7,40})$/i;

/** What recent errors of a service and its clone agree on. */
export interface ServiceCheck {
  readonly service: ServiceName;
  readonly errors: number;
  /** Errors with at least one own frame. */
  readonly withFrames: number;
  /** Of those, with the innermost own frame in a file of the clone. */
  readonly located: number;
  /** Own frames that are in no file, the most frequent first. */
  readonly lost: readonly string[];
  readonly deployed:
    | { readonly kind: "known"; readonly claim: string; readonly commit: string }
    /** Labels say it, and the clone has no such commit. */
    | { readonly kind: "not-in-clone"; readonly claims: readonly string[] }
    /** Nothing configured says it; these labels or attributes have values that the clone knows. */
    | { readonly kind: "unsaid"; readonly candidates: readonly string[] };
  /** Why the clone could not be read; null when it could. */
  readonly unread: string | null;
}

/** Reads as an investigation would, over all of a service's recent errors. @param spans of the service, as Tempo sent them */
export async function checkService(
  code: ServiceCode,
  errors: readonly ErrorEntry[],
  spans: readonly Span[],
  syntax: SyntaxReader,
  signal: AbortSignal,
): Promise<ServiceCheck> {
  const innermost = errors.flatMap((entry) => innermostOwn(entry) ?? []);
  const base = { service: code.service, errors: errors.length, withFrames: innermost.length };
  const claims = deployedClaims(code, errors, spans);
  try {
    const source = await code.open();
    const version = await codeVersionOf(code, source, claims, signal);
    const [claim] = claims;
    const deployed: ServiceCheck["deployed"] =
      claim === undefined && version.isDeployedKnown
        ? { kind: "known", claim: "the head of the branch", commit: version.deployed }
        : claim === undefined
          ? { kind: "unsaid", candidates: await labelsThatSay(source, errors, spans, signal) }
          : version.isDeployedKnown
            ? { kind: "known", claim: plainName(claim), commit: version.deployed }
            : { kind: "not-in-clone", claims: claims.slice(0, shownMax).map(plainName) };
    const files = await source.files(version.deployed, code.under, filesMax, signal);
    const found = await locateAll(
      innermost,
      code.under,
      files.paths,
      createFileReader(source, version.deployed, syntax, signal),
    );
    return { ...base, ...found, deployed, unread: null };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CodeSourceError)) throw error;
    return { ...base, located: 0, lost: [], deployed: { kind: "unsaid", candidates: [] }, unread: error.message };
  }
}

function innermostOwn(entry: ErrorEntry): Frame | null {
  return (
    entry.exceptions
      .toReversed()
      .flatMap(({ frames }) => frames)
      .find(({ isOwn }) => isOwn) ?? null
  );
}

async function locateAll(
  frames: readonly Frame[],
  under: string,
  paths: readonly string[],
  read: ReturnType<typeof createFileReader>,
): Promise<Pick<ServiceCheck, "located" | "lost">> {
  const index = indexFiles(paths);
  const byPlace = [
    ...Map.groupBy(frames, ({ module, file, function: name, line }) =>
      JSON.stringify([module, file, name, line]),
    ).values(),
  ];
  const lost = new Map<string, number>();
  let located = 0;
  for (const same of byPlace.slice(0, framesMax)) {
    const [frame] = same;
    if (frame === undefined) continue;
    if ((await locate(frame, { index, under }, read)) !== null) located += same.length;
    else lost.set(nameOf(frame), (lost.get(nameOf(frame)) ?? 0) + same.length);
  }
  const mostFirst = [...lost].sort(([, one], [, other]) => other - one);
  return { located, lost: mostFirst.slice(0, shownMax).map(([name, count]) => `${name} (${count} ×)`) };
}

function nameOf({ module, function: name, file, line }: Frame): string {
  const called = [module, name].filter((part) => part !== null).join(".");
  const place = file === null ? "" : ` in ${file}${line === null ? "" : `:${line}`}`;
  return plainName(`${called || "?"}${place}`);
}

/** Names of labels, metadata and attributes whose values are commits or tags of the clone. */
async function labelsThatSay(
  source: CodeSource,
  errors: readonly ErrorEntry[],
  spans: readonly Span[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const values = new Map<string, string>();
  for (const { entry } of errors) {
    for (const [name, value] of Object.entries({ ...entry.structuredMetadata, ...entry.labels })) {
      if (versionLike.test(value) && !/trace|span/i.test(name)) values.set(name, value);
    }
  }
  for (const { attributes } of spans) {
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "string" && versionLike.test(value)) values.set(name, value);
    }
  }
  const known: string[] = [];
  for (const [name, value] of [...values].slice(0, 40)) {
    const id = /([0-9a-f]{7,40})$/i.exec(value)?.[1]?.toLowerCase();
    for (const ref of [...(id === undefined ? [] : [id]), `refs/tags/${value}`, `refs/tags/v${value}`]) {
      if ((await source.resolve(ref, signal)) === null) continue;
      known.push(plainName(name));
      break;
    }
  }
  return [...new Set(known)].slice(0, shownMax);
}
