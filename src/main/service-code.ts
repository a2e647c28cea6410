import { resolve } from "node:path";
import { createSourceMapFolder } from "../adapters/source-maps/source-map-folder.ts";
import type { Config, ServiceConfig } from "../config/config.ts";
import type { Clock } from "../domain/clock.ts";
import type { ServiceName } from "../domain/names.ts";
import { ownValue } from "../domain/own-value.ts";
import type { CodeSource, ServiceCode } from "../domain/sources.ts";
import { systemClock } from "./system-clock.ts";

/** What was fetched so lately is as good as new. */
const freshMs = 30_000;

/** Where each mapped service's code is; a clone is opened once, when it is first asked for, and what it lacks fetched before, where that is wanted. */
export function serviceCodeOf(
  config: Config,
  stateDirectory: string,
  clock: Pick<Clock, "nowMs"> = systemClock,
): (service: ServiceName) => ServiceCode | null {
  const opened = new Map<string, Promise<CodeSource>>();
  const fetched = new Map<string, { readonly atMs: number; readonly problem: Promise<string | null> }>();
  const isFetched = config.repositories.fetch === "before-gather";

  /** Why what the remote has newer is not here; null when all of it is. */
  async function fetchIfDue({ repository, path }: ServiceConfig): Promise<string | null> {
    const last = fetched.get(path);
    if (last !== undefined && clock.nowMs() - last.atMs < freshMs) return await last.problem;
    const fetchNow = async () => {
      const { fetchRepository } = await import("../adapters/git/fetched-repository.ts");
      const { webUrl } = config.github;
      const { token } = config.repositories;
      return fetchRepository(
        { repository, path, stateDirectory: resolve(stateDirectory), webUrl, token },
        new AbortController().signal,
      );
    };
    const problem = fetchNow();
    fetched.set(path, { atMs: clock.nowMs(), problem });
    return await problem;
  }

  function openOnce({ repository, path }: ServiceConfig): Promise<CodeSource> {
    const earlier = opened.get(path);
    if (earlier !== undefined) return earlier;
    const open = async () => {
      const { createCodeSource } = await import("../adapters/git/code-source.ts");
      // git is run in other folders.
      return createCodeSource({ repository, path, stateDirectory: resolve(stateDirectory), isFetched });
    };
    const now = open();
    opened.set(path, now);
    // A clone that could not be opened now may be there at the next order.
    now.catch(() => opened.delete(path));
    return now;
  }

  return (service) => {
    const its = ownValue(config.services, service);
    if (its === undefined) return null;
    const { repository, under, deployed, version, sourceMaps } = its;
    return {
      ...{ service, repository, under, version },
      deployedLabels: deployed,
      sourceMapOf: sourceMaps === null ? () => Promise.resolve(null) : createSourceMapFolder(sourceMaps),
      async open() {
        const problem = isFetched ? await fetchIfDue(its) : null;
        const source = await openOnce(its);
        if (problem === null) return source;
        const stale = `Newer commits could not be fetched: ${problem}.`;
        return { ...source, caution: source.caution === null ? stale : `${source.caution} ${stale}` };
      },
    };
  };
}
