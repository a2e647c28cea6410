import { existsSync } from "node:fs";
import { pauseFileOf } from "./pause-file.ts";

const lookEveryMs = 500;

/** Calls back when the file PAUSE appears, and when it goes; looks on its own, for a daemon may be waiting for a slow server. */
export function watchPauseFile(stateDirectory: string, onChange: (isThere: boolean) => void): { stop(): void } {
  const file = pauseFileOf(stateDirectory);
  let wasThere = false;
  const look = (): void => {
    const isThere = existsSync(file);
    if (isThere !== wasThere) onChange(isThere);
    wasThere = isThere;
  };
  look();
  const watch = setInterval(look, lookEveryMs);
  return { stop: () => clearInterval(watch) };
}
