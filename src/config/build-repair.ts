import type { RepositoryName } from "../domain/names.ts";
import { repairConfidenceMin } from "../domain/policy.ts";
import { priceOf } from "./build-model.ts";
import type { RepairConfig } from "./config.ts";
import { parseDuration } from "./duration.ts";
import { knownPrices } from "./prices.ts";
import type { ServiceMap } from "./service-map-schema.ts";

const linesMaxDefault = 30;
const draftsMaxDefault = 3;
const proposalsMaxDefault = 2;
const patchesPerDraftMaxDefault = 2;

export function buildRepair(its: ServiceMap["repair"], model: ServiceMap["model"]): RepairConfig {
  const reviewer = its?.reviewModel ?? null;
  const price = reviewer === null ? null : priceOf(reviewer, model);
  return {
    mode: its?.mode ?? "draft-pr",
    categoriesOff: its?.categoriesOff ?? [],
    confidenceMin: its?.confidence ?? repairConfidenceMin,
    linesMax: its?.lines ?? linesMaxDefault,
    protectedPaths: its?.protectedPaths ?? [],
    configFiles: its?.configFiles ?? [],
    excludedServices: its?.exclude?.services ?? [],
    excludedRepositories: (its?.exclude?.repositories ?? []) as readonly RepositoryName[],
    draftsMax: its?.drafts ?? draftsMaxDefault,
    cooldownMs: parseDuration(its?.cooldown ?? "7d") ?? 0,
    head: its?.head ?? "fork",
    reviewBots: its?.reviewBots ?? [],
    reviewModel:
      reviewer === null || price === null
        ? null
        : { name: reviewer, price, isSteerable: Object.hasOwn(knownPrices, reviewer) },
    proposalsMax: its?.proposals ?? proposalsMaxDefault,
    patchesPerDraftMax: its?.patchesPerDraft ?? patchesPerDraftMaxDefault,
  };
}
