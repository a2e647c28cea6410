/** `EAPL`: marks a SQLite file as ours, so that another program's is never written to. */
export const applicationId = 0x4541504c;

/**
 * Step n leads from version n to n + 1. A step that was released is never edited: a new one follows it.
 * JSON columns hold the domain's shapes (domain/codec.ts); the other columns are what is looked up, counted or compared.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  -- Who has the file open: a process that is gone without its row deleted did not end cleanly.
  CREATE TABLE session (id INTEGER PRIMARY KEY AUTOINCREMENT, pid INTEGER NOT NULL, process_started_ms REAL NOT NULL);

  -- In order of time, so that what a poll adds and asks for lies on few pages, however many rows there are.
  CREATE TABLE seen (timestamp_ns INTEGER NOT NULL, id BLOB NOT NULL, PRIMARY KEY (timestamp_ns, id)) WITHOUT ROWID;
  CREATE TABLE minute_count (
    fingerprint TEXT NOT NULL, environment TEXT NOT NULL, minute_ms INTEGER NOT NULL, entries INTEGER NOT NULL,
    PRIMARY KEY (fingerprint, environment, minute_ms)
  ) WITHOUT ROWID;
  CREATE INDEX minute_count_age ON minute_count (minute_ms);
  -- The sums of minute_count, so that they outlive its rows and are read without adding up a month of minutes.
  CREATE TABLE total_count (
    fingerprint TEXT NOT NULL, environment TEXT NOT NULL, entries INTEGER NOT NULL,
    PRIMARY KEY (fingerprint, environment)
  ) WITHOUT ROWID;
  CREATE TABLE alias (fingerprint TEXT PRIMARY KEY, incident TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX alias_incident ON alias (incident);
  CREATE TABLE trace (id TEXT PRIMARY KEY, incident TEXT NOT NULL, forget_at_ms INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX trace_age ON trace (forget_at_ms);
  CREATE TABLE incident (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL, last_seen_ns INTEGER NOT NULL, json TEXT NOT NULL
  );
  CREATE INDEX incident_last_seen ON incident (last_seen_ns);
  CREATE INDEX incident_state ON incident (state, last_seen_ns);
  CREATE TABLE kept_findings (incident TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE checkpoint (
    environment TEXT NOT NULL, query TEXT NOT NULL, until_ns INTEGER NOT NULL, PRIMARY KEY (environment, query)
  ) WITHOUT ROWID;
  CREATE TABLE coverage (
    seq INTEGER PRIMARY KEY, environment TEXT NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL,
    read_at_ms INTEGER NOT NULL, json TEXT NOT NULL
  );
  CREATE INDEX coverage_window ON coverage (environment, from_ns);

  CREATE TABLE "order" (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, incident TEXT NOT NULL, json TEXT NOT NULL,
    is_taken_over INTEGER NOT NULL DEFAULT 0, settled_at_ms INTEGER
  );
  CREATE INDEX order_open ON "order" (seq) WHERE settled_at_ms IS NULL;
  CREATE TABLE reservation (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "order" TEXT NOT NULL, incident TEXT NOT NULL,
    environment TEXT NOT NULL, day_utc TEXT NOT NULL, reserved_usd REAL NOT NULL, actual_usd REAL, model TEXT
  );
  CREATE INDEX reservation_day ON reservation (day_utc);
  CREATE INDEX reservation_incident ON reservation (incident);

  CREATE TABLE effect (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, attempts INTEGER NOT NULL,
    subject TEXT NOT NULL, intended_at_ms INTEGER NOT NULL, json TEXT NOT NULL
  );
  CREATE INDEX effect_state ON effect (state);
  CREATE INDEX effect_subject ON effect (subject);
  CREATE INDEX effect_age ON effect (intended_at_ms);
  CREATE TABLE audit (seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, subject TEXT NOT NULL, json TEXT NOT NULL);
  CREATE INDEX audit_age ON audit (at_ms);
  CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
  END;
  CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
    WHEN OLD.at_ms >= coalesce((SELECT value FROM meta WHERE key = 'audit_kept_from_ms'), 0) BEGIN
    SELECT RAISE(ABORT, 'the audit log is kept until its retention ends');
  END;

  CREATE TABLE lease (
    name TEXT PRIMARY KEY, holder TEXT, fence INTEGER NOT NULL, ttl_ms INTEGER NOT NULL, expires_at_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE wait (destination TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE job (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, is_urgent INTEGER NOT NULL,
    due_ms INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0, fence INTEGER NOT NULL DEFAULT 0, holder TEXT,
    locked_until_ms INTEGER, last_error TEXT, ended_at_ms INTEGER, json TEXT NOT NULL
  );
  CREATE INDEX job_state ON job (state, is_urgent, due_ms);
  CREATE TABLE job_step (
    job TEXT NOT NULL, step TEXT NOT NULL, ordinal INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (job, step, ordinal)
  );
  CREATE TABLE job_findings (seq INTEGER PRIMARY KEY, job TEXT NOT NULL UNIQUE, json TEXT NOT NULL);
  `,
  `
  -- What a window closed, and when that is counted again.
  ALTER TABLE coverage ADD COLUMN closed_from_ns INTEGER;
  ALTER TABLE coverage ADD COLUMN closed_to_ns INTEGER;
  ALTER TABLE coverage ADD COLUMN due_at_ms INTEGER;
  UPDATE coverage SET json = json_set(json, '$.closed', json('null'));
  CREATE INDEX coverage_closed ON coverage (environment, closed_to_ns) WHERE closed_to_ns IS NOT NULL;
  CREATE INDEX coverage_due ON coverage (environment, due_at_ms) WHERE due_at_ms IS NOT NULL;
  `,
  `
  -- What stood where otherwise equal identities differ, so that a word that varies is known for a value.
  CREATE TABLE variant (
    place TEXT NOT NULL, fingerprint TEXT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (place, fingerprint)
  ) WITHOUT ROWID;
  CREATE INDEX trace_incident ON trace (incident);
  `,
  `
  UPDATE incident SET json = json_set(json, '$.ignoredBecause', json('null'));
  UPDATE coverage SET json = json_set(json, '$.ignored', 0);
  `,
  `
  -- Drafts: effects that wait for another one, what became of a draft, and for which commits a patch was made.
  UPDATE effect SET json = json_set(json, '$.after', json('null'));
  UPDATE incident SET json = json_set(json, '$.pullRequest', json('null'), '$.patchedBases', json('[]'), '$.patchAskedBy', json('null'));
  UPDATE kept_findings SET json = json_set(json, '$.proposal', json('null'));
  UPDATE "order" SET json = json_set(json, '$.repair', json('null'), '$.incident.pullRequest', json('null'), '$.incident.patchedBases', json('[]'), '$.incident.patchAskedBy', json('null'))
    WHERE json <> '';
  `,
  `
  -- What is remembered for chats: questions and their answers, buttons, updates that were dealt with.
  CREATE TABLE chat_item (
    kind TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, at_ms INTEGER NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  CREATE INDEX chat_item_state ON chat_item (kind, state, at_ms);
  CREATE INDEX chat_item_age ON chat_item (kind, at_ms);
  `,
  `
  -- What an investigation cost, part by part, whose it was and what came of it.
  ALTER TABLE reservation ADD COLUMN service TEXT;
  ALTER TABLE reservation ADD COLUMN outcome TEXT;
  ALTER TABLE reservation ADD COLUMN bill TEXT NOT NULL DEFAULT '[]';
  UPDATE kept_findings SET json = json_set(json, '$.bill', json('[]'), '$.rootCause.unsupported', json('[]'),
    '$.rootCause.mechanism', json('[]'), '$.rootCause.doubt', json('null'), '$.rootCause.remedy', json('null'));
  `,
  `
  -- Samples are large and change seldom; an incident is written with every page that its bug is in.
  CREATE TABLE incident_samples (incident TEXT PRIMARY KEY, version INTEGER NOT NULL, json TEXT NOT NULL);
  INSERT INTO incident_samples (incident, version, json) SELECT id, version, json_extract(json, '$.samples') FROM incident;
  UPDATE incident SET json = json_remove(json, '$.samples');
  `,
  `
  -- Incidents that are told in the issue of another one.
  UPDATE incident SET json = json_set(json, '$.sameAs', json('null'), '$.notSameAs', json('[]'));
  UPDATE kept_findings SET json = json_set(json, '$.sameAs', json('null'));
  UPDATE "order" SET json = json_set(json, '$.openIssues', json('[]'), '$.incident.sameAs', json('null'), '$.incident.notSameAs', json('[]'))
    WHERE json <> '';
  `,
];
