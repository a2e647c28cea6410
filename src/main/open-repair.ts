import type { Config } from "../config/config.ts";
import { redact } from "../domain/redact.ts";
import type { HandsRepairMeans } from "../jobs/repair-means.ts";
import { promptOf } from "./prompt-of.ts";

/** What the hands repair with, put together. */
export function openRepair(config: Config): HandsRepairMeans {
  const because = redact("tests cannot be run by this version");
  return {
    limits: config.repair,
    roundsMax: config.repair.roundsMax,
    prompt: promptOf("repair.md"),
    reviewPrompt: promptOf("review.md"),
    models: modelsOf(config),
    guard: async () => [],
    whyNotVerifiable: async () => because,
    verify: async () => ({ kind: "cannot-run", because }),
    testCommandOf: () => null,
  };
}

function modelsOf({ model, repair }: Config): HandsRepairMeans["models"] {
  if (model === null) return null;
  const proposer = { name: model.name, isSteerable: model.steerable.includes(model.name) };
  const { reviewModel } = repair;
  return {
    proposer,
    reviewer: reviewModel === null ? proposer : { name: reviewModel.name, isSteerable: reviewModel.isSteerable },
  };
}
