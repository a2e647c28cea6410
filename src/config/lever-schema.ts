import { z } from "zod";
import { duration, oneOf, textLike, wholeNumber, words } from "./schema-parts.ts";

/** What people tune about which errors are told, and when. */

export const errorFloor = oneOf(
  ["warn", "error", "fatal"],
  "fatal",
  "The least level that counts as an error. `warn`: warnings count too; `fatal`: errors do not. Default error.",
);

export const threshold = z
  .strictObject({
    entries: wholeNumber(1, 1_000_000, 10, "So many entries …").optional(),
    within: duration("1m", "7d", "5m", "… within so long a time, counted by whole minutes. Default 10m.").optional(),
    age: duration("1m", "30d", "1h", "Or it goes on for so long, from its first entry to its last.").optional(),
  })
  .meta({
    description:
      "From when an incident is worth an investigation: so many entries in so long a time, or so old. Before that it is counted and waits. Default: from its first entry.",
    examples: [{ entries: 10, within: "5m", age: "1h" }],
  });

export const cooldown = duration(
  "0s",
  "30d",
  "6h",
  "The least time between two investigations of the same incident. Default 0s. `retry` does not wait.",
);

export const notOwn = z
  .array(words("a prefix as text", "com.example.shop.generated", "A package, module or path prefix."), {
    error: "a list such as `[com.example.shop.generated]`",
  })
  .meta({
    description: "Prefixes of packages, modules or paths whose stack frames are not yours, whatever `own` says.",
    examples: [["com.example.shop.generated"]],
  });

const until = textLike(
  /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/,
  "a day such as `2027-01-31`, the last one of the rule, or an instant such as `2027-01-31T12:00Z`",
  "2027-01-31",
  "The last day of the rule (UTC), or the instant that ends it.",
);

export const ignore = z
  .array(
    z
      .strictObject({
        because: words(
          "why it may be ignored, in words",
          "load test, ends in March",
          "Why. It is shown wherever the rule applies.",
        ),
        until,
        service: words("the name of a service", "shop", "Errors of this service.").optional(),
        type: textLike(
          /^[A-Za-z_][\w$.:\\/-]{0,199}$/,
          "the name of an exception's class",
          "java.net.SocketTimeoutException",
          "Errors with an exception of this class anywhere in the chain, with its package or without.",
        ).optional(),
        template: words(
          "a message as `explain` prints it",
          "connection to <*> refused",
          "Errors whose message with masked values is this one, as `explain` prints it.",
        ).optional(),
        match: words(
          "a selector and line filters of LogQL",
          '{namespace="load-test"} |= "timeout"',
          "Errors whose labels and line this selector and these line filters of LogQL match.",
        ).optional(),
      })
      .refine(
        ({ service, type, template, match }) => [service, type, template, match].some((one) => one !== undefined),
        {
          error: "a rule with at least one of `service`, `type`, `template` and `match`",
        },
      )
      .meta({
        description: "One rule. Of what it says all must hold.",
        examples: [{ because: "load test, ends in March", until: "2027-03-31", match: '{namespace="load-test"}' }],
      }),
    { error: "a list of `{ because, until, … }`" },
  )
  .max(200, { error: "a list of at most 200 rules" })
  .meta({
    description: "Errors that are counted and not told, until they end.",
    examples: [[{ because: "load test, ends in March", until: "2027-03-31", match: '{namespace="load-test"}' }]],
  });

export const formats = z
  .array(
    textLike(
      /^.{1,500}$/,
      "a regular expression of at most 500 characters",
      "(?<time>\\S+) (?<level>\\w+) \\((?<service>[\\w-]+)\\) (?<message>.*)",
      "A JavaScript regular expression for the beginning of a line. One that could become slow is refused.",
    ),
    { error: "a list of regular expressions" },
  )
  .max(20, { error: "a list of at most 20 formats" })
  .meta({
    description:
      "Log formats of your own: regular expressions for the beginning of a line, with named groups `time`, `level`, `message`, `service`, `traceId`, `spanId`, `logger`, `thread`. The first that matches is taken.",
    examples: [["(?<time>\\S+) (?<level>\\w+) \\((?<service>[\\w-]+)\\) (?<message>.*)"]],
  });
