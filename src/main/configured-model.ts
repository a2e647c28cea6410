import type { Config } from "../config/config.ts";
import type { Model } from "../domain/model.ts";

const callTimeoutMs = 300_000;

/** The configured model, whose client is loaded by its first use; null without a key. */
export async function createConfiguredModel(
  config: Config,
  transport: typeof fetch | null,
): Promise<(Model & { readonly calls: () => number }) | null> {
  if (config.model === null) return null;
  const { createModel } = await import("../adapters/anthropic/model.ts");
  const model = createModel({ ...config.model, timeoutMs: callTimeoutMs, fetch: transport });
  let calls = 0;
  return {
    costUsdMax: (request) => model.costUsdMax(request),
    ask(request, signal) {
      calls += 1;
      return model.ask(request, signal);
    },
    calls: () => calls,
  };
}
