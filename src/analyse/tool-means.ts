import { z } from "zod";
import type { CodeVersion } from "../domain/evidence.ts";
import type { RedactionMemory } from "../domain/redact.ts";
import type { CodeSource } from "../domain/sources.ts";
import type { EvidenceShelf } from "./evidence-shelf.ts";
import type { Surroundings } from "./surroundings.ts";
import { toolLimits } from "./tool-inputs.ts";

/** The code of one service at the commit that was deployed. */
export interface Code {
  readonly version: CodeVersion;
  readonly source: CodeSource;
}

/** What the tools read, and where they put it. */
export interface ToolMeans {
  readonly codes: readonly Code[];
  readonly around: Surroundings;
  readonly shelf: EvidenceShelf;
  readonly memory: RedactionMemory;
  readonly answerBytesMax: number;
  /** The answer of a source that may say something else later: the same again in another attempt. */
  readonly once: <Said>(question: string, work: () => Promise<Said>) => Promise<Said>;
}

/** What a tool could not do, in words for the model. */
export class ToolRefusal extends Error {
  override readonly name = "ToolRefusal";
}

export function codeOf(codes: readonly Code[], input: object): Code {
  const service = "service" in input ? input.service : codes[0]?.version.service;
  const code = codes.find(({ version }) => version.service === service);
  if (code === undefined) throw new ToolRefusal("No code of that service can be read.");
  return code;
}

export function parsed<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (!result.success) throw new ToolRefusal(`The input is not as described. ${z.prettifyError(result.error)}`);
  return result.data;
}

/** A path as git names it. Nothing above the root exists in a tree object; this only gives a clearer answer. */
export function insideTree(path: string): string {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) throw new ToolRefusal("Paths start at the root of the repository and cannot leave it.");
  return segments.join("/");
}

/** One part of a list of which more may follow: asked for with one more than is shown. */
export interface Page {
  readonly from: number;
  /** How many to ask for, from the first on. */
  readonly limit: number;
  cut<Item>(all: readonly Item[]): { readonly shown: readonly Item[]; readonly head: string };
}

export function pageOf(page: number, size: number): Page {
  const number = Math.min(toolLimits.pagesMax, Math.max(1, Math.floor(page) || 1));
  const from = (number - 1) * size;
  return {
    from,
    limit: from + size + 1,
    cut(all) {
      const shown = all.slice(from, from + size);
      const isLast = number === toolLimits.pagesMax;
      const more = all.length <= from + size ? "" : isLast ? "; ask for less" : `; more on page ${number + 1}`;
      const numbers = shown.length === 0 ? "None" : `${from + 1} to ${from + shown.length}`;
      return { shown, head: `${numbers}${more}.` };
    },
  };
}
