const sameRequestMs = 500;

/** Somebody ended the process; not a failure of ours. */
class StoppedError extends Error {
  override readonly name = "StoppedError";
  readonly isRetryable = false;
  constructor(signalName: string) {
    super(`Stopped by ${signalName}.`);
  }
}

/** Aborts when the process is asked to stop; a second request ends it at once. */
export function stopSignal(onStop: (signalName: string) => void): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  let stoppedAtMs = 0;
  const stop = (signalName: NodeJS.Signals) => {
    // A terminal signals the whole group, and the starter passes it on as well: both are one request.
    if (controller.signal.aborted && Date.now() - stoppedAtMs < sameRequestMs) return;
    if (controller.signal.aborted) process.exit(130);
    stoppedAtMs = Date.now();
    onStop(signalName);
    controller.abort(new StoppedError(signalName));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return {
    signal: controller.signal,
    release() {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
    },
  };
}
