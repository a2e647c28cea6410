import { z } from "zod";
import { duration, nameLike, wholeNumber, words } from "./schema-parts.ts";

/** How a service's tests are run, and what of this machine they see. */

const argumentLength = 2_000;

const argv = z
  .array(
    z
      .string({ error: "a word in quotes" })
      .min(1, { error: "a word that is not empty" })
      .max(argumentLength, { error: `a word of at most ${argumentLength} characters` })
      .meta({ description: "One word of the command; no shell reads it.", examples: ["test"] }),
    { error: "a command as a list of words, such as `[npm, test]`" },
  )
  .min(1, { error: "a command as a list of words, such as `[npm, test]`" })
  .max(100, { error: "a command of at most 100 words" });

function commands(description: string, example: readonly (readonly string[])[]) {
  return z
    .array(argv.meta({ description: "A command as a list of words.", examples: [[...(example[0] ?? [])]] }), {
      error: "a list of commands, such as `[[npm, test]]`",
    })
    .min(1, { error: "a list of at least one command, such as `[[npm, test]]`" })
    .max(10, { error: "a list of at most 10 commands" })
    .meta({ description, examples: [example.map((each) => [...each])] });
}

export const verify = commands(
  "The whole test suite: commands as lists of words, run one after the other in the sandbox, without network. Without it nothing can be verified, so an issue is the most that may happen.",
  [["npm", "test"]],
);

export const verifyTest = argv
  .refine((its) => its.some((word) => /\{(test|testName|testFolder)\}/.test(word)), {
    error: "a command with `{test}`, `{testName}` or `{testFolder}` in it",
  })
  .meta({
    description:
      "How one test file is run: `{test}` is its path from the service's folder, `{testName}` its name without folder and ending, `{testFolder}` its folder. Default: the whole of `verify`.",
    examples: [["node", "--test", "{test}"]],
  });

export const prepare = commands(
  "What brings the dependencies: run once for each state of the lock files, before any patch is there, with network and without secrets. Have it run no scripts of packages.",
  [["npm", "ci", "--ignore-scripts"]],
);

export const checkSettings = commands(
  "What tells a wrong setting from a right one, for patches of the files under `repair.configFiles`. `{file}` is the file's path from the service's folder.",
  [["./check-config", "{file}"]],
);

const folder = words(
  "a folder",
  "~/.m2/repository",
  "A folder of this machine: absolute, from `~`, or from the folder of this file.",
);

export const sandbox = z
  .strictObject({
    readOnly: z
      .array(folder, { error: "a list such as `[~/.m2/repository]`" })
      .max(50, { error: "a list of at most 50 folders" })
      .meta({
        description: "Folders that are shown inside, at the same path, read only: dependencies, a JDK outside /usr.",
        examples: [["~/.m2/repository"]],
      })
      .optional(),
    writableCopies: z
      .array(folder, { error: "a list such as `[~/.cache/tool]`" })
      .max(10, { error: "a list of at most 10 folders" })
      .meta({
        description:
          "Folders that are copied for each run, into memory, to the same path: what is written there is gone with the run.",
        examples: [["~/.cache/tool"]],
      })
      .optional(),
    env: z
      .record(
        nameLike(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, "the name of an environment variable"),
        z
          .string({ error: "a text in quotes" })
          .max(argumentLength, { error: `a text of at most ${argumentLength} characters` }),
        { error: "a mapping from names to texts" },
      )
      .meta({
        description: "Environment variables inside. No secrets: what runs there may be an attacker's.",
        examples: [{ GRADLE_OPTS: "-Dorg.gradle.daemon=false" }],
      })
      .optional(),
    memoryMb: wholeNumber(64, 262_144, 2048, "Memory of all its processes together, in MB. Default 2048.").optional(),
    tmpMb: wholeNumber(
      16,
      65_536,
      512,
      "The size of /work, of /tmp and of each writable copy, in MB. They lie in memory, beside `memoryMb`. Default 512.",
    ).optional(),
    processes: wholeNumber(16, 16_384, 512, "Processes and threads at once. Default 512.").optional(),
    duration: duration("1s", "2h", "10m", "The longest that one command may take. Default 10m.").optional(),
  })
  .meta({
    description: "What the tests see of this machine, and how much they may take.",
    examples: [{ readOnly: ["~/.m2/repository"], memoryMb: 2048 }],
  });
