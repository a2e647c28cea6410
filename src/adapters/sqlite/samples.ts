import { decode, encode } from "../../domain/codec.ts";
import type { Sample } from "../../domain/incident.ts";
import type { IncidentId } from "../../domain/names.ts";
import type { Database } from "./database.ts";

/**
 * The kept entries of an incident are most of it and change seldom, so they are written, and read again, only where they changed. `version` is the incident's when they were
 * written: with its id it names one list, whoever wrote it.
 */
interface Read {
  readonly version: number;
  readonly samples: readonly Sample[];
}

/** What one connection has read. */
class ReadBefore {
  readonly #lists = new Map<IncidentId, Read>();
  #length = 0;

  of(id: IncidentId, version: number): readonly Sample[] | null {
    const read = this.#lists.get(id);
    return read?.version === version ? read.samples : null;
  }

  /** Whether an incident still has the list that was read of it. */
  has(id: IncidentId, samples: readonly Sample[]): boolean {
    return this.#lists.get(id)?.samples === samples;
  }

  forget(id: IncidentId): void {
    this.#lists.delete(id);
  }

  keep(id: IncidentId, read: Read, length: number): void {
    if (this.#length + length > lengthMax) {
      this.#lists.clear();
      this.#length = 0;
    }
    this.#length += length;
    this.#lists.set(id, read);
  }
}

/** Characters: some hundred lists of stack traces. */
const lengthMax = 8_000_000;
const ofConnection = new WeakMap<Database, ReadBefore>();

function readBefore(db: Database): ReadBefore {
  let before = ofConnection.get(db);
  if (before === undefined) {
    before = new ReadBefore();
    ofConnection.set(db, before);
  }
  return before;
}

/** Call it inside one `read`, with that one's rows. */
export function readSamples(
  db: Database,
  rows: readonly { readonly id: IncidentId; readonly samplesVersion: number }[],
): ReadonlyMap<IncidentId, readonly Sample[]> {
  const before = readBefore(db);
  const found = new Map<IncidentId, readonly Sample[]>();
  const versions = new Map<IncidentId, number>();
  for (const { id, samplesVersion } of rows) {
    const samples = before.of(id, samplesVersion);
    if (samples === null) versions.set(id, samplesVersion);
    else found.set(id, samples);
  }
  if (versions.size === 0) return found;
  const lists = db.all<{ incident: IncidentId; json: string }>(
    "SELECT incident, json FROM incident_samples WHERE incident IN (SELECT value FROM json_each(?))",
    JSON.stringify([...versions.keys()]),
  );
  for (const { incident, json } of lists) {
    const samples = decode<readonly Sample[]>(json);
    before.keep(incident, { version: versions.get(incident) ?? 0, samples }, json.length);
    found.set(incident, samples);
  }
  return found;
}

/** @param version the incident's before it is written; it is checked that nobody else has written it since */
export function writeSamples(db: Database, id: IncidentId, version: number, samples: readonly Sample[]): void {
  const before = readBefore(db);
  if (version > 0 && before.has(id, samples)) return;
  before.forget(id);
  db.run(
    "INSERT OR REPLACE INTO incident_samples (incident, version, json) VALUES (?, ?, ?)",
    id,
    version + 1,
    encode(samples),
  );
}
