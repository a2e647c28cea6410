import { z } from "zod";
import { environment, mode } from "./environment-schema.ts";
import { cooldown, errorFloor, formats, ignore, notOwn, threshold } from "./lever-schema.ts";
import { model } from "./model-schema.ts";
import { referenceTo } from "./reference.ts";
import { repairSchema } from "./repair-schema.ts";
import { repositories, version } from "./repositories-schema.ts";
import {
  address,
  byteSize,
  dollars,
  duration,
  idNumber,
  nameLike,
  oneOf,
  secret,
  textLike,
  wholeNumber,
  words,
} from "./schema-parts.ts";
import { telegram } from "./telegram-schema.ts";
import { checkSettings, prepare, sandbox, verify, verifyTest } from "./verify-schema.ts";

const repository = textLike(
  /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/,
  "a repository as `owner/name`",
  "your-company/shop",
  "The GitHub repository, as owner/name.",
);

const label = words("the name of a label", "service_name", "The name of a label or attribute.");

const service = z
  .strictObject({
    repository,
    path: words(
      "the folder of the local clone",
      "~/projects/shop",
      "The local clone: absolute, from `~`, or from the folder of this file.",
    ),
    under: textLike(
      /^[^\s/\\][^\\]*$/,
      "a folder inside the repository, without a leading `/`",
      "services/shop",
      "The folder of the service, where the repository holds several.",
    ).optional(),
    own: z
      .array(words("a prefix as text", "com.example.shop", "A package, module or path prefix."), {
        error: "a list such as `[com.example.shop]`",
      })
      .meta({
        description:
          "Prefixes of packages, modules or paths whose stack frames are yours. Default: decided by rule (no library, no runtime).",
        examples: [["com.example.shop"]],
      })
      .optional(),
    notOwn: notOwn.optional(),
    aliases: z
      .array(words("a name as text", "shop-api", "Another name of this service."), {
        error: "a list such as `[shop-api, shop-worker]`",
      })
      .meta({
        description: "Other names under which logs and traces know this service.",
        examples: [["shop-api"]],
      })
      .optional(),
    deployed: z
      .array(label, { error: "a list such as `[git_commit]`" })
      .meta({
        description:
          "Labels, metadata or resource attributes that carry the deployed commit, best first. Default: the usual names (`service.version` and such).",
        examples: [["git_commit"]],
      })
      .optional(),
    version: version.optional(),
    sourceMaps: words(
      "the folder of the source maps",
      "~/builds/shop/dist",
      "Where the source maps of the deployed bundles are: absolute, from `~`, or from the folder of this file.",
    ).optional(),
    mode: mode.optional(),
    level: errorFloor.optional(),
    threshold: threshold.optional(),
    cooldown: cooldown.optional(),
    verify: verify.optional(),
    verifyTest: verifyTest.optional(),
    prepare: prepare.optional(),
    checkSettings: checkSettings.optional(),
    sandbox: sandbox.optional(),
    owner: z
      .unknown()
      .meta({ description: "For a later version; not used by this one.", examples: ["someone"] })
      .optional(),
  })
  .meta({
    description: "One service, where its issues go and where its code is.",
    examples: [{ repository: "your-company/shop", path: "~/projects/shop" }],
  });

const github = z
  .strictObject({
    apiUrl: address(
      "https://api.github.com",
      "Default https://api.github.com; a GitHub Enterprise address otherwise.",
    ).optional(),
    webUrl: address("https://github.com", "Where people look at it. Default: from apiUrl.").optional(),
    token: secret(
      "GITHUB_TOKEN",
      "A token with `issues: write`. Default: GITHUB_TOKEN, or the file that GITHUB_TOKEN_FILE names.",
    ).optional(),
    app: z
      .strictObject({
        id: idNumber("123456", "The App's id."),
        installation: idNumber("12345678", "The id of its installation."),
        privateKey: secret("GITHUB_APP_PRIVATE_KEY", "Its private key (PEM)."),
      })
      .meta({
        description: "A GitHub App in place of a token.",
        examples: [{ id: 123456, installation: 12345678, privateKey: referenceTo("GITHUB_APP_PRIVATE_KEY") }],
      })
      .optional(),
    writeInterval: duration(
      "0ms",
      "1m",
      "1s",
      "The least time between two writes; GitHub asks for one second. Default 1s.",
    ).optional(),
  })
  .meta({ description: "How issues are written.", examples: [{ token: referenceTo("GITHUB_TOKEN") }] });

export const redactionSchema = z
  .strictObject({
    patterns: z
      .array(
        z
          .strictObject({
            kind: textLike(
              /^[a-z][a-z-]{0,29}$/,
              "a name of small letters and `-`",
              "employee-number",
              "What the placeholder says: `⟨employee-number:1⟩`.",
            ),
            pattern: textLike(
              /^.{1,500}$/,
              "a regular expression of at most 500 characters",
              "EMP-\\d{6}",
              "A JavaScript regular expression; what it matches is hidden. One that could become slow is refused.",
            ),
          })
          .meta({
            description: "One more kind to hide.",
            examples: [{ kind: "employee-number", pattern: "EMP-\\d{6}" }],
          }),
        { error: "a list of `{ kind, pattern }`" },
      )
      .max(50, { error: "a list of at most 50 patterns" })
      .meta({
        description: "What is hidden besides what the table of error-autopilot knows.",
        examples: [[{ kind: "employee-number", pattern: "EMP-\\d{6}" }]],
      })
      .optional(),
    allow: z
      .array(
        textLike(
          /^\*?[^*\r\n]{4,200}\*?$/,
          "a value of 4 to 200 characters, with `*` at its ends at most",
          "support@your-company.com",
          "A value that stays. `*` at an end stands for anything.",
        ),
        { error: "a list such as `[support@your-company.com]`" },
      )
      .max(1000, { error: "a list of at most 1000 values" })
      .meta({ description: "Values that stay although a rule finds them.", examples: [["support@your-company.com"]] })
      .optional(),
  })
  .meta({
    description:
      "What is hidden in everything that leaves, besides what the table of error-autopilot knows, and what stays.",
    examples: [{ patterns: [{ kind: "employee-number", pattern: "EMP-\\d{6}" }], allow: ["support@your-company.com"] }],
  });

/** service-map.yaml as people write it, references already resolved; nothing is converted here, so that the editor's schema says the same. */
export const serviceMapSchema = z
  .strictObject({
    environments: z
      .record(nameLike(/^[A-Za-z0-9][\w.-]{0,39}$/, "a short name of letters, digits, `-`, `_` and `.`"), environment, {
        error: "a mapping from a name to an environment",
      })
      .refine((its) => Object.keys(its).length > 0, { error: "a mapping with at least one environment" })
      .meta({
        description: "By name: the places that are watched.",
        examples: [{ dev: { loki: { url: "http://localhost:3100" } } }],
      }),
    services: z
      .record(nameLike(/^[A-Za-z0-9][\w.:/@-]{0,99}$/, "a name of letters, digits and `. _ - : / @`"), service, {
        error: "a mapping from a name to a service",
      })
      .meta({
        description: "By name as logs and traces know it: the services and their repositories.",
        examples: [{ shop: { repository: "your-company/shop", path: "~/projects/shop" } }],
      })
      .optional(),
    serviceLabels: z
      .array(label, { error: "a list such as `[service_name, app]`" })
      .min(1, { error: "a list of at least one name" })
      .meta({
        description: "Labels, metadata and attributes that may carry the service, best first.",
        examples: [["service_name", "service.name", "app"]],
      })
      .optional(),
    ignore: ignore.optional(),
    formats: formats.optional(),
    fallbackRepository: repository
      .meta({
        description:
          "Where errors of services that are not listed are filed. Default: nowhere; they are told as needing a human.",
        examples: ["your-company/unclaimed-errors"],
      })
      .optional(),
    github: github.optional(),
    model: model.optional(),
    budget: z
      .strictObject({
        incident: dollars(0.5, "The most that one incident may cost. Default 0.50.").optional(),
        day: dollars(5, "The most that one UTC day may cost. Default 5.").optional(),
      })
      .meta({
        description: "Hard ceilings of what the model may cost, in US dollars.",
        examples: [{ incident: 0.5, day: 5 }],
      })
      .optional(),
    flood: z
      .strictObject({
        issuesPerRun: wholeNumber(0, 1000, 5, "New issues of one run. Default 5.").optional(),
        issuesPerDay: wholeNumber(0, 10000, 20, "New issues of one UTC day. Default 20.").optional(),
      })
      .meta({
        description: "How many new issues each environment may get; the rest waits, ranked, in one overview issue.",
        examples: [{ issuesPerRun: 5, issuesPerDay: 20 }],
      })
      .optional(),
    analysis: z
      .strictObject({
        steps: wholeNumber(1, 200, 20, "Questions to the model for one incident. Default 20.").optional(),
        duration: duration("10s", "2h", "5m", "Time for one incident. Default 5m.").optional(),
        inputTokens: wholeNumber(1000, 10_000_000, 400_000, "Tokens sent for one incident. Default 400000.").optional(),
        outputTokens: wholeNumber(
          256,
          1_000_000,
          16_000,
          "Tokens answered for one incident. Default 16000.",
        ).optional(),
        toolAnswer: byteSize("1kB", "1MB", "16kB", "The most that one tool answers. Default 16kB.").optional(),
      })
      .meta({ description: "Limits of one analysis.", examples: [{ steps: 20, duration: "5m" }] })
      .optional(),
    repair: repairSchema.optional(),
    telegram: telegram.optional(),
    redaction: redactionSchema.optional(),
    repositories: repositories.optional(),
    language: oneOf(["en", "ko"], "en", "The language of issues. Default en.").optional(),
    every: duration("10s", "1d", "5m", "How often `start` polls. Default 5m.").optional(),
    concurrency: wholeNumber(1, 32, 2, "Investigations at once in one process. Default 2.").optional(),
    retention: duration("1d", "3650d", "90d", "How long closed things are remembered. Default 90d.").optional(),
  })
  .meta({ title: "error-autopilot service map", description: "What error-autopilot watches, and what it may do." });

export type ServiceMap = z.output<typeof serviceMapSchema>;
