import type { Command } from "../../domain/command/command.ts";
import { toJson } from "../../domain/json.ts";
import { settingsText } from "../../jobs/handles/about-us.ts";
import { answer, type OwnWay } from "../../jobs/handles/answer.ts";
import { instantText } from "../columns.ts";
import { type ExitCode, exitCodes, type Io } from "../io.ts";
import { mapFor } from "../map-here.ts";
import { lastLines } from "../own-lines.ts";
import { pauseFileOf, withPauseFile } from "../pause-file.ts";
import { type CommonOptions, withState } from "../setting.ts";
import { textHere, wordsHere } from "../told-here.ts";

type Answered = Exclude<Command, { readonly name: OwnWay }>;

/** What answers a chat, told on a terminal: what was refused on standard error. */
export async function answerHere(
  command: Answered,
  options: CommonOptions & { readonly by: string; readonly nowMs: number },
  io: Io,
): Promise<ExitCode> {
  const map = await mapFor(command.name, options);
  if (command.name === "config") {
    io.stdout(`${textHere(settingsText(map?.settings ?? [], wordsHere))}\n`);
    return exitCodes.done;
  }
  return withState(options, async (state) => {
    const store = withPauseFile(state.store, pauseFileOf(state.stateDirectory));
    const means = {
      store,
      queue: state.queue,
      nowMs: options.nowMs,
      by: options.by,
      words: wordsHere,
      time: instantText,
      map,
      ownLines: (count: number) => lastLines(state.stateDirectory, count),
    };
    const { text, end, because } = await answer(means, command);
    if (end === "done") {
      io.stdout(options.json ? `${toJson(await store.handles())}\n` : `${textHere(text)}\n`);
      return exitCodes.done;
    }
    io.stderr(`${textHere(text)}${because === undefined ? "" : ` ${because}`}\n`);
    return exitCodes.failed;
  });
}
