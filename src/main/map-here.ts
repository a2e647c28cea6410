import type { Config } from "../config/config.ts";
import type { CommandName } from "../domain/command/grammar.ts";
import type { MapView } from "../jobs/handles/answer-means.ts";
import { modeOfConfig } from "./mode-of-config.ts";
import { type CommonOptions, loadSettings } from "./setting.ts";
import { toldSettings } from "./told-settings.ts";

/** What is about the service map needs it; what only looks into it goes without where it is being edited; and what stops does not read it. */
export async function mapFor(name: CommandName, options: CommonOptions): Promise<MapView | null> {
  if (name === "config" || name === "status") return viewOf(await loadSettings(options));
  if (name !== "mode" && name !== "retry" && name !== "show") return null;
  try {
    return viewOf(await loadSettings(options));
  } catch (error) {
    if (error instanceof Error && error.name === "ConfigError") return null;
    throw error;
  }
}

function viewOf(config: Config): MapView {
  return {
    environments: Object.keys(config.environments),
    modeOf: modeOfConfig(config),
    ceilings: config.budget,
    linkHosts: [new URL(config.github.webUrl).host],
    settings: toldSettings(config),
    chatReader: null,
  };
}
