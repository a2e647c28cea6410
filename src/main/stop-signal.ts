/** Aborts when the process is asked to stop; a second request ends it at once. */
export function stopSignal(onStop: (signalName: string) => void): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = (signalName: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130);
    onStop(signalName);
    controller.abort(new Error(`the process was asked to stop by ${signalName}`));
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
