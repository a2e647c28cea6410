import { Command, CommanderError, Option } from "commander";
import { processRoles } from "../config/process-role.ts";
import { nearestName } from "../domain/command/nearest-name.ts";
import { addCaseCommands } from "./case-commands.ts";
import { common, type Does, duration, example, positive } from "./command-options.ts";
import { addHandles } from "./handle-commands.ts";
import { type ExitCode, exitCodes, goOnWithoutReader, type Io, processIo } from "./io.ts";
import { type CommonOptions, loadSettings, withState } from "./setting.ts";
import { version } from "./version.ts";

/**
 * The command line. What a command needs is loaded when it is called, so that `run` with nothing new is over in a blink.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage or configuration, 3 something needs a human, 75 another run holds the lease
 */
export async function main(args: readonly string[], io: Io = processIo): Promise<number> {
  let code: ExitCode | number = exitCodes.done;
  if (io === processIo) goOnWithoutReader();
  const program = new Command("error-autopilot")
    .description("Turns new errors in Grafana Loki into one investigated GitHub issue per bug.")
    .version(version())
    .exitOverride()
    .showHelpAfterError("(error-autopilot --help lists the commands)")
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr })
    .configureHelp({ subcommandTerm })
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 something new needs a human, 75 another run holds the lease.",
    );
  const does: Does =
    (work) =>
    async (...given) => {
      code = await work(...given);
    };

  addHandles(program, does, io);

  common(program.command("start"), false)
    .description("daemon: polls on its schedule and works until it is stopped")
    .addOption(
      new Option(
        "--role <role>",
        "brain decides and writes; hands, on any machine, read and think for it; either alone needs REDIS_URL. bot: Telegram and what is urgent, beside cron",
      )
        .choices([...processRoles, "bot"])
        .default("all"),
    )
    .addHelpText("after", example("error-autopilot start --role hands --config service-map.yaml"))
    .action(
      does(async (options: CommonOptions & { role: (typeof processRoles)[number] | "bot" }) => {
        const { role, state: stateDirectory } = options;
        if (role === "bot") {
          const { startBot } = await import("./commands/start-bot.ts");
          return startBot({ config: await loadSettings(options), stateDirectory }, io);
        }
        const config = await loadSettings(options, role);
        if (role !== "all" && config.redisUrl === null) {
          io.stderr(
            `--role ${role} needs REDIS_URL, by which brain and hands reach each other. Without it one process is both: error-autopilot start.\n`,
          );
          return exitCodes.wrongUsage;
        }
        if (role === "hands") {
          const { startHands } = await import("./commands/start-hands.ts");
          return startHands({ config, stateDirectory }, io);
        }
        const { startCommand } = await import("./commands/start.ts");
        return startCommand({ config, role, stateDirectory }, io);
      }),
    );

  addCaseCommands(program, does, io);

  common(program.command("doctor"))
    .description(
      "checks each connection, token, repository, clock and the state folder; names the cure for each failure",
    )
    .addHelpText("after", example("error-autopilot doctor"))
    .action(
      does(async (options: CommonOptions) => {
        const { doctorCommand } = await import("./commands/doctor.ts");
        return doctorCommand({ ...options, config: await loadSettings(options) }, io);
      }),
    );

  common(program.command("service-map").description("the service map against what is there").command("check"))
    .description("service by service: what recent errors, their traces and the clone agree on, with the line to add")
    .option("--environment <name>", "only this environment")
    .addOption(
      new Option("--since <duration>", "how far back errors are read").argParser(duration).default(86_400_000, "24h"),
    )
    .addHelpText("after", example("error-autopilot service-map check --since 7d"))
    .action(
      does(async (options: CommonOptions & { environment?: string; since: number }) => {
        const { serviceMapCheckCommand } = await import("./commands/service-map-check.ts");
        const { environment = null, since: sinceMs } = options;
        return serviceMapCheckCommand({ ...options, environment, sinceMs }, io);
      }),
    );

  common(program.command("coverage"))
    .description(
      "which windows of time were read, with what in them, what could not be read, and what counting again showed",
    )
    .option("--environment <name>", "only this environment")
    .option("--limit <n>", "at most so many windows", positive, 50)
    .option("--audit", "count everything up to the audit horizon again now, and read again what differs", false)
    .addHelpText("after", example("error-autopilot coverage --environment prod --audit"))
    .action(
      does(async (options: CommonOptions & { environment?: string; limit: number; audit: boolean }) => {
        const { coverageCommand } = await import("./commands/coverage.ts");
        return coverageCommand({ ...options, environment: options.environment ?? null }, io);
      }),
    );

  common(program.command("audit"))
    .description("who or what did what, newest first")
    .option("--limit <n>", "at most so many lines", positive, 100)
    .option("--subject <id>", "only about this incident or effect")
    .addHelpText("after", example("error-autopilot audit --limit 20"))
    .action(
      does(async (options: CommonOptions & { limit: number; subject?: string }) => {
        const { showAudit } = await import("./commands/look.ts");
        return withState(options, ({ store }) =>
          showAudit(store, io, { ...options, subject: options.subject ?? null }),
        );
      }),
    );

  program
    .command("demo")
    .description("the whole journey on loopback: no account, no network, under half a minute")
    .option("--keep", "leave it running, with all addresses and a ready configuration", false)
    .option("--language <language>", "of the issues: en or ko", "en")
    .option(
      "--hands <number>",
      "hands in so many processes of their own, on the Redis of REDIS_URL; of several, one is killed at work",
    )
    .addHelpText("after", example("error-autopilot demo --keep"))
    .action(
      does(async (options: { keep: boolean; language: string; hands?: string }) => {
        const { demoCommand } = await import("./commands/demo.ts");
        return demoCommand(options, io);
      }),
    );

  let unknown: string | null = null;
  program.on("command:*", ([name = ""]: string[]) => {
    unknown = name;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return unknown === null ? code : await tellUnknown(unknown, program, io);
  } catch (error) {
    return failure(error, io);
  }
}

/** A command with what it takes, as far as a list has room for it. */
function subcommandTerm(command: Command): string {
  const usage = command.usage().replace("[options]", "").trim();
  const [first = ""] = /^[<[][^>\]]*[>\]]/.exec(usage) ?? [];
  return `${command.name()} ${first === usage ? usage : `${first} …`}`.trim();
}

async function tellUnknown(name: string, program: Command, io: Io): Promise<number> {
  const { mistakeHere } = await import("./told-here.ts");
  const names = program.commands.map((each) => each.name());
  io.stderr(`${mistakeHere({ kind: "unknown", name, nearest: nearestName(name, names) })}\n`);
  return exitCodes.wrongUsage;
}

/** Told before anything is done. */
const wrongUsages: ReadonlySet<string> = new Set([
  "ConfigError",
  "NoStateError",
  "WrongInputError",
  "ConversationFileError",
]);

/** One clear sentence for what people can mend; a stack only for what is our own mistake. */
function failure(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
  if (error instanceof Error && wrongUsages.has(error.name)) {
    io.stderr(`${error.message}\n`);
    return exitCodes.wrongUsage;
  }
  if (error instanceof Error && "isRetryable" in error) {
    io.stderr(`${error.message}\n`);
    return exitCodes.failed;
  }
  io.stderr(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.failed;
}
