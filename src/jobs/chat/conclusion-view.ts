import type { Conclusion } from "../../domain/chat/chat-memory.ts";
import type { Store } from "../../domain/store.ts";
import type { ConclusionView } from "../../report/chat/conclusion-text.ts";
import type { BrainRules } from "../brain-means.ts";
import { environmentsOf } from "../plan-orders.ts";
import type { ChatMeans } from "./chat-means.ts";

interface ViewMeans {
  readonly store: Store;
  readonly modeOf: BrainRules["modeOf"];
  readonly linkHosts: readonly string[];
}

export function viewMeans({ brain, rules }: Pick<ChatMeans, "brain" | "rules">): ViewMeans {
  return { store: brain.store, modeOf: brain.rules.modeOf, linkHosts: rules.linkHosts };
}

/** A conclusion with what became of it since. */
export async function conclusionView(
  { store, modeOf, linkHosts }: ViewMeans,
  conclusion: Conclusion,
): Promise<ConclusionView> {
  const incident = await store.incident(conclusion.incident);
  const coming = await store.effects({ subject: conclusion.incident, states: ["intended", "sending", "unknown"] });
  const mode = incident === null ? "dry-run" : modeOf(environmentsOf(incident), incident.service);
  return {
    conclusion,
    incident,
    isIssueComing: mode !== "dry-run" && coming.some(({ outgoing }) => outgoing.kind === "open-issue"),
    isDryRun: mode === "dry-run",
    linkHosts,
  };
}
