import { type Command, Option } from "commander";
import {
  common,
  conversationOptions,
  type Does,
  dollars,
  duration,
  example,
  type GivenConversations,
} from "./command-options.ts";
import type { Io } from "./io.ts";
import { type CommonOptions, useRedactionOf } from "./setting.ts";

const dayMs = 86_400_000;

/** Commands that show what one stage sees, of one case or of text on standard input. */
export function addCaseCommands(program: Command, does: Does, io: Io): void {
  common(program.command("explain"))
    .description("stdin: log lines, NDJSON entries or a Loki answer → what each entry is, and why")
    .option("--input <form>", "loki, entries, lines, auto, or alert: a forwarded alert", "auto")
    .addHelpText("after", example("kubectl logs my-pod | error-autopilot explain --input lines"))
    .action(
      does(async (options: CommonOptions & { input: string }, command: Command) => {
        const { explainCommand } = await import("./commands/explain-command.ts");
        const isConfigNamed = command.getOptionValueSource("config") === "cli";
        return explainCommand({ ...options, isConfigNamed }, io);
      }),
    );

  targetOptions(common(program.command("evidence <trace-id|incident|->")))
    .description("gathers what an investigation starts from and prints it; no model is asked. -: log text on stdin")
    .addHelpText(
      "after",
      example("kubectl logs my-pod | tail -50 | error-autopilot evidence - --service example-order-service"),
    )
    .action(
      does(async (target: string, options: CommonOptions & GivenTarget) => {
        const { evidenceCommand } = await import("./commands/evidence-command.ts");
        return evidenceCommand(target, { ...options, ...targetOf(options) }, io);
      }),
    );

  common(program.command("guard"))
    .description("stdin: a unified diff → allowed, or each rule of repair that it breaks, with path and line")
    .requiredOption("--service <name>", "whose code it changes, as the service map names it")
    .addHelpText(
      "after",
      `${example("git diff main... | error-autopilot guard --service example-order-service")}\n\nExit codes: 0 allowed, 3 refused. Where the clone can be read, the diff has to apply to its head.`,
    )
    .action(
      does(async (options: CommonOptions & { service: string }) => {
        const { guardCommand } = await import("./commands/guard.ts");
        return guardCommand(options, io);
      }),
    );

  targetOptions(conversationOptions(common(program.command("analyse <trace-id|incident|->"))))
    .description(
      "evidence, root cause within the budget, and what the policy would allow; nothing is filed. -: log text or evidence on stdin",
    )
    .addHelpText("after", example("error-autopilot analyse i0af3c1d2e4b5"))
    .action(
      does(async (target: string, options: CommonOptions & GivenConversations & GivenTarget) => {
        const { analyseCommand } = await import("./commands/analyse-command.ts");
        return analyseCommand(target, { ...options, ...filesOf(options), ...targetOf(options) }, io);
      }),
    );

  conversationOptions(common(program.command("replay <evidence-file>")))
    .description(
      "a kept case once more, with another model or prompt, beside what was said of it then; nothing is filed",
    )
    .option("--model <name>", "asked in place of the configured one")
    .option("--prompt <file>", "told to it in place of prompts/analyse.md")
    .addHelpText(
      "after",
      example("error-autopilot replay state/evidence/i0af3c1d2e4b5-1-0.json --model claude-opus-5-5"),
    )
    .action(
      does(async (file: string, options: CommonOptions & GivenConversations & { model?: string; prompt?: string }) => {
        const { replayCommand } = await import("./commands/replay-command.ts");
        const { model = null, prompt = null } = options;
        return replayCommand(file, { ...options, ...filesOf(options), model, prompt }, io);
      }),
    );

  conversationOptions(common(program.command("eval <folder>")))
    .description(
      "cases whose answers are known (NAME.case.json), asked of models and prompts, and a table of what came of it",
    )
    .option("--make", "lay out the cases that come with the product in that folder; nothing is asked", false)
    .option("--model <name...>", "asked in place of the configured one, side by side", [])
    .option("--prompt <file...>", "told to them in place of prompts/analyse.md, side by side", [])
    .addOption(new Option("--budget <dollars>", "of all that is asked now").argParser(dollars).default(1, "1.00"))
    .option("--results <file>", "kept here, so that the same command goes on where it was (default: in the folder)")
    .addHelpText(
      "after",
      `${example("error-autopilot eval my-cases --make")}\n  error-autopilot eval my-cases --model claude-sonnet-5-5 claude-opus-5-5 --budget 5\n\nWhere the folder has a service-map.yaml, that is the configuration unless --config names another.`,
    )
    .action(
      does(
        async (
          folder: string,
          options: CommonOptions &
            GivenConversations & {
              make: boolean;
              model: string[];
              prompt: string[];
              budget: number;
              results?: string;
            },
          command: Command,
        ) => {
          const { evalCommand } = await import("./commands/eval-command.ts");
          const { make: isMaking, model: models, prompt: prompts, budget: budgetUsd, results = null } = options;
          const isConfigNamed = command.getOptionValueSource("config") === "cli";
          const files = filesOf(options);
          return evalCommand(
            folder,
            { ...options, ...files, isMaking, models, prompts, budgetUsd, results, isConfigNamed },
            io,
          );
        },
      ),
    );

  common(program.command("repair <incident|file>"))
    .description("the gates before a patch, one by one, of a case that was investigated; nothing is written outside")
    .option("--live", "give an order to the hands, with the mode as configured", false)
    .option("--keep", "keep the repository with the patch in it", false)
    .addHelpText("after", example("error-autopilot repair i0f3c1d2e4b5a --keep"))
    .action(
      does(async (target: string, options: CommonOptions & { live: boolean; keep: boolean }) => {
        const { repairCommand } = await import("./commands/repair-command.ts");
        return repairCommand(target, options, io);
      }),
    );

  program
    .command("redact")
    .description("stdin → stdout without secrets and personal data; what was found goes to stderr")
    .option("--config <file>", "a service map, for its own patterns and what it lets stay", "service-map.yaml")
    .option("--json", "one JSON document: {text, found}", false)
    .addHelpText("after", example("error-autopilot redact < app.log > app.clean.log"))
    .action(
      does(async (options: { config: string; json: boolean }, command: Command) => {
        const { runRedact } = await import("./commands/redact.ts");
        await useRedactionOf(options.config, command.getOptionValueSource("config") === "cli");
        return runRedact(options, io);
      }),
    );
}

function filesOf({ record = null, conversation = null }: { record?: string | null; conversation?: string | null }) {
  return { record, conversation };
}

/** What one says of the case that is meant. */
interface GivenTarget {
  readonly service?: string;
  readonly at?: string;
  readonly environment?: string;
  readonly since: number;
}

function targetOptions(command: Command): Command {
  return command
    .option("--service <name>", "whose log text it is (with -)")
    .option("--at <commit>", "the commit or tag that is deployed")
    .option("--environment <name>", "only this environment (with a trace id)")
    .addOption(
      new Option("--since <duration>", "how far back Loki is searched for a trace id that Tempo lacks")
        .argParser(duration)
        .default(dayMs, "24h"),
    );
}

function targetOf({ service, at, environment, since }: GivenTarget) {
  return { service: service ?? null, at: at ?? null, environment: environment ?? null, sinceMs: since };
}
