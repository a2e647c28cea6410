import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Store } from "../domain/store.ts";

/** The handle that works when nothing else does: `touch state/PAUSE` stops, `rm state/PAUSE` goes on. */
export function pauseFileOf(stateDirectory: string): string {
  return join(stateDirectory, "PAUSE");
}

/** The same store, whose handles also say "paused" while the file is there; to resume through it takes the file away. */
export function withPauseFile(store: Store, file: string): Store {
  return new Proxy(store, {
    get(target, property, receiver) {
      if (property === "handles") {
        return async () => {
          const handles = await target.handles();
          return handles.pausedBy === null && existsSync(file) ? { ...handles, pausedBy: wordsFor(file) } : handles;
        };
      }
      if (property === "setHandles") {
        return async (...[handles, line]: Parameters<Store["setHandles"]>) => {
          if (handles.pausedBy === null) await rm(file, { force: true });
          // What only the file says must not outlive it.
          const isOfFile = handles.pausedBy === wordsFor(file);
          await target.setHandles(isOfFile ? { ...handles, pausedBy: null } : handles, line);
        };
      }
      const value: unknown = Reflect.get(target, property, receiver);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function wordsFor(file: string): string {
  return `the file ${file}`;
}
