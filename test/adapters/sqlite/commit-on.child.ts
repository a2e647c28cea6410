import { writeSync } from "node:fs";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import { entriesPerChange, numberedChange } from "../../support/numbered-change.ts";
import { createTestClock } from "../../support/test-clock.ts";

/**
 * Commits change after change, telling the number of each that was acknowledged, until it is killed or the store fails; then it says how, and
 * waits for a line on its standard input before it goes on.
 */
const store = await openStore({ path: process.argv[2] ?? "", clock: createTestClock() });
const tell = (line: string): void => {
  writeSync(1, `${line}\n`);
};

for (let number = Number(process.argv[3]); ; ) {
  try {
    await store.commit(numberedChange(number), null);
    tell(String(number));
    number++;
  } catch (error) {
    const { name, message, isRetryable } = error as Error & { isRetryable?: boolean };
    const lines = await store.audit({ sinceMs: 0, limit: 100_000 });
    const { seen } = numberedChange(number);
    const known = await store.known(seen ?? [], [], []);
    tell(
      JSON.stringify({
        name,
        message,
        isRetryable,
        committed: lines.length,
        ofFailed: known.seen.size,
        entriesPerChange,
      }),
    );
    await new Promise((resolve) => process.stdin.once("data", resolve));
  }
}
