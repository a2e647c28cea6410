import type { Config } from "../config/config.ts";
import type { RemoteRepository } from "../domain/remote-repository.ts";
import type { DraftMeans } from "../jobs/drafts/draft-means.ts";

/** What the brain needs for drafts; the guard, with all that it loads, is put together when the first patch comes. */
export function configuredDrafts(config: Config, remote: RemoteRepository | null): DraftMeans {
  const { head, draftsMax, cooldownMs, patchesPerDraftMax, reviewBots } = config.repair;
  return {
    remote,
    async guard(patch, service) {
      const { guardOf } = await import("./guard-of.ts");
      return guardOf(config)(patch, service ?? "");
    },
    head,
    draftsMax,
    cooldownMs,
    patchesPerDraftMax,
    reviewBots,
  };
}
