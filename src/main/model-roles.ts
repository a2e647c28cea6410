import { createModel } from "../adapters/anthropic/model.ts";
import type { Prompt, Role, Roles } from "../analyse/roles.ts";
import type { Config, ModelConfig } from "../config/config.ts";
import type { Effort, Model } from "../domain/model.ts";
import type { WrapModel } from "./conversations.ts";
import { promptOf } from "./prompt-of.ts";

const callTimeoutMs = 300_000;

/** Who is asked for what: a small model sorts, one investigates and another of its kind doubts, a strong one is for what is grave and unclear. */
export function rolesOf(config: ModelConfig, prompt: Prompt = promptOf("analyse.md")): Roles {
  const role = (model: string, effort: Effort, thinks: boolean, its: Prompt): Role => {
    // A gateway's own model may know neither.
    const isSteerable = config.steerable.includes(model);
    return { model, effort: isSteerable ? effort : null, thinks: isSteerable && thinks, prompt: its };
  };
  return {
    investigate: role(config.name, "medium", true, prompt),
    strong: config.strong === null ? null : role(config.strong, "high", true, prompt),
    challenge: role(config.name, "medium", true, promptOf("challenge.md")),
    triage: config.small === null ? null : role(config.small, "low", false, promptOf("triage.md")),
    compare: config.small === null ? null : role(config.small, "low", false, promptOf("same.md")),
  };
}

/** @param onCall told of each call before it is made */
export function modelOf(
  config: ModelConfig,
  { reviewModel }: Pick<Config["repair"], "reviewModel">,
  fetch: typeof globalThis.fetch | null,
  onCall: () => void,
  wrap: WrapModel = (model) => model,
): Model {
  const prices = reviewModel === null ? config.prices : { ...config.prices, [reviewModel.name]: reviewModel.price };
  const model = wrap(createModel({ ...config, prices, timeoutMs: callTimeoutMs, fetch }));
  return {
    costUsdMax: (request) => model.costUsdMax(request),
    ask(request, signal, asker) {
      onCall();
      return model.ask(request, signal, asker);
    },
  };
}
