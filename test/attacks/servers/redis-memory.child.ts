import { openBullJobQueue } from "../../../src/adapters/bullmq/job-queue.ts";
import { systemClock } from "../../../src/main/system-clock.ts";

/** Tries a Redis as often as is said, in a process of its own; prints the most memory it ever held, in MB. */
const [url = "", times = "1"] = process.argv.slice(2);
let refused = 0;
for (let time = 0; time < Number(times); time++) {
  await openBullJobQueue({ url, clock: systemClock, holder: "h" }).catch(() => {
    refused += 1;
  });
}
process.stdout.write(JSON.stringify({ refused, mostMb: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
