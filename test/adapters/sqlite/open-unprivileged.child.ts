import { openStore } from "../../../src/adapters/sqlite/store.ts";
import { createTestClock } from "../../support/test-clock.ts";

// Permissions do not hold for root: what is tested must not be root. Everything is loaded by now, so the checkout need not be readable.
if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}
try {
  const store = await openStore({ path: process.argv[2] ?? "", clock: createTestClock() });
  await store.close();
  console.log(JSON.stringify({ name: "none" }));
} catch (error) {
  const { name, message, isRetryable } = error as Error & { isRetryable: boolean };
  console.log(JSON.stringify({ name, message, isRetryable }));
}
