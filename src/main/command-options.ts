import { userInfo } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../config/duration.ts";

/** Makes an action of work that answers with an exit code. */
export type Does = <Args extends unknown[]>(
  work: (...given: Args) => Promise<number>,
) => (...given: Args) => Promise<void>;

/** The options that most commands take. */
export function common(command: Command, hasJson = true): Command {
  command
    .option("--config <file>", "the service map", "service-map.yaml")
    .option("--state <folder>", "where everything is remembered", "state");
  if (hasJson) command.option("--json", "machine-readable, and nothing else on stdout", false);
  return command;
}

export function recordOption(): Option {
  return new Option("--record <file>", "add what is said to the model and what it answers to this file, redacted");
}

/** A recorded conversation in place of the model, and how to record one. */
export function conversationOptions(command: Command): Command {
  return command
    .addOption(recordOption().conflicts("conversation"))
    .addOption(
      new Option(
        "--conversation <file>",
        "the answers of a file that --record wrote, in place of the model: no key, nothing paid",
      ),
    );
}

/** As commander gives them. */
export interface GivenConversations {
  readonly record?: string;
  readonly conversation?: string;
}

/** Below the options of `--help`. */
export function example(line: string): string {
  return `\nExample:\n  ${line}`;
}

/** Beyond it, dates end and lists are no lists any more. */
const numberMax = 36_500;

/** A whole number of one or more. */
export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > numberMax) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${numberMax}.`);
  }
  return value;
}

/** An amount above nothing. */
export function dollars(text: string): number {
  const value = Number(text.replace(/^\$/, ""));
  if (!(value > 0 && value <= 10_000))
    throw new InvalidArgumentError("It must be an amount in US dollars, such as 2.50.");
  return value;
}

/** Milliseconds of `30m`, `24h`, `7d`. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms <= 0) throw new InvalidArgumentError("It must be a duration such as 30m, 24h or 7d.");
  return ms;
}

/** Who acts, for the audit. */
export function who(): string {
  return `cli:${userInfo().username}`;
}
