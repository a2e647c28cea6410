import type { ToolDefinition } from "../domain/model.ts";
import { redact } from "../domain/redact.ts";
import { isReadFailure } from "../domain/sources.ts";
import type { Redacted } from "../domain/text.ts";
import { createAroundTools } from "./around-tools.ts";
import { createCodeTools } from "./code-tools.ts";
import { createHistoryTools } from "./history-tools.ts";
import { toolDefinitions, toolInputs } from "./tool-inputs.ts";
import { parsed, type ToolMeans, ToolRefusal } from "./tool-means.ts";

export interface ToolAnswer {
  readonly text: Redacted;
  readonly isError: boolean;
}

export interface Tools {
  readonly definitions: readonly ToolDefinition[];
  /** What the model is told. Whatever it asked for, this rejects only when the signal aborts. */
  run(call: { readonly name: string; readonly input: unknown }, signal: AbortSignal): Promise<ToolAnswer>;
}

const askedBefore =
  "You have asked exactly this before; the answer is the same and stands above. Ask for something else, or answer.";

/**
 * Tools that read git objects at the deployed commits, and what was logged and traced around the incident; nothing else. The same call gives the same
 * answer in every attempt, on any machine; what they read goes onto the shelf, so that it can be cited.
 */
export function createTools(means: ToolMeans): Tools {
  const services = [...new Set(means.codes.map((code) => code.version.service))];
  const inputs = toolInputs(services);
  const definitions = toolDefinitions(services, {
    logs: means.around.logs !== null,
    trace: means.around.trace !== null,
  });
  const files = createCodeTools(means);
  const history = createHistoryTools(means);
  const around = createAroundTools(means);
  const answered = new Set<string>();

  async function answer(name: string, input: unknown, signal: AbortSignal): Promise<string> {
    switch (name) {
      case "list_files":
        return await files.listFiles(parsed(inputs.list_files, input), signal);
      case "read_lines":
        return await files.readLines(parsed(inputs.read_lines, input), signal);
      case "search":
        return await files.search(parsed(inputs.search, input), signal);
      case "callers":
        return await files.callers(parsed(inputs.callers, input), signal);
      case "log":
        return await history.log(parsed(inputs.log, input), signal);
      case "show_commit":
        return await history.showCommit(parsed(inputs.show_commit, input), signal);
      case "blame":
        return await history.blame(parsed(inputs.blame, input), signal);
      case "logs":
        return await around.logs(parsed(inputs.logs, input), signal);
      case "trace":
        return await around.trace(parsed(inputs.trace, input), signal);
      default:
        throw new ToolRefusal(
          `There is no tool of that name. There are: ${definitions.map((each) => each.name).join(", ")}.`,
        );
    }
  }

  return {
    definitions,
    async run(call, signal) {
      const key = keyOf(call);
      if (answered.has(key)) return { text: redact(askedBefore), isError: false };
      try {
        const said = await answer(call.name, call.input, signal);
        answered.add(key);
        return { text: redact(capped(said, means.answerBytesMax), means.memory), isError: false };
      } catch (error) {
        signal.throwIfAborted();
        // Anything else is not the model's to know: a lost order, a state that cannot be saved, a mistake of ours.
        if (!(error instanceof ToolRefusal) && !isReadFailure(error)) throw error;
        return { text: redact(capped(error.message, means.answerBytesMax), means.memory), isError: true };
      }
    },
  };
}

function keyOf({ name, input }: { readonly name: string; readonly input: unknown }): string {
  const fields = typeof input === "object" && input !== null ? Object.entries(input) : [];
  return JSON.stringify([name, fields.toSorted(([one], [other]) => (one < other ? -1 : 1))]);
}

/** Whole lines up to the limit, and a word about the rest. */
function capped(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const kept: string[] = [];
  let bytes = 60;
  for (const line of text.split("\n")) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > bytesMax) break;
    kept.push(line);
  }
  return [...kept, "(cut here: the answer was too long)"].join("\n");
}
