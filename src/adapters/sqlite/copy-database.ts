import { backup, DatabaseSync } from "node:sqlite";
import { toStoreError } from "./database-error.ts";
import { requireOurs } from "./inspect-file.ts";

/**
 * A copy of the state file as it is at one instant, while others go on writing to it. Nobody holds anything in the copy: no lease, no job. Work that is
 * under way stays where it is paid for: the copy has neither its orders nor their reservations, and may give orders of its own for the same incidents.
 * @throws StoreUnavailableError, StoreCorruptError
 */
export async function copyDatabase(fromPath: string, toPath: string): Promise<void> {
  try {
    const source = new DatabaseSync(fromPath, { readOnly: true });
    try {
      const header = source.prepare("SELECT * FROM pragma_application_id, pragma_user_version").get();
      requireOurs(fromPath, Number(header?.["application_id"]), Number(header?.["user_version"]));
      await backup(source, toPath);
    } finally {
      source.close();
    }
    const copy = new DatabaseSync(toPath);
    copy.exec(
      `BEGIN; DELETE FROM session; UPDATE lease SET holder = NULL, expires_at_ms = 0;
       CREATE TEMP TABLE under_way AS SELECT id FROM "order"
         WHERE settled_at_ms IS NULL AND id NOT IN (SELECT id FROM job WHERE state IN ('done', 'failed'));
       DELETE FROM reservation WHERE "order" IN (SELECT id FROM under_way);
       DELETE FROM job WHERE id IN (SELECT id FROM under_way);
       DELETE FROM "order" WHERE id IN (SELECT id FROM under_way); COMMIT`,
    );
    copy.close();
  } catch (error) {
    throw toStoreError(error, fromPath);
  }
}
