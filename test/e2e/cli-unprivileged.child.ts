import "../../src/adapters/http.ts";
import "../../src/adapters/sqlite/job-queue.ts";
import "../../src/adapters/sqlite/store.ts";
import "../../src/config/load-config.ts";
import { main } from "../../src/main/cli.ts";
import "../../src/main/commands/run.ts";

// Permissions do not hold for root: what is tested must not be root. What the command needs is loaded by now, so the checkout need not be readable.
if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}
process.exitCode = await main(process.argv.slice(2));
