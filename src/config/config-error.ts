/** One thing to put right, with its place: `service-map.yaml:12:5 services.shop.repository: is missing. Add it: …`. */
export interface ConfigMistake {
  /** As it is shown: relative to the working directory where that is shorter. */
  readonly file: string;
  /** Counted from 1; null where the mistake is not in a line of the file (the file is missing, say). */
  readonly line: number | null;
  readonly column: number | null;
  /** `services.shop.repository`; "" for the file as a whole. */
  readonly path: string;
  /** What is wrong and how to cure it. Never holds the value of a secret. */
  readonly sentence: string;
}

/** The configuration cannot be used; the message holds every mistake that was found, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly isRetryable = false;
  readonly mistakes: readonly ConfigMistake[];
  constructor(mistakes: readonly ConfigMistake[], options?: ErrorOptions) {
    super(mistakes.map(describeMistake).join("\n"), options);
    this.mistakes = mistakes;
  }
}

function describeMistake(mistake: ConfigMistake): string {
  const place = mistake.line === null ? mistake.file : `${mistake.file}:${mistake.line}:${mistake.column ?? 1}`;
  return mistake.path === "" ? `${place}: ${mistake.sentence}` : `${place} ${mistake.path}: ${mistake.sentence}`;
}
