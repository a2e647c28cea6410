import { decode, encode } from "../../domain/codec.ts";
import type { AuditLine, ChatEffect, ChatSubject, Effect, EffectState, EffectSubject } from "../../domain/effect.ts";
import type { Database } from "./database.ts";

interface StoredEffect {
  readonly state: EffectState;
  readonly attempts: number;
  readonly json: string;
}

/** Messages to chats lie beside what is written elsewhere, and are known by their subject. */
const isOfChat = "subject LIKE 'chat:%'";

interface EffectFilter<Subject> {
  readonly states?: readonly EffectState[];
  readonly subject?: Subject;
  readonly intendedSinceMs?: number;
  readonly id?: string;
}

export function readEffects(db: Database, filter: EffectFilter<EffectSubject>): readonly Effect[] {
  return readWhere(db, `NOT ${isOfChat}`, filter).map(({ json }) => decode<Effect>(json));
}

export function readChatEffects(db: Database, filter: EffectFilter<ChatSubject>): readonly ChatEffect[] {
  return readWhere(db, isOfChat, filter).map(({ json }) => decode<ChatEffect>(json));
}

function readWhere(db: Database, kind: string, filter: EffectFilter<string>): readonly { readonly json: string }[] {
  const conditions = [kind];
  const values: (string | number)[] = [];
  if (filter.states !== undefined) {
    conditions.push("state IN (SELECT value FROM json_each(?))");
    values.push(JSON.stringify(filter.states));
  }
  if (filter.subject !== undefined) {
    conditions.push("subject = ?");
    values.push(filter.subject);
  }
  if (filter.id !== undefined) {
    conditions.push("id = ?");
    values.push(filter.id);
  }
  if (filter.intendedSinceMs !== undefined) {
    conditions.push("intended_at_ms >= ?");
    values.push(filter.intendedSinceMs);
  }
  return db.all<{ json: string }>(
    `SELECT json FROM effect WHERE ${conditions.join(" AND ")} ORDER BY intended_at_ms, seq`,
    ...values,
  );
}

type AnyEffect = Effect | ChatEffect;

/** Whether a step of an effect was decided on an older reading of it: somebody else has tried it since. */
export function hasStaleEffect(db: Database, effects: readonly AnyEffect[]): boolean {
  return effects.some((effect) => {
    const stored = readStored(db, effect.id);
    if (stored === null || !changes(stored, effect)) return false;
    // A write that was not carried out gives its attempt back.
    const attemptsMin =
      stored.state === "sending" && effect.state === "intended" ? stored.attempts - 1 : stored.attempts;
    return effect.attempts < attemptsMin;
  });
}

/**
 * `Change.effects` carries both new intents and the steps of those that are there (its rule is told at `Change`): what was rendered first stays,
 * for a restart must send the same bytes, and what has ended stays ended.
 */
export function writeEffects(db: Database, effects: readonly AnyEffect[]): void {
  for (const effect of effects) {
    if (effect.state === "sending" && effect.attempts === 0) {
      throw new RangeError(`The effect ${effect.id} is being sent as attempt 0: count the attempt before it is made.`);
    }
    const stored = readStored(db, effect.id);
    if (stored !== null && !changes(stored, effect)) continue;
    const { outgoing, subject, environment, intendedAtMs } = stored === null ? effect : decode<AnyEffect>(stored.json);
    db.run(
      `INSERT INTO effect (id, state, attempts, subject, intended_at_ms, json) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET state = excluded.state, attempts = excluded.attempts, json = excluded.json`,
      effect.id,
      effect.state,
      effect.attempts,
      subject,
      intendedAtMs,
      encode({ ...effect, outgoing, subject, environment, intendedAtMs }),
    );
  }
}

function readStored(db: Database, id: string): StoredEffect | null {
  return db.get<StoredEffect>("SELECT state, attempts, json FROM effect WHERE id = ?", id);
}

function changes(stored: StoredEffect, effect: AnyEffect): boolean {
  const hasEnded = stored.state === "done" || stored.state === "refused";
  const isIntendedAgain = effect.state === "intended" && effect.attempts === 0 && effect.because === null;
  return !hasEnded && !isIntendedAgain;
}

export function readAudit(
  db: Database,
  filter: { readonly sinceMs: number; readonly limit: number; readonly subject?: string },
): readonly AuditLine[] {
  return db
    .all<{ json: string }>(
      `SELECT json FROM audit WHERE at_ms >= ?1 AND (?2 IS NULL OR subject = ?2) ORDER BY at_ms DESC, seq DESC LIMIT ?3`,
      filter.sinceMs,
      filter.subject ?? null,
      filter.limit,
    )
    .map(({ json }) => decode<AuditLine>(json));
}

export function writeAudit(db: Database, lines: readonly AuditLine[]): void {
  for (const line of lines) {
    db.run("INSERT INTO audit (at_ms, subject, json) VALUES (?, ?, ?)", line.atMs, line.subject, encode(line));
  }
}
