/** An id that entries of one request share where no trace does: less sure than a trace, for anything may be called so. */
export interface Correlation {
  /** As the field is called: `request_id`. */
  readonly name: string;
  readonly value: string;
}

const named =
  /["'[ ({,;]?\b((?:x[-_])?(?:request|correlation|req|transaction|txn|conversation|message|job|event)[-_.]?id)\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?([A-Za-z0-9][\w.:+/@-]{7,63})/gi;
/** Counters and years are shared by everybody. */
const telling = /^(?=.*\d)(?!\d{1,9}$)[\w.:+/@-]{8,64}$/;
const lineLengthMax = 20_000;

/** The first id in a log line by which other entries of the same request may be found; null where there is none. */
export function correlationIn(line: string): Correlation | null {
  for (const [, name = "", value = ""] of line.slice(0, lineLengthMax).matchAll(named)) {
    if (telling.test(value)) return { name, value };
  }
  return null;
}
