import { createSyntaxReader } from "../adapters/syntax/syntax-reader.ts";
import type { Config } from "../config/config.ts";
import { ownValue } from "../domain/own-value.ts";
import { newRedactionMemory } from "../domain/redact.ts";
import type { HandsRepairMeans } from "../jobs/repair-means.ts";
import { guardPatch } from "../repair/guard/guard-patch.ts";

/** The guard with the limits of the service map: the same for the hands, before anything runs, and for the brain, before anything is written. */
export function guardOf(config: Config): HandsRepairMeans["guard"] {
  const { linesMax, protectedPaths, configFiles } = config.repair;
  const syntax = createSyntaxReader();
  return (patch, service) => {
    const under = ownValue(config.services, service)?.under ?? "";
    const redaction = newRedactionMemory();
    return guardPatch(patch, { linesMax, protectedPaths, configFiles, under, redaction }, syntax);
  };
}
