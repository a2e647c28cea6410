/** Loki refuses a query: its status and its words. */
export class LogQueryError extends Error {
  override readonly name = "LogQueryError";
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** LogQL that a real Loki understands and this stand-in does not: said loudly, for an empty answer would look like a good one. */
export function unsupported(what: string): LogQueryError {
  return new LogQueryError(501, `the stand-in for Loki does not know ${what}`);
}
