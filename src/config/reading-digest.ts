import { hash } from "node:crypto";
import { fingerprintVersion } from "../domain/fingerprint.ts";
import type { Config } from "./config.ts";
import { readingRulesOf } from "./reading-rules-of.ts";

/** 32 hex of what decides an error's fingerprint: our rule's version, and what the service map says about reading. The same for every order of its keys. */
export function readingDigestOf(config: Pick<Config, "services" | "serviceLabels">): string {
  const { environment: _any, ...rules } = readingRulesOf(config, null);
  const byName = (one: [string, unknown], other: [string, unknown]) => (one[0] < other[0] ? -1 : 1);
  const text = JSON.stringify([fingerprintVersion, rules], (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value).sort(byName) : value,
  );
  return hash("sha256", text, "hex").slice(0, 32);
}
