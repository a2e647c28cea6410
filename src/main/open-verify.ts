import { openWorkplaces } from "../adapters/git/workplaces.ts";
import { openPreparedFolders } from "../adapters/sandbox/prepared-folders.ts";
import { openSuiteMemory } from "../adapters/sandbox/suite-memory.ts";
import type { Config, ServiceConfig } from "../config/config.ts";
import type { ServiceName } from "../domain/names.ts";
import { ownValue } from "../domain/own-value.ts";
import { redact } from "../domain/redact.ts";
import type { HandsRepairMeans } from "../jobs/repair-means.ts";
import { matchesPattern } from "../repair/path-pattern.ts";
import { verifyPatch } from "../repair/verify/verify-patch.ts";
import { systemClock } from "./system-clock.ts";
import { thisSandbox } from "./this-sandbox.ts";

/** How patches are tested on this machine, put together. */
export function openVerify(
  config: Config,
  stateDirectory: string,
): Pick<HandsRepairMeans, "whyNotVerifiable" | "verify" | "testCommandOf"> {
  const sandbox = thisSandbox(stateDirectory);
  const prepared = openPreparedFolders(stateDirectory);
  const suites = openSuiteMemory(stateDirectory);
  const serviceOf = (service: ServiceName): ServiceConfig | null => ownValue(config.services, service) ?? null;
  const isConfigFile = (path: string) => config.repair.configFiles.some((pattern) => matchesPattern(path, pattern));
  const unsaid = redact("the service map does not say how its tests are run (`verify`)");
  return {
    whyNotVerifiable: async (service, signal) =>
      serviceOf(service)?.commands === null ? unsaid : sandbox.whyNot(signal),
    async verify(patch, expected, service, signal) {
      const its = serviceOf(service);
      if (its === null || its.commands === null) return { kind: "cannot-run", because: unsaid };
      const { repository, path, commands } = its;
      // A patch names its base by its id, so it does not matter whose names come first.
      const workplaces = openWorkplaces({ repository, path, stateDirectory, isFetched: false });
      const changes = patch.files.filter(({ isTest }) => !isTest);
      const isSetting = changes.length > 0 && changes.every((file) => isConfigFile(file.path));
      return verifyPatch(
        { patch, expected, commands, isSetting, isConfigFile },
        { sandbox, workplaces, prepared, suites, nowMs: () => systemClock.nowMs() },
        signal,
      );
    },
    testCommandOf: (service) => serviceOf(service)?.commands?.verifyTest?.join(" ") ?? null,
  };
}
