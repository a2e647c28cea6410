import type { Ceilings, Reservation } from "../../domain/budget.ts";
import { decode, encode } from "../../domain/codec.ts";
import type { Environment } from "../../domain/names.ts";
import type { Change, CostLine } from "../../domain/store.ts";
import type { Database } from "./database.ts";

// What is not settled counts as spent in full.
const spent = "coalesce(sum(coalesce(actual_usd, reserved_usd)), 0) AS usd";
/** Sums of dollars are not exact in binary; a millionth is less than any model call. */
const toleranceUsd = 1e-6;

/** Whether these reservations, with all that is reserved or spent, would pass a ceiling of an incident, a day, or an environment's day. */
export function exceedsCeiling(db: Database, { reserve, orders = [] }: Change): boolean {
  if (reserve === undefined) return false;
  const { ceilings } = reserve;
  const added = reserve.reservations.filter(({ id }) => !isReserved(db, id));
  const incidentOf = (reservation: Reservation): string =>
    orders.find(({ id }) => id === reservation.order)?.incident.id ?? readIncidentOfOrder(db, reservation.order);
  return (
    exceeds(added, incidentOf, ceilings.incidentUsd, (incident) =>
      db.get(`SELECT ${spent} FROM reservation WHERE incident = ?`, incident),
    ) ||
    exceeds(
      added,
      ({ dayUtc }) => dayUtc,
      ceilings.dayUsd,
      (dayUtc) => db.get(`SELECT ${spent} FROM reservation WHERE day_utc = ?`, dayUtc),
    ) ||
    exceedsEnvironment(db, added, ceilings)
  );
}

function exceedsEnvironment(db: Database, added: readonly Reservation[], { environmentDayUsd }: Ceilings): boolean {
  if (environmentDayUsd === null) return false;
  const dayOf = ({ dayUtc, environment }: Reservation): string => `${dayUtc} ${environment}`;
  return exceeds(added, dayOf, environmentDayUsd, (_day, { dayUtc, environment }) =>
    db.get(`SELECT ${spent} FROM reservation WHERE day_utc = ? AND environment = ?`, dayUtc, environment),
  );
}

function exceeds(
  added: readonly Reservation[],
  groupOf: (reservation: Reservation) => string,
  ceilingUsd: number,
  readSpent: (group: string, one: Reservation) => { readonly usd: number } | null,
): boolean {
  return [...Map.groupBy(added, groupOf)].some(([group, [...reservations]]) => {
    const [one] = reservations;
    if (one === undefined) return false;
    const addedUsd = reservations.reduce((sum, { amountUsd }) => sum + amountUsd, 0);
    return (readSpent(group, one)?.usd ?? 0) + addedUsd > ceilingUsd + toleranceUsd;
  });
}

function isReserved(db: Database, id: string): boolean {
  return db.get("SELECT 1 FROM reservation WHERE id = ?", id) !== null;
}

/** An order that the store does not know (a dry run's, whose bill is ours) is an incident of its own. */
function readIncidentOfOrder(db: Database, order: string): string {
  return db.get<{ incident: string }>(`SELECT incident FROM "order" WHERE id = ?`, order)?.incident ?? order;
}

/** Call it after the orders are written. A reservation is made once, and settled once: findings may come twice. */
export function writeBudget(db: Database, { reserve, settle = [] }: Change): void {
  for (const { id, order, environment, dayUtc, amountUsd } of reserve?.reservations ?? []) {
    db.run(
      `INSERT OR IGNORE INTO reservation (id, "order", incident, environment, day_utc, reserved_usd) VALUES (?, ?, ?, ?, ?, ?)`,
      id,
      order,
      readIncidentOfOrder(db, order),
      environment,
      dayUtc,
      amountUsd,
    );
  }
  for (const { reservation, actualUsd, model, service, outcome, bill } of settle) {
    db.run(
      "UPDATE reservation SET actual_usd = ?, model = ?, service = ?, outcome = ?, bill = ? WHERE id = ? AND actual_usd IS NULL",
      actualUsd,
      model,
      service,
      outcome,
      encode(bill),
      reservation,
    );
  }
}

export function readSpentUsd(db: Database, dayUtc: string, environment: Environment | null): number {
  const row = db.get<{ usd: number }>(
    `SELECT ${spent} FROM reservation WHERE day_utc >= ?1 AND (?2 IS NULL OR environment = ?2)`,
    dayUtc,
    environment,
  );
  return row?.usd ?? 0;
}

export function readCosts(db: Database, sinceDayUtc: string): readonly CostLine[] {
  const rows = db.all<Omit<CostLine, "bill"> & { readonly bill: string }>(
    `SELECT day_utc AS dayUtc, environment, "order", model, reserved_usd AS reservedUsd, actual_usd AS actualUsd,
       service, outcome, bill
     FROM reservation WHERE day_utc >= ? ORDER BY day_utc DESC, seq DESC`,
    sinceDayUtc,
  );
  return rows.map((row) => ({ ...row, bill: decode<CostLine["bill"]>(row.bill) }));
}
