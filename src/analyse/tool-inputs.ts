import { z } from "zod";
import type { ToolDefinition } from "../domain/model.ts";
import { strictSchema } from "./strict-schema.ts";

/** Of one answer; the model asks again, for less or for the next part. */
export const toolLimits = {
  pathsMax: 300,
  linesMax: 300,
  hitsMax: 20,
  commitsMax: 10,
  blamedLinesMax: 60,
  entriesMax: 30,
  /** Of any list: further on, a narrower question is the better one. */
  pagesMax: 10,
} as const;

/** What the tools take. With the code of several services at hand each takes the service too. */
export function toolInputs(services: readonly string[]) {
  const service = services.length > 1 ? { service: z.enum(services).describe("whose code") } : {};
  const page = z.number().default(1).describe("1 for the first part of the answer");
  const path = z.string().describe("from the root of the repository");
  return {
    list_files: z.strictObject({ under: z.string().describe('a folder; "" for all'), page, ...service }),
    read_lines: z.strictObject({
      path,
      first: z.number().describe("first line, counted from 1"),
      last: z.number().describe("last line, included"),
      ...service,
    }),
    search: z.strictObject({
      text: z.string().describe("a fixed string inside one line, with its case; no pattern"),
      under: z.string().describe('a folder or file; "" for all'),
      page,
      ...service,
    }),
    callers: z.strictObject({
      function: z.string().describe("its name alone, without class and arguments"),
      page,
      ...service,
    }),
    log: z.strictObject({ path: z.string().describe('a file or folder; "" for all'), page, ...service }),
    show_commit: z.strictObject({
      commit: z.string().describe("at least 7 digits of a commit that you were shown"),
      path: z.string().describe('a file; "" for all that it changed'),
      ...service,
    }),
    blame: z.strictObject({
      path,
      first: z.number().describe("first line, counted from 1"),
      last: z.number().describe("last line, included"),
      ...service,
    }),
    logs: z.strictObject({
      text: z.string().describe("a fixed string inside the entry, with its case; no query"),
      page,
    }),
    trace: z.strictObject({ id: z.string().describe("32 hexadecimal digits that you were shown") }),
  } as const;
}

export type ToolName = keyof ReturnType<typeof toolInputs>;

const descriptions: Readonly<Record<ToolName, string>> = {
  list_files: `Paths of the files below a folder at the deployed commit, ${toolLimits.pathsMax} at once.`,
  read_lines: `Lines of a file at the deployed commit, at most ${toolLimits.linesMax}, as evidence that can be cited.`,
  search: `Lines of any file at the deployed commit that contain a text, ${toolLimits.hitsMax} at once, as evidence that can be cited.`,
  callers: `Lines of any file at the deployed commit that call a function of that name, ${toolLimits.hitsMax} at once, as evidence that can be cited.`,
  log: `The newest commits up to the deployed one that changed a path, ${toolLimits.commitsMax} at once, as evidence that can be cited.`,
  show_commit: "What a commit changed, as evidence that can be cited.",
  blame: `Who last changed lines of a file at the deployed commit, at most ${toolLimits.blamedLinesMax} lines, as evidence that can be cited.`,
  logs: `Log entries of the incident's service around the failure that contain a text, ${toolLimits.entriesMax} at once, as evidence that can be cited.`,
  trace: "Another trace, as evidence that can be cited.",
};

/** Those for which there is something to read. */
export function toolDefinitions(
  services: readonly string[],
  has: { readonly logs: boolean; readonly trace: boolean },
): readonly ToolDefinition[] {
  const isThere = (name: string): boolean => {
    if (name === "logs") return has.logs;
    return name === "trace" ? has.trace : services.length > 0;
  };
  return Object.entries(toolInputs(services))
    .filter(([name]) => isThere(name))
    .map(([name, input]) => ({
      name,
      description: descriptions[name as ToolName],
      inputSchema: strictSchema(input),
    }));
}
