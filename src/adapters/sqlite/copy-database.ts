import { backup, DatabaseSync } from "node:sqlite";
import { toStoreError } from "./database-error.ts";
import { requireOurs } from "./inspect-file.ts";

/**
 * A copy of the state file as it is at one instant, while others go on writing to it. Nobody holds anything in the copy: no lease, no job.
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
       UPDATE job SET state = 'waiting', holder = NULL, locked_until_ms = NULL WHERE state = 'active'; COMMIT`,
    );
    copy.close();
  } catch (error) {
    throw toStoreError(error, fromPath);
  }
}
