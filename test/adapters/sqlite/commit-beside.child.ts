import { openStore } from "../../../src/adapters/sqlite/store.ts";
import { sampleAuditLine, sampleIncident } from "../../support/domain-samples.ts";
import { createTestClock } from "../../support/test-clock.ts";

/** Counts one entry of one incident, again and again, beside others that do the same: reads, decides, commits, and decides again when stale. */
const [path = "", times = "0"] = process.argv.slice(2);
const store = await openStore({ path, clock: createTestClock() });
for (let time = 0; time < Number(times); ) {
  const read = (await store.incident(sampleIncident().id)) ?? sampleIncident();
  const result = await store.commit(
    {
      incidents: [{ ...read, rounds: read.rounds + 1 }],
      counts: [{ fingerprint: "v1-aaaaaaaaaaaaaaaaaaaaaaaa", environment: "dev", minuteMs: 0, add: 1 }],
      aliases: [{ fingerprint: "v1-aaaaaaaaaaaaaaaaaaaaaaaa", incident: read.id }],
      audit: [sampleAuditLine()],
    },
    null,
  );
  if (result === "done") time++;
}
await store.close();
