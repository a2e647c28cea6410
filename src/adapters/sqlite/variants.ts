import type { Fingerprint } from "../../domain/names.ts";
import type { Change, Variant } from "../../domain/store.ts";
import type { Database } from "./database.ts";

interface VariantRow {
  readonly place: string;
  readonly fingerprint: Fingerprint;
  readonly words: string;
}

export function readVariants(db: Database, places: readonly string[]): readonly Variant[] {
  if (places.length === 0) return [];
  const rows = db.all<VariantRow>(
    "SELECT place, fingerprint, words FROM variant WHERE place IN (SELECT value FROM json_each(?)) ORDER BY place, fingerprint",
    JSON.stringify(places),
  );
  return rows.map(({ words, ...row }) => ({ ...row, words: words.split(" ") }));
}

export function writeVariants(db: Database, { variants = [], merges = [] }: Change): void {
  for (const { place, fingerprint, words } of variants) {
    db.run(
      "INSERT OR IGNORE INTO variant (place, fingerprint, words) VALUES (?, ?, ?)",
      place,
      fingerprint,
      words.join(" "),
    );
  }
  for (const { from, into } of merges) {
    db.run("UPDATE alias SET incident = ? WHERE incident = ?", into, from);
    db.run("UPDATE trace SET incident = ? WHERE incident = ?", into, from);
  }
}
