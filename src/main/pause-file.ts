import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../domain/store.ts";

/** The handle that works when nothing else does: `touch state/PAUSE` stops, `rm state/PAUSE` goes on. */
export function pauseFileOf(stateDirectory: string): string {
  return join(stateDirectory, "PAUSE");
}

/** The same store, whose handles also say "paused" while the file is there. */
export function withPauseFile(store: Store, file: string): Store {
  return new Proxy(store, {
    get(target, property, receiver) {
      if (property === "handles") {
        return async () => {
          const handles = await target.handles();
          return handles.pausedBy === null && existsSync(file) ? { ...handles, pausedBy: `the file ${file}` } : handles;
        };
      }
      const value: unknown = Reflect.get(target, property, receiver);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
