import type { Store } from "../domain/store.ts";
import { pauseFileOf, withPauseFile } from "./pause-file.ts";

const lookEveryMs = 500;

/** Somebody said stop. */
export class PausedError extends Error {
  override readonly name = "PausedError";
  readonly isRetryable = false;
  constructor(pausedBy: string) {
    super(`Paused by ${pausedBy}, so no model is asked. error-autopilot resume ends the pause.`);
  }
}

/**
 * Work for a command that asks a model: a pause, however it is said, keeps it from beginning and ends it where it is.
 * @throws PausedError
 */
export async function unlessPaused<Result>(
  state: { readonly store: Store; readonly stateDirectory: string },
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const store = withPauseFile(state.store, pauseFileOf(state.stateDirectory));
  const paused = new AbortController();
  const look = async () => {
    const { pausedBy } = await store.handles();
    if (pausedBy !== null) paused.abort(new PausedError(pausedBy));
  };
  await look();
  paused.signal.throwIfAborted();
  // A state file that is busy for a moment is looked into again.
  const watch = setInterval(() => void look().catch(() => undefined), lookEveryMs);
  try {
    return await work(AbortSignal.any([signal, paused.signal]));
  } finally {
    clearInterval(watch);
  }
}
