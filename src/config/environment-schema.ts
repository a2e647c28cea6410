import { z } from "zod";
import { modes } from "../domain/mode.ts";
import { cooldown, errorFloor, threshold } from "./lever-schema.ts";
import { referenceTo } from "./reference.ts";
import { address, dollars, duration, oneOf, secret, wholeNumber, words } from "./schema-parts.ts";
import { environmentTelegram } from "./telegram-schema.ts";

export const mode = oneOf(
  modes,
  "dry-run",
  "The most that may happen outside: `dry-run` writes reports into the state folder, `issue` files GitHub issues, `patch` shows a tested patch in the issue, `draft-pr` opens a draft pull request of it. Default dry-run.",
);

const tenant = words(
  "the tenant's name as text",
  "default",
  "Sent as X-Scope-OrgID. Leave it out where there are no tenants.",
);

const auth = z
  .strictObject({
    user: words("a user name as text", "123456", "For basic authentication, together with `password`.").optional(),
    password: secret("LOKI_PASSWORD", "For basic authentication, together with `user`.").optional(),
    token: secret("LOKI_TOKEN", "For bearer authentication, on its own.").optional(),
  })
  .meta({
    description: "How to log in: `user` and `password`, or `token`.",
    examples: [{ user: "123456", password: referenceTo("LOKI_PASSWORD") }],
  });

const timeout = duration("1s", "10m", "30s", "How long to wait for one answer. Default 30s.");

const loki = z
  .strictObject({
    url: address("http://localhost:3100", "Where Loki answers."),
    tenant: tenant.optional(),
    auth: auth.optional(),
    query: z
      .string({ error: "a log query in quotes" })
      .meta({
        description:
          'What is read. Our own judgement decides what of it is an error, so a stream selector is best. Default: {deployment_environment="<name of the environment>"}.',
        examples: ['{deployment_environment="dev"}'],
      })
      .optional(),
    since: duration("1m", "30d", "1h", "How far back the first run looks. Default 1h.").optional(),
    settle: duration(
      "0s",
      "10m",
      "30s",
      "The newest part of time is left for the next poll, because log shippers send in batches. Default 30s.",
    ).optional(),
    lateness: duration(
      "0s",
      "24h",
      "10m",
      "How far back each poll reads again for entries that came late. Default 10m.",
    ).optional(),
    auditHorizon: duration(
      "0s",
      "14d",
      "24h",
      "How long after their time entries may come and still be found: until then, what was read is counted again in Loki, and read again where the counts differ. At least 24h; 0s: never. Default 24h.",
    ).optional(),
    slice: duration(
      "1m",
      "30d",
      "1h",
      "The longest window of one query; longer ones are sliced. Default 1h.",
    ).optional(),
    limit: wholeNumber(
      1,
      5000,
      1000,
      "Entries in one answer. Loki can hang where 30 minutes of an answer are above 4 MB, so more is not faster. Default 1000.",
    ).optional(),
    timeout: timeout.optional(),
  })
  .meta({ description: "Where the log entries are.", examples: [{ url: "http://localhost:3100" }] });

const tempo = z
  .strictObject({
    url: address("http://localhost:3200", "Where Tempo answers."),
    tenant: tenant.optional(),
    auth: auth.optional(),
    wait: duration(
      "0s",
      "24h",
      "10m",
      "A trace that is not there yet is looked for again until its newest log entry is this old. Default 10m.",
    ).optional(),
    timeout: timeout.optional(),
  })
  .meta({
    description: "Where the traces are. Without it every issue says that there was no trace.",
    examples: [{ url: "http://localhost:3200" }],
  });

export const environment = z
  .strictObject({
    mode: mode.optional(),
    loki,
    tempo: tempo.optional(),
    budget: z
      .strictObject({ day: dollars(5, "The most that the model may cost here on one UTC day.") })
      .meta({ description: "A ceiling of this environment's own.", examples: [{ day: 5 }] })
      .optional(),
    level: errorFloor.optional(),
    threshold: threshold.optional(),
    cooldown: cooldown.optional(),
    telegram: environmentTelegram.optional(),
  })
  .meta({
    description: "One place where your services run.",
    examples: [{ loki: { url: "http://localhost:3100" } }],
  });
