import { z } from "zod";
import { repairable } from "../domain/policy.ts";
import { duration, nameLike, oneOf, textLike, wholeNumber, words } from "./schema-parts.ts";

/** More than this is no plain fix, whoever says otherwise. */
const linesMost = 30;

const pathPattern = textLike(
  /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))\S+$/,
  "a path or a pattern such as `src/billing/**`",
  "src/billing/**",
  "A path from the root of the repository; `*` stands for a part of a name, `**` for folders.",
);

const list = (what: string) => ({ error: `a list of ${what}` });

/** Settings that were renamed, by their path in the file, with what to write instead. */
export const formerSettings: Readonly<Record<string, string>> = {
  "repair.rounds":
    "is two settings now: `proposals` (patches proposed for one order) and `patchesPerDraft` (patches that one draft may get when reviews ask for changes). Write the one that you mean, or both.",
};

/** `repair`: all of it takes away, for what is allowed at most stands in the rules and not in a file. */
export const repairSchema = z
  .strictObject({
    mode: oneOf(
      ["issue", "patch", "draft-pr"],
      "patch",
      "The most that a patch may become, whatever the environments say. Default: what they say.",
    ).optional(),
    categoriesOff: z
      .array(
        oneOf(repairable, "misconfiguration", "A kind of fault for which no patch is made."),
        list("kinds of fault"),
      )
      .meta({
        description: `Kinds of fault for which no patch is made. Without it, patches are made for ${repairable.map((each) => `\`${each}\``).join(", ")}, and never for others.`,
        examples: [["misconfiguration"]],
      })
      .optional(),
    confidence: z
      .number({ error: "a number from 0.7 to 1" })
      .min(0.7, { error: "a number from 0.7 to 1" })
      .max(1, { error: "a number from 0.7 to 1" })
      .meta({ description: "The least confidence in the root cause, from 0.7. Default 0.7.", examples: [0.8] })
      .optional(),
    lines: wholeNumber(
      1,
      linesMost,
      20,
      `Changed lines of a patch, its test included, ${linesMost} at most. Default ${linesMost}.`,
    ).optional(),
    protectedPaths: z
      .array(pathPattern, list("paths"))
      .max(200, { error: "a list of at most 200 paths" })
      .meta({
        description: "Paths that no patch may touch, besides those that are protected anyway.",
        examples: [["src/billing/**"]],
      })
      .optional(),
    configFiles: z
      .array(pathPattern, list("paths"))
      .max(200, { error: "a list of at most 200 paths" })
      .meta({
        description: "Files in which a wrong setting may be corrected. Default: none.",
        examples: [["config/*.yaml"]],
      })
      .optional(),
    exclude: z
      .strictObject({
        services: z
          .array(words("the name of a service", "shop", "A service."), list("services"))
          .meta({ description: "Services for which no patch is made.", examples: [["payments"]] })
          .optional(),
        repositories: z
          .array(
            nameLike(/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/, "a repository as `owner/name`").meta({
              description: "A repository, as owner/name.",
              examples: ["your-company/payments"],
            }),
            list("repositories"),
          )
          .meta({ description: "Repositories in which nothing is changed.", examples: [["your-company/payments"]] })
          .optional(),
      })
      .meta({ description: "What is never repaired.", examples: [{ services: ["payments"] }] })
      .optional(),
    drafts: wholeNumber(
      1,
      20,
      3,
      "Drafts of ours in one repository that may wait for a review; no other is opened beside them. Default 3.",
    ).optional(),
    cooldown: duration(
      "1h",
      "365d",
      "7d",
      "After a draft was closed unmerged, the least time until another patch of the same incident. Default 7d.",
    ).optional(),
    head: oneOf(
      ["fork", "same-repository"],
      "fork",
      "Where branches of drafts are made. `same-repository`: your CI runs code that a model wrote, with the secrets of the repository. Default fork.",
    ).optional(),
    reviewBots: z
      .array(
        nameLike(/^[A-Za-z0-9][A-Za-z0-9-]{0,99}(?:\[bot\])?$/, "the login of a bot").meta({
          description: "A login, with or without `[bot]`.",
          examples: ["gemini-code-assist"],
        }),
        list("logins"),
      )
      .max(50, { error: "a list of at most 50 logins" })
      .meta({
        description:
          "Bots whose reviews of our drafts count like those of people with write permission: what they ask for on lines is tried once more. Default: none.",
        examples: [["gemini-code-assist"]],
      })
      .optional(),
    reviewModel: words(
      "the name of a model",
      "claude-opus-5-5",
      "The model that tries to refute a patch. Default: the one that made it, in a fresh conversation.",
    ).optional(),
    proposals: wholeNumber(
      1,
      2,
      2,
      "Patches that are proposed for one order; what the tests said to the first goes into the second. Default 2.",
    ).optional(),
    patchesPerDraft: wholeNumber(
      1,
      3,
      2,
      "Patches that one draft may get in all, when reviews ask for changes; with 1 no review is answered by another. Default 2.",
    ).optional(),
  })
  .meta({
    description: "Which faults get a patch, and what it may touch. It can only take away.",
    examples: [{ mode: "patch", exclude: { services: ["payments"] } }],
  });
