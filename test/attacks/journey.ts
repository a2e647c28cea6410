import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { type MessagesRequest, readMessagesRequest } from "../../src/demo/model/messages-request.ts";
import { startModel } from "../../src/demo/model/server.ts";
import type { Clock } from "../../src/domain/clock.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { Hands } from "../../src/domain/job-queue.ts";
import { toJson } from "../../src/domain/json.ts";
import type { CostLine } from "../../src/domain/store.ts";
import { main } from "../../src/main/cli.ts";
import { compose } from "../../src/main/compose.ts";
import type { OpenHandsMeans } from "../../src/main/open-hands.ts";
import type { RunJson } from "../../src/main/run-json.ts";
import { runOnce } from "../../src/main/run-once.ts";
import { databaseFileOf } from "../../src/main/setting.ts";
import { progressLines } from "../../src/main/tell-progress.ts";
import type { SmallWorld } from "../support/small-world.ts";
import type { RawMessage } from "./hostile-model.ts";
import { streamOf } from "./raw-stream.ts";

export type ModelAnswers = (request: MessagesRequest) => RawMessage;

/** Everything that came out of a journey, for its findings. */
export interface Outcome {
  readonly runs: readonly RunJson[];
  readonly incidents: readonly Incident[];
  readonly costs: readonly CostLine[];
  /** Bodies of the calls to the model, as they were sent. */
  readonly modelRequests: readonly string[];
  /** What the model's API would have said to requests of ours that it does not accept. */
  readonly refusedRequests: readonly string[];
  /** All that was printed: progress, summaries, and what the commands that look print. */
  readonly printed: readonly string[];
  /** Every file below `state/` by its name, byte by byte. */
  readonly stateFiles: ReadonlyMap<string, Buffer>;
}

const minuteMs = 60_000;

export interface JourneyOptions {
  readonly world: SmallWorld;
  readonly startMs: number;
  /** Null: no model. */
  readonly answers: ModelAnswers | null;
  /** Over HTTP to a server, with the server's own wrapping and usage; else at the transport, where anything can come back. */
  readonly isOverHttp: boolean;
  /** Between the first runs and the last, at that time. */
  readonly meanwhile: (nowMs: number) => void;
  /** Other hands than those of the configuration. */
  readonly handsOf?: (config: Config, means: OpenHandsMeans) => Hands;
}

/** Brain and hands in this process: two runs, a break in which more is logged, and another run; then a look with every command that prints. */
export async function makeJourney(options: JourneyOptions): Promise<Outcome> {
  const { world, answers } = options;
  const asked = { requests: [] as string[], refused: [] as string[] };
  const served = answers === null || !options.isOverHttp ? null : await startModel({ script: scriptOf(answers) });
  const printed: string[] = [];
  const runs: RunJson[] = [];
  let nowMs = options.startMs;
  const clock: Clock = {
    nowMs: () => nowMs,
    async sleep(durationMs, signal) {
      signal?.throwIfAborted();
      nowMs += durationMs;
      world.setNowMs(nowMs);
    },
  };
  const { ANTHROPIC_API_KEY: _, ...withoutModel } = world.env;
  const config = await loadConfig({
    path: world.configFile,
    env:
      answers === null
        ? withoutModel
        : { ...world.env, ...(served === null ? {} : { ANTHROPIC_BASE_URL: served.url }) },
    homeDirectory: "/nowhere",
    workingDirectory: "/",
  });
  const send = answering(asked, served === null ? answers : null);
  const composed = await compose(
    config,
    {
      stateDirectory: world.stateDirectory,
      databaseFile: databaseFileOf(world.stateDirectory),
      dryRun: false,
      onProgress: (progress) => printed.push(...progressLines(progress)),
    },
    {
      clock,
      fetch: send,
      wrapStore: (store) => store,
      wrapQueue: (queue) => queue,
    },
  );
  const { stateDirectory } = world;
  const hands = options.handsOf?.(config, { clock, fetch: send, stateDirectory, onModelCall: () => undefined });
  const worker = hands === undefined ? composed : { ...composed, hands };
  const settings = { ...config, stateDirectory: world.stateDirectory, minutesMax: 25, clock };
  const run = async (): Promise<void> => {
    world.setNowMs(nowMs);
    const summary = await runOnce(worker, settings, new AbortController().signal);
    runs.push(summary);
    printed.push(toJson(summary), ...summary.failures);
  };
  try {
    await run();
    nowMs += 2 * minuteMs;
    await run();
    nowMs += 90 * minuteMs;
    options.meanwhile(nowMs - 5 * minuteMs);
    await run();
    const incidents = await worker.store.incidents({ limit: 1_000 });
    const costs = await worker.store.costs("2000-01-01");
    printed.push(...(await look(world, incidents)));
    return {
      runs,
      incidents,
      costs,
      modelRequests: asked.requests,
      refusedRequests: asked.refused,
      printed,
      stateFiles: filesBelow(world.stateDirectory),
    };
  } finally {
    await worker.close();
    await served?.close();
  }
}

function scriptOf(answers: ModelAnswers): NonNullable<Parameters<typeof startModel>[0]>["script"] & {} {
  return (request) => {
    const { content, stopReason } = answers(request);
    // The stand-in wraps whatever it is given, and a server is no better than what it is told.
    return { content, stopReason } as ReturnType<NonNullable<NonNullable<Parameters<typeof startModel>[0]>["script"]>>;
  };
}

/** The transport: notes what is sent to the model, and answers it itself where there are answers. */
function answering(asked: { requests: string[]; refused: string[] }, answers: ModelAnswers | null): typeof fetch {
  let count = 0;
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.pathname !== "/v1/messages") return fetch(input, init);
    const body = String(init?.body ?? "");
    asked.requests.push(body);
    const request = readMessagesRequest(JSON.parse(body));
    if ("refused" in request) asked.refused.push(request.refused);
    if (answers === null) return fetch(input, init);
    if ("refused" in request) {
      const error = { type: "invalid_request_error", message: request.refused };
      return Response.json({ type: "error", error }, { status: 400 });
    }
    count += 1;
    const { content, stopReason, usage } = answers(request);
    const head = { id: `msg_${count}`, model: request.model };
    return streamOf({ content, stopReason, usage: usage ?? honestUsage(body, content) }, head);
  };
}

function honestUsage(body: string, content: unknown): object {
  const bytesPerToken = 4;
  const outputBytes = JSON.stringify(content)?.length ?? 0;
  return {
    input_tokens: Math.ceil(body.length / bytesPerToken),
    output_tokens: Math.min(5_000, Math.ceil(outputBytes / bytesPerToken)),
  };
}

/** What the commands print that only look. */
async function look(world: SmallWorld, incidents: readonly Incident[]): Promise<readonly string[]> {
  const printed: string[] = [];
  const io = {
    stdin: Readable.from([]),
    stdout: (text: string) => void printed.push(text),
    stderr: (text: string) => void printed.push(text),
  };
  const common = ["--config", world.configFile, "--state", world.stateDirectory];
  const some = incidents.slice(0, 3).map(({ id }) => ["incidents", "show", id]);
  for (const command of [["incidents", "list"], ...some, ["audit"], ["coverage"]]) {
    await main([...command, ...common], io);
    await main([...command, "--json", ...common], io);
  }
  return printed;
}

function filesBelow(folder: string): ReadonlyMap<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return new Map(
    files.map((each) => {
      const path = join(each.parentPath, each.name);
      return [path.slice(folder.length + 1), readFileSync(path)];
    }),
  );
}
