import { Command as CommandLine } from "commander";
import { describe, expect, it } from "vitest";
import type { Command } from "../../src/domain/command/command.ts";
import { type CommandName, commandNames, handleOf } from "../../src/domain/command/grammar.ts";
import { parseCommand } from "../../src/domain/command/parse-command.ts";
import { exampleOf, usageOf } from "../../src/domain/command/usage.ts";
import { wordsSaid } from "../../src/jobs/chat/words-said.ts";
import { main } from "../../src/main/cli.ts";
import { addHandles } from "../../src/main/handle-commands.ts";
import { chatWordsOf } from "../../src/report/chat/chat-words-of.ts";
import { mistakeText } from "../../src/report/chat/mistake-text.ts";

const incident = "i0af3c1d2e4b5";
/** A terminal lists what it has by itself, and there is more than handles. */
const said = commandNames.filter((name) => name !== "help");

interface Heard {
  readonly command: Command | null;
  readonly code: number | null;
  readonly stderr: string;
}

/** What a shell's words become, with nothing done. */
async function heard(argv: readonly string[]): Promise<Heard> {
  let command: Command | null = null;
  let code: number | null = null;
  let stderr = "";
  const io = {
    stdin: process.stdin,
    stdout: () => undefined,
    stderr: (text: string) => {
      stderr += text;
    },
  };
  const program = new CommandLine().exitOverride().configureOutput({ writeErr: io.stderr });
  const perform = async (asked: Command) => {
    command = asked;
    return 0;
  };
  addHandles(
    program,
    (work) =>
      async (...given) => {
        code = await work(...given);
      },
    io,
    perform,
  );
  await program.parseAsync([...argv], { from: "user" });
  return { command, code, stderr };
}

/** The same words in a chat. */
async function inChat(text: string) {
  return parseCommand((await wordsSaid(text, async () => "our_bot")) ?? "");
}

/** By name, what follows the name: told as it should be, and in every way that is wrong. */
const given: Readonly<Record<CommandName, readonly string[]>> = {
  status: ["", "now"],
  incidents: ["", "new"],
  show: [incident, "", "12", "I0AF3C1D2E4B5", `${incident} ${incident}`],
  why: [incident, "", "i0af3c1d2e4b", `${incident} really`],
  run: ["", "fast"],
  investigate: ["0af7651916cd43dd8448eb211c80319c", "TypeError: x\n    at a (b.js:1:1)", ""],
  retry: [incident, "", `${incident} please`],
  ignore: [
    incident,
    `${incident} for 7d because load test`,
    `${incident} 3d 동안 이유: 부하 테스트`,
    `${incident} 2w`,
    "",
    "for 7d",
    `${incident} for ever`,
    `${incident} for 7d because`,
    `${incident} for 7 minutes because x`,
  ],
  pause: ["", "everything"],
  resume: ["", "now"],
  mode: ["", "dry-run", "ISSUE", "clear", "yolo", "dry-run please"],
  cost: ["", "today"],
  report: ["", "yesterday"],
  config: ["", "budget"],
  logs: ["", "5", "5000", "0", "many", "5 6"],
  help: ["", "pause"],
};

describe("every command", () => {
  it.each(said.flatMap((name) => given[name].map((rest) => [`${name} ${rest}`.trim()] as const)))(
    "%j is the same on a command line and in a chat, and so is what is wrong with it",
    async (text) => {
      const asked = await inChat(`/${text}`);
      const { command, code, stderr } = await heard(text.split(" "));
      if (asked.kind === "command") {
        expect({ command, code, stderr }).toEqual({ command: asked.command, code: 0, stderr: "" });
        return;
      }
      const sentence = mistakeText(asked.mistake, chatWordsOf.en, "en").text;
      expect({ command, code }).toEqual({ command: null, code: 2 });
      // A chat writes /show where a terminal has error-autopilot show.
      expect(stderr.replaceAll("error-autopilot ", "/")).toBe(`${sentence}\n`);
    },
  );

  it.each(said)("%s is in the help of the command line as the grammar has it", async (name) => {
    const { code, stdout } = await printed([name, "--help"]);
    expect(code).toBe(0);
    const [usage = "", , description] = stdout.split("\n");
    if (name !== "incidents")
      expect(usage).toBe(`Usage: error-autopilot ${name} [options] ${usageOf(name, "en")}`.trim());
    expect(description).toContain(handleOf(name).says.en);
    if (name !== "incidents") expect(stdout).toContain(`\nExample:\n  error-autopilot ${exampleOf(name, "en")}\n`);
    expect(parseCommand(exampleOf(name, "en")).kind).toBe("command");
    expect(parseCommand(exampleOf(name, "ko")).kind).toBe("command");
  });

  it("is in the list of commands with what it takes", async () => {
    const { stdout } = await printed(["--help"]);
    for (const name of said.filter((each) => each !== "incidents")) {
      const usage = usageOf(name, "en");
      const [first = ""] = /^[<[][^>\]]*[>\]]/.exec(usage) ?? [];
      const line = stdout.split("\n").find((each) => each.startsWith(`  ${`${name} ${first}`.trim()} `));
      expect(line, name).toContain(`  ${handleOf(name).says.en}`);
    }
  });

  it.each([
    [["incidents", "show", incident], `show ${incident}`],
    [["incidents", "retry", incident], `retry ${incident}`],
    [["incidents", "ignore", incident, "--days", "30"], `ignore ${incident} for 30d`],
    [["incidents", "ignore", incident], `ignore ${incident}`],
    [["incidents", "list", "--state-is", "stuck"], "incidents"],
  ] as const)("%j, as it was written before, is %j", async (argv, text) => {
    const asked = parseCommand(text);
    expect(asked.kind).toBe("command");
    expect((await heard(argv)).command).toEqual(asked.kind === "command" ? asked.command : null);
  });

  it("that is none is told by its nearest name, of all that a terminal has", async () => {
    for (const [name, sentence] of [
      ["paus", "There is no command error-autopilot paus; did you mean error-autopilot pause?"],
      ["explian", "There is no command error-autopilot explian; did you mean error-autopilot explain?"],
      ["jump", "There is no command error-autopilot jump; error-autopilot help lists those there are."],
    ] as const) {
      expect(await printed([name])).toEqual({ code: 2, stdout: "", stderr: `${sentence}\n` });
    }
  });
});

async function printed(args: readonly string[]) {
  let stdout = "";
  let stderr = "";
  const io = {
    stdin: process.stdin,
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
  };
  return { code: await main(args, io), stdout, stderr };
}
