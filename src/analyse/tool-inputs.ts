import { z } from "zod";
import type { ToolDefinition } from "../domain/model.ts";
import { strictSchema } from "./strict-schema.ts";

/** Of one answer; the model asks again, for less or for the next part. */
export const toolLimits = { pathsMax: 300, linesMax: 300, hitsMax: 20, commitsMax: 10 } as const;

/** What the tools take. With the code of several services at hand each takes the service too. */
export function toolInputs(services: readonly string[]) {
  const service = services.length > 1 ? { service: z.enum(services).describe("whose code") } : {};
  return {
    list_files: z.strictObject({ under: z.string().describe('a folder; "" for all'), ...service }),
    read_lines: z.strictObject({
      path: z.string().describe("from the root of the repository"),
      first: z.number().describe("first line, counted from 1"),
      last: z.number().describe("last line, included"),
      ...service,
    }),
    search: z.strictObject({
      text: z.string().describe("a fixed string inside one line, with its case; no pattern"),
      under: z.string().describe('a folder or file; "" for all'),
      ...service,
    }),
    log: z.strictObject({ path: z.string().describe('a file or folder; "" for all'), ...service }),
  } as const;
}

export type ToolName = keyof ReturnType<typeof toolInputs>;

const descriptions: Readonly<Record<ToolName, string>> = {
  list_files: `Paths of the files below a folder at the deployed commit, at most ${toolLimits.pathsMax}.`,
  read_lines: `Lines of a file at the deployed commit, at most ${toolLimits.linesMax}, as evidence that can be cited.`,
  search: `Lines of any file at the deployed commit that contain a text, at most ${toolLimits.hitsMax}, as evidence that can be cited.`,
  log: `The newest commits up to the deployed one that changed a path, at most ${toolLimits.commitsMax}, as evidence that can be cited.`,
};

export function toolDefinitions(services: readonly string[]): readonly ToolDefinition[] {
  return Object.entries(toolInputs(services)).map(([name, input]) => ({
    name,
    description: descriptions[name as ToolName],
    inputSchema: strictSchema(input),
  }));
}
