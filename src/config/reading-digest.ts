import { hash } from "node:crypto";
import { fingerprintVersion } from "../domain/fingerprint.ts";
import { type ReadingConfig, readingRulesOf } from "./reading-rules-of.ts";

/**
 * 32 hex of what decides an error's fingerprint: our rule's version, and what the service map says about reading. The same for every order of its keys. Floors and
 * thresholds decide no fingerprint.
 */
export function readingDigestOf(config: ReadingConfig): string {
  const { serviceLabels, aliases, own, levers } = readingRulesOf(config, null);
  const rules = {
    serviceLabels,
    aliases,
    own,
    notOwn: levers?.notOwn,
    ignore: levers?.ignore,
    formats: levers?.formats,
  };
  const text = JSON.stringify([fingerprintVersion, rules], (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).sort((one, other) => (one[0] < other[0] ? -1 : 1))
      : value,
  );
  return hash("sha256", text, "hex").slice(0, 32);
}
