import { createSourceMapFolder } from "../adapters/source-maps/source-map-folder.ts";
import type { Config } from "../config/config.ts";
import type { ServiceName } from "../domain/names.ts";
import { ownValue } from "../domain/own-value.ts";
import type { CodeSource, ServiceCode } from "../domain/sources.ts";

/** Where each mapped service's code is; a clone is opened once, when it is first asked for. */
export function serviceCodeOf(config: Config, stateDirectory: string): (service: ServiceName) => ServiceCode | null {
  const opened = new Map<string, Promise<CodeSource>>();
  return (service) => {
    const its = ownValue(config.services, service);
    if (its === undefined) return null;
    const { repository, path, under, deployed, sourceMaps } = its;
    const open = async () => {
      const { createCodeSource } = await import("../adapters/git/code-source.ts");
      return createCodeSource({ repository, path, stateDirectory });
    };
    return {
      service,
      repository,
      under,
      deployedLabels: deployed,
      sourceMapOf: sourceMaps === null ? () => Promise.resolve(null) : createSourceMapFolder(sourceMaps),
      open() {
        const earlier = opened.get(path);
        if (earlier !== undefined) return earlier;
        const now = open();
        opened.set(path, now);
        // A clone that could not be opened now may be there at the next order.
        now.catch(() => opened.delete(path));
        return now;
      },
    };
  };
}
