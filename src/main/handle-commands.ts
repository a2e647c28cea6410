import type { Command as CommandLine } from "commander";
import type { Command } from "../domain/command/command.ts";
import { type CommandName, commandNames, handleOf } from "../domain/command/grammar.ts";
import { parseCommand } from "../domain/command/parse-command.ts";
import { exampleOf, usageOf } from "../domain/command/usage.ts";
import { common, type Does, duration, example, positive, recordOption, who } from "./command-options.ts";
import type { HandleOptions } from "./handle-options.ts";
import { exitCodes, type Io } from "./io.ts";
import { type CommonOptions, withState } from "./setting.ts";

/** @returns the exit code */
export type PerformHandle = (command: Command, options: HandleOptions, io: Io) => Promise<number>;

const withJson: readonly CommandName[] = ["incidents", "show", "run", "cost", "pause", "resume", "mode"];

const own: Partial<Record<CommandName, (line: CommandLine) => unknown>> = {
  run: (line) =>
    line
      .option("--dry-run", "write nothing outside the state folder, whatever the service map says", false)
      .option("--max-minutes <n>", "stop taking up work after this long", positive, 25)
      .addOption(recordOption()),
  incidents: (line) => line.option("--state-is <state...>", "only those in these states", []),
  cost: (line) => line.option("--days <n>", "how many days back: 30 where it is not said", positive),
  investigate: (line) =>
    line
      .option("--environment <name>", "only in the logs of this environment")
      .option("--since <duration>", "how far back the logs are searched: 15m where it is not said", duration),
};

/**
 * The handles of the grammar as commands: name, arguments and help are its own, and words become a command by the parser that a chat uses, with the same
 * mistakes told in the same sentences. A terminal is a person who may do everything, and who is not asked twice.
 */
export function addHandles(program: CommandLine, does: Does, io: Io, perform: PerformHandle = performHere): void {
  const add = (
    line: CommandLine,
    name: CommandName,
    wordsOf = (words: readonly string[], _options: HandleOptions) => words,
  ): CommandLine => {
    common(line, withJson.includes(name))
      .description(handleOf(name).says.en)
      .argument("[words...]")
      .usage(`[options] ${usageOf(name, "en")}`.trim())
      .addHelpText("after", example(`error-autopilot ${exampleOf(name, "en")}`))
      .action(
        does(async (words: string[], options: HandleOptions) => {
          const parsed = parseCommand([name, ...wordsOf(words, options)].join(" "));
          if (parsed.kind === "command") return perform(parsed.command, options, io);
          const { mistakeHere } = await import("./told-here.ts");
          io.stderr(`${mistakeHere(parsed.mistake)}\n`);
          return exitCodes.wrongUsage;
        }),
      );
    own[name]?.(line);
    return line;
  };
  for (const name of commandNames) {
    // The list of a terminal has more than handles in it, and is commander's.
    if (name !== "help" && name !== "incidents") add(program.command(name), name);
  }
  const incidents = program
    .command("incidents")
    .description(`${handleOf("incidents").says.en}, and what is done with them`)
    .addHelpText("after", example("error-autopilot incidents --state-is stuck"))
    .enablePositionalOptions();
  add(incidents.command("list", { isDefault: true }), "incidents");
  // As they were called before they were handles.
  add(incidents.command("show"), "show");
  add(incidents.command("retry"), "retry");
  add(incidents.command("ignore"), "ignore", (words, { days }) =>
    days === undefined ? words : [...words, `for ${days}d`],
  ).option("--days <n>", "for so many days, as `for <n>d` says it", positive);
  addResolve(incidents, does, io);
}

/** No handle: nobody asks for it in a chat. */
function addResolve(incidents: CommandLine, does: Does, io: Io): void {
  common(incidents.command("resolve <id>"), false)
    .description("done with: it is only counted from now on")
    .addHelpText("after", example("error-autopilot incidents resolve i0af3c1d2e4b5"))
    .action(
      does(async (id: string, options: CommonOptions) => {
        const { resolveIncident } = await import("./commands/incidents.ts");
        return withState(options, ({ store, queue }) =>
          resolveIncident({ store, queue, nowMs: Date.now(), io }, id, who()),
        );
      }),
    );
}

async function performHere(command: Command, options: HandleOptions, io: Io): Promise<number> {
  const { performHandle } = await import("./commands/handles.ts");
  return performHandle(command, options, io);
}
