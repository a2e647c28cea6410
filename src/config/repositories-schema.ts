import { z } from "zod";
import { referenceTo } from "./reference.ts";
import { oneOf, secret, textLike } from "./schema-parts.ts";

/** How what the clones lack is brought, and read access for it. */
export const repositories = z
  .strictObject({
    fetch: oneOf(
      ["never", "before-gather"],
      "before-gather",
      "`before-gather`: branches and tags are fetched from GitHub into the state folder before evidence is gathered; the clones stay as they are. Default `never`: what the clones hold is read.",
    ).optional(),
    token: secret(
      "GITHUB_READ_TOKEN",
      "A token that may read the repositories (`contents: read`), for fetching alone. Without one, public repositories only.",
    ).optional(),
  })
  .meta({
    description: "How the code of the services is kept up to date.",
    examples: [{ fetch: "before-gather", token: referenceTo("GITHUB_READ_TOKEN") }],
  });

/** How the version that labels tell becomes a commit, where it is none itself. */
export const version = z
  .strictObject({
    tag: textLike(
      /^[A-Za-z0-9_./+@-]*\{version\}[A-Za-z0-9_./+@-]*$/,
      "the name of a tag with `{version}` in it",
      "release-{version}",
      "How the tag of a version is called, where it is not called as the version, or the version after a `v` or the service's name.",
    ).optional(),
    file: textLike(
      /^[^\s/\\][^\\]*$/,
      "a file of the repository, without a leading `/`",
      "gradle.properties",
      "The file that holds the version: the commit that wrote this version into it is the deployed one.",
    ).optional(),
    otherwise: oneOf(
      ["unknown", "head"],
      "head",
      "Where nothing says a version: `head`, for what is deployed is always the head of the branch. Default `unknown`, which lowers what may be done.",
    ).optional(),
  })
  .meta({
    description: "How the version that `deployed` tells becomes a commit.",
    examples: [{ tag: "release-{version}" }],
  });
