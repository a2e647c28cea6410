import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { analyseWithoutModel } from "../../analyse/analyse-without-model.ts";
import type { Config } from "../../config/config.ts";
import type { StoredIssue } from "../../demo/github/world.ts";
import { parseTemplate } from "../../domain/inert.ts";
import { issueMarker, lastLineOf, parseMarker } from "../../domain/marker.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { Store } from "../../domain/store.ts";
import { issueText } from "../../report/issue-text.ts";
import { readCase } from "../case-file.ts";
import { readPrompt } from "../read-prompt.ts";

/** An issue that was filed, and what would have been filed about the same evidence without a model. */
export interface IssuePair {
  readonly filed: StoredIssue;
  readonly without: { readonly title: string; readonly body: string };
}

/** Of each issue with kept evidence. Nothing is asked again: the evidence is the same, only the analyser is another. */
export async function issuesWithoutModel(
  issues: readonly StoredIssue[],
  {
    config,
    store,
    stateDirectory,
  }: { readonly config: Config; readonly store: Store; readonly stateDirectory: string },
): Promise<readonly IssuePair[]> {
  const template = parseTemplate(readPrompt(`issue.${config.language}.md`));
  const pairs: IssuePair[] = [];
  for (const filed of issues.filter(({ isPullRequest }) => !isPullRequest)) {
    const marker = parseMarker(lastLineOf(filed.body));
    const incident = marker === null ? null : await store.incident(marker.incident);
    const repositories = [config.fallbackRepository, ...Object.values(config.services).map((each) => each.repository)];
    const repository = repositories.find((name) => name !== null && name === filed.repository) ?? null;
    if (marker === null || incident === null || repository === null) continue;
    const file = join(stateDirectory, "evidence", `${marker.incident}-${marker.episode}-0.json`);
    const text = await readFile(file, "utf8").catch(() => null);
    if (text === null) continue;
    const { bundle } = readCase(text, file);
    const { title, body } = issueText({
      incident,
      findings: {
        orderId: `${incident.id}-${incident.episode}-0`,
        format: 1,
        incident: incident.id,
        episode: incident.episode,
        bundle,
        origin: null,
        symptoms: [],
        rootCause: analyseWithoutModel(bundle, "no-key", config.language),
        sameAs: null,
        noModelBecause: "no-key",
        proposal: null,
        verdict: { allowed: false, mode: "issue", rules: [] },
        costUsd: 0,
        bill: [],
        startedAtMs: bundle.gatheredAtMs,
        finishedAtMs: bundle.gatheredAtMs,
      },
      repository,
      repositoryOf: (service) =>
        (service === null ? undefined : ownValue(config.services, service)?.repository) ?? config.fallbackRepository,
      webUrl: config.github.webUrl,
      language: config.language,
      template,
      patch: [],
      marker: issueMarker(incident, incident.episode),
    });
    pairs.push({ filed, without: { title, body } });
  }
  return pairs;
}
