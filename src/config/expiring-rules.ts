import type { Config } from "./config.ts";

const dayMs = 86_400_000;
/** Who keeps a service map wants to hear of it in time. */
const soonMs = 7 * dayMs;

export interface ExpiringRule {
  /** A whole sentence. */
  readonly sentence: string;
  readonly isOver: boolean;
}

/** Ignore rules that have ended, and those that end within a week. */
export function expiringRules({ ignore }: Pick<Config, "ignore">, nowMs: number): readonly ExpiringRule[] {
  return ignore.flatMap(({ name, because, untilMs }): readonly ExpiringRule[] => {
    const until = new Date(untilMs).toISOString().slice(0, 16);
    if (untilMs <= nowMs) {
      const sentence = `${name} ended at ${until}Z and ignores nothing any more (${because}). Remove it, or give it another \`until\`.`;
      return [{ sentence, isOver: true }];
    }
    if (untilMs - nowMs > soonMs) return [];
    return [
      { sentence: `${name} ends at ${until}Z; what it ignores is told from then on (${because}).`, isOver: false },
    ];
  });
}
