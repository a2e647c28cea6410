/** Hands that wait, as for a model. */
import { openBullJobQueue } from "../src/adapters/bullmq/job-queue.ts";
import { systemClock } from "../src/main/system-clock.ts";
import { sampleFindings } from "../test/support/domain-samples.ts";

const [url = "", workMs = "0"] = process.argv.slice(2);
const queue = await openBullJobQueue({ url, clock: systemClock, holder: `hands-${process.pid}` });
process.send?.("ready");
await queue.work(
  async ({ order }) => {
    await new Promise((resolve) => setTimeout(resolve, Number(workMs)));
    return { kind: "found", findings: sampleFindings(order.id) };
  },
  { concurrency: 1, urgentSlots: 0, until: "aborted", signal: new AbortController().signal },
);
