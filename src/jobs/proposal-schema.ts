import { z } from "zod";
import type { IncidentId, RepositoryName } from "../domain/names.ts";
import type { Proposal } from "../domain/patch.ts";
import { redact } from "../domain/redact.ts";
import { isPlainPath } from "../domain/repository-path.ts";
import { diffOf } from "../repair/build-patch.ts";
import { isTestFile } from "../repair/test-file.ts";

/** The form of a proposal that hands bring back, read as foreign input like the rest of the findings. */

const fileBytesMax = 1_048_576;
const outputLengthMax = 200_000;
const commandsMax = 20;

const output = z
  .string()
  .max(outputLengthMax)
  .transform((said) => redact(said));
const commit = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const bytes = z
  .instanceof(Uint8Array)
  .refine((content) => content.byteLength <= fileBytesMax, "too large")
  .transform((content) => new Uint8Array(content));
const file = z.object({
  path: z.string().refine(isPlainPath, "no plain path"),
  before: bytes.nullable(),
  after: bytes,
  isTest: z.boolean(),
});

export const proposalSchema = z.object({
  patch: z.object({
    incident: z.string().transform((said) => said as IncidentId),
    repository: z
      .string()
      .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/)
      .transform((said) => said as RepositoryName),
    base: commit,
    files: z.array(file).min(1).max(2),
    diff: z.string().max(4 * fileBytesMax),
  }),
  rationale: output,
  verification: z.object({
    kind: z.literal("red-to-green"),
    commands: z.array(z.array(z.string().max(4_000)).max(200)).max(commandsMax),
    redOutput: output,
    greenOutput: output,
    flickering: z.array(output).max(200),
    durationMs: z.number().min(0).max(8.64e15),
  }),
  review: z.object({
    refuted: z.literal(false),
    because: output,
    model: z.string().regex(/^[\w.:/@-]{1,200}$/),
  }),
  promptVersion: z.string().regex(/^[\w.-]{1,64}$/),
});

/** What contradicts itself in a proposal, or is of something else than was asked about; null where nothing does. */
export function misfitOfProposal(
  { patch }: Proposal,
  asked: {
    readonly incident: IncidentId;
    readonly code: readonly { readonly repository: string; readonly base: string }[];
  },
): string | null {
  if (patch.incident !== asked.incident) return "it is of another incident";
  if (!asked.code.some(({ repository, base }) => repository === patch.repository && base === patch.base)) {
    return "its base is no commit that was investigated";
  }
  const tests = patch.files.filter(({ path }) => isTestFile(path));
  if (patch.files.some(({ path, isTest }) => isTest !== isTestFile(path)))
    return "it calls something a test that is none, or hides one";
  if (tests.length > 1 || patch.files.length - tests.length !== 1) return "it changes more than one file and its test";
  if (new Set(patch.files.map(({ path }) => path)).size < patch.files.length) return "it changes one file twice";
  return patch.diff === diffOf(patch.files) ? null : "its diff is not that of its files";
}
