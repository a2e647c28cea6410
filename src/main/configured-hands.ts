import type { Config } from "../config/config.ts";
import type { Hands } from "../domain/job-queue.ts";
import type { OpenHandsMeans } from "./open-hands.ts";

/** The hands as configured; they are loaded by the first order, for most runs have none. */
export function configuredHands(
  config: Config,
  means: Omit<OpenHandsMeans, "onModelCall">,
): { readonly hands: Hands; readonly modelCalls: () => number } {
  let opened: Promise<Hands> | null = null;
  let modelCalls = 0;
  async function open() {
    const { openHands } = await import("./open-hands.ts");
    return openHands(config, { ...means, onModelCall: () => (modelCalls += 1) });
  }
  return {
    async hands(attempt) {
      opened ??= open();
      return (await opened)(attempt);
    },
    modelCalls: () => modelCalls,
  };
}
