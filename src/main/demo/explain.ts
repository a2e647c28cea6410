import { createLogSource } from "../../adapters/loki/log-source.ts";
import type { Config } from "../../config/config.ts";
import { readingRulesOf } from "../../config/reading-rules-of.ts";
import { explain } from "../../detect/explain/explain.ts";
import { explainText } from "../../detect/explain/explain-text.ts";
import { demoEnvironment } from "./world.ts";

const nsPerMs = 1_000_000n;
const hourMs = 3_600_000;
const entriesMax = 1_000;

/** What `explain` says of the first error of each service, for people who will tune a service map: one text a service. */
export async function explainOneOfEach(config: Config, nowMs: number, signal: AbortSignal): Promise<readonly string[]> {
  const loki = config.environments[demoEnvironment]?.loki;
  if (loki === undefined) return [];
  const window = { fromNs: BigInt(nowMs - hourMs) * nsPerMs, toNs: BigInt(nowMs) * nsPerMs };
  const { entries } = await createLogSource(loki).entriesBetween(loki.query, window, entriesMax, signal);
  const rows = explain(entries, readingRulesOf(config, demoEnvironment), () => null).filter((row) => row.isError);
  const ofService = Map.groupBy(rows, (row) => row.service);
  return [...ofService.values()].flatMap(([row]) => (row === undefined ? [] : [withoutSummary(explainText([row]))]));
}

/** The entry alone: what a whole input would become is for whole inputs. */
function withoutSummary(text: string): string {
  return text.split("\n\n", 1)[0]?.replace(/^1\. /, "") ?? "";
}
