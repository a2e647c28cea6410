import type { Config } from "../config/config.ts";
import type { HandsRepairMeans } from "../jobs/repair-means.ts";
import { guardOf } from "./guard-of.ts";
import { openVerify } from "./open-verify.ts";
import { promptOf } from "./prompt-of.ts";

/** What the hands repair with, put together. */
export function openRepair(config: Config, stateDirectory: string): HandsRepairMeans {
  return {
    ...openVerify(config, stateDirectory),
    limits: config.repair,
    proposalsMax: config.repair.proposalsMax,
    prompt: promptOf("repair.md"),
    reviewPrompt: promptOf("review.md"),
    models: modelsOf(config),
    guard: guardOf(config),
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
