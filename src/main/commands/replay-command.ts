import { readFile } from "node:fs/promises";
import { withModelName } from "../../config/build-model.ts";
import { toJson } from "../../domain/json.ts";
import type { RootCause } from "../../domain/root-cause.ts";
import { answerPage } from "../../report/answer-page.ts";
import { analyseCase } from "../case-analysis.ts";
import { NoKeptCaseError, readCase } from "../case-file.ts";
import { columns } from "../columns.ts";
import { type ConversationOptions, environmentOfRecorded, openConversations } from "../conversations.ts";
import { exitCodes, type Io } from "../io.ts";
import { promptFrom } from "../prompt-of.ts";
import { serviceCodeOf } from "../service-code.ts";
import { type CommonOptions, loadSettings } from "../setting.ts";
import { stopSignal } from "../stop-signal.ts";
import { verdictOn } from "./analyse-command.ts";

export interface ReplayOptions extends CommonOptions, ConversationOptions {
  readonly model: string | null;
  readonly prompt: string | null;
}

/** What two answers differ in. */
interface Difference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** `replay`: the same evidence once more, with another model or another prompt, beside what was said of it then. Nothing is filed. */
export async function replayCommand(file: string, options: ReplayOptions, io: Io): Promise<number> {
  const stop = stopSignal(() => io.stderr("stopping …\n"));
  try {
    const config = await loadSettings(options, "all", options.conversation === null ? {} : environmentOfRecorded);
    const kept = readCase(await textOf(file, "Cases that were kept are in the state folder, under evidence/."), file);
    if (config.model === null) {
      io.stderr("There is no model to ask: set ANTHROPIC_API_KEY, and a model in the service map.\n");
      return exitCodes.wrongUsage;
    }
    const model = options.model === null ? config.model : withModelName(config.model, options.model);
    if (typeof model === "string") {
      io.stderr(`--model: ${model}\n`);
      return exitCodes.wrongUsage;
    }
    const conversations = await openConversations(options, model, io);
    const { analysed, noModelBecause } = await analyseCase(
      {
        config,
        model,
        ...(options.prompt === null ? {} : { prompt: promptFrom(await textOf(options.prompt, promptHint)) }),
        stateDirectory: options.state,
        command: "replay",
        conversations,
        environment: "replay",
        bundle: kept.bundle,
        codeOf: serviceCodeOf(config, options.state),
      },
      stop.signal,
    );
    if (noModelBecause !== null) {
      io.stderr("Today's budget is used up, so no model was asked. budget.day in the service map raises it.\n");
      return exitCodes.failed;
    }
    const { rootCause: after, costUsd } = analysed;
    const differences = differencesOf(kept.rootCause, after);
    if (options.json) {
      io.stdout(
        `${toJson({ before: kept.rootCause, after, isSame: differences.length === 0, differences, costUsd })}\n`,
      );
      return exitCodes.done;
    }
    io.stdout(answerPage(after, analysed.bundle, verdictOn(config, after, analysed.bundle)));
    io.stdout(
      kept.rootCause === null
        ? "\nNothing was said of this case before, so there is nothing to compare it with.\n"
        : differences.length === 0
          ? "\nThe same as before.\n"
          : `\nDifferent from before\n${columns(differences.map((each) => [`  ${each.what}`, each.before, "→", each.after]))}`,
    );
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof NoKeptCaseError)) throw error;
    io.stderr(`${error.message}\n`);
    return exitCodes.wrongUsage;
  } finally {
    stop.release();
  }
}

const promptHint = "--prompt names a text file, such as a changed copy of prompts/analyse.md.";

async function textOf(file: string, hint: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new NoKeptCaseError(`${file} cannot be read (${code}). ${hint}`);
  }
}

/** What a person would call another answer: other words for the same are none. */
export function differencesOf(before: RootCause | null, after: RootCause): readonly Difference[] {
  const said = before === null ? null : facts(before);
  return Object.entries(facts(after)).flatMap(([what, now]) => {
    const then = said?.[what] ?? "-";
    return then === now ? [] : [{ what, before: then, after: now }];
  });
}

function facts(rootCause: RootCause): Readonly<Record<string, string>> {
  const { kind, severity, unsupported, citations } = rootCause;
  return {
    outcome: kind,
    category: kind === "cannot-tell" ? "-" : rootCause.category,
    confidence: kind === "found" ? rootCause.confidence.toFixed(2) : "-",
    places:
      kind === "found"
        ? rootCause.faulty.map(({ path, firstLine, lastLine }) => `${path}:${firstLine}-${lastLine}`).join(", ") || "-"
        : "-",
    severity,
    unsupported: String(unsupported.length + citations.filter(({ isResolved }) => !isResolved).length),
    model: rootCause.model ?? "-",
    prompt: rootCause.promptVersion,
  };
}
