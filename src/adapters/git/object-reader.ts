import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { CodeSourceError } from "../../domain/sources.ts";

/** What is not asked for so long is closed: an open one holds the clone's packs. */
const idleMs = 5_000;

export interface ObjectReaderRun {
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder of ours, never the clone. */
  readonly cwd: string;
  /** Of one question. */
  readonly timeoutMs: number;
}

/** Blobs by their full ids, from two git processes that stay open between questions, for a process is most of what a small question costs. */
export interface ObjectReader {
  /** Bytes of each blob, in the order of the ids; null for what is none, or not there. */
  sizes(blobs: readonly string[], signal: AbortSignal): Promise<readonly (number | null)[]>;
  /** Null when it is larger than `bytesMax`, no blob, or not there. */
  content(blob: string, bytesMax: number, signal: AbortSignal): Promise<Buffer | null>;
}

/** @see git-cat-file(1), "Batch output": `<oid> <type> <size>\n`, with --batch the content and a line feed behind it */
export function createObjectReader(run: ObjectReaderRun): ObjectReader {
  const sizes = createDialogue(["cat-file", "--batch-check"], run, () => 0);
  const contents = createDialogue(["cat-file", "--batch"], run, (header) => {
    const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(header)?.[1];
    return size === undefined ? 0 : Number(size) + 1;
  });
  const sizesOf = async (blobs: readonly string[], signal: AbortSignal) => {
    const answers = await sizes(blobs, signal);
    return answers.map(({ header }, index) => sizeOf(header, blobs[index] ?? ""));
  };
  return {
    sizes: sizesOf,
    async content(blob, bytesMax, signal) {
      const [size] = await sizesOf([blob], signal);
      if (size === null || size === undefined || size > bytesMax) return null;
      const [answer] = await contents([blob], signal);
      return answer === undefined || sizeOf(answer.header, blob) === null ? null : answer.content.subarray(0, -1);
    },
  };
}

function sizeOf(header: string, blob: string): number | null {
  const [id, type, size] = header.split(" ");
  return type === "blob" && id === blob && size !== undefined ? Number(size) : null;
}

interface Answer {
  readonly header: string;
  readonly content: Buffer;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One line asked, one answer: its first line, and as many bytes behind it as `behind` says. Started when it is first asked, ended when nobody asks any more,
 * killed when an answer takes too long; then all who wait are told, and the next question starts another one.
 */
function createDialogue(args: readonly string[], run: ObjectReaderRun, behind: (header: string) => number) {
  let open: { readonly child: ChildProcessWithoutNullStreams; readonly waiting: Waiting[] } | null = null;

  function start() {
    const child = spawn("git", args, { cwd: run.cwd, env: { ...run.env }, stdio: ["pipe", "pipe", "pipe"] });
    const waiting: Waiting[] = [];
    const its = { child, waiting };
    let chunks: Buffer[] = [];
    let bytes = 0;
    let wanted = 1;
    let timer: NodeJS.Timeout | undefined;
    const end = (error: unknown) => {
      if (open === its) open = null;
      clearTimeout(timer);
      child.kill("SIGKILL");
      for (const each of waiting.splice(0)) each.reject(error);
    };
    /** A process that is asked keeps ours alive, one that waits does not. */
    const settle = () => {
      clearTimeout(timer);
      const isIdle = waiting.length === 0;
      timer = setTimeout(
        () => (isIdle ? end(null) : end(tookTooLong(args, run.timeoutMs))),
        isIdle ? idleMs : run.timeoutMs,
      );
      if (isIdle) timer.unref();
      for (const each of [child, child.stdin as Socket, child.stdout as Socket, child.stderr as Socket]) {
        if (isIdle) each.unref();
        else each.ref();
      }
    };
    child.stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes < wanted) return;
      let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks, bytes);
      for (;;) {
        const headerEnd = rest.indexOf(10);
        const header = headerEnd === -1 ? null : rest.subarray(0, headerEnd).toString("latin1");
        const size = header === null ? 0 : behind(header);
        wanted = header === null ? rest.length + 1 : headerEnd + 1 + size;
        if (header === null || rest.length < wanted) break;
        waiting.shift()?.resolve({ header, content: Buffer.from(rest.subarray(headerEnd + 1, wanted)) });
        rest = rest.subarray(wanted);
        if (rest.length === 0) break;
      }
      chunks = rest.length === 0 ? [] : [rest];
      bytes = rest.length;
      if (bytes === 0) wanted = 1;
      settle();
    });
    child.stderr.resume();
    child.stdin.on("error", () => undefined);
    child.on("error", (error: NodeJS.ErrnoException) => end(error.code === "ENOENT" ? gitIsMissing(error) : error));
    child.on("close", () => end(endedEarly(args)));
    return { its, settle };
  }

  let settle: () => void = () => undefined;
  return async (lines: readonly string[], signal: AbortSignal): Promise<readonly Answer[]> => {
    signal.throwIfAborted();
    if (open === null) {
      const started = start();
      open = started.its;
      settle = started.settle;
    }
    const { child, waiting } = open;
    const answers = lines.map(() => {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      waiting.push({ resolve, reject });
      return promise;
    });
    settle();
    if (lines.length > 0) child.stdin.write(lines.map((line) => `${line}\n`).join(""));
    const all = Promise.all(answers);
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      // Who gives up leaves; the answer still comes, and is nobody's.
      return await Promise.race([all, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
      all.catch(() => undefined);
    }
  };
}

function gitIsMissing(cause: Error): CodeSourceError {
  return new CodeSourceError(
    { reason: "git is not installed", detail: "No program `git` was found on PATH. Install git 2.32 or newer." },
    { isRetryable: false, cause },
  );
}

function tookTooLong(args: readonly string[], timeoutMs: number): CodeSourceError {
  return new CodeSourceError(
    {
      reason: `git took longer than ${timeoutMs / 1000} s`,
      detail: `The command was git ${args.join(" ")}; it was killed.`,
    },
    { isRetryable: true },
  );
}

function endedEarly(args: readonly string[]): CodeSourceError {
  return new CodeSourceError(
    { reason: "git ended in the middle of an answer", detail: `The command was git ${args.join(" ")}.` },
    { isRetryable: true },
  );
}
