import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { openBullJobQueue } from "../../../src/adapters/bullmq/job-queue.ts";
import { probeRedis } from "../../../src/adapters/bullmq/probe.ts";
import { systemClock } from "../../../src/main/system-clock.ts";
import { found, offer, workOff } from "../../contract/queue-under-test.ts";
import { startRedis, tlsFolder } from "../../support/redis-server.ts";

const known = getCACertificates("default");
const password = "only-with-this-one";

function trustOurs(): void {
  // As NODE_EXTRA_CA_CERTS does it for a process.
  setDefaultCACertificates([...known, readFileSync(join(tlsFolder, "authority.pem"), "utf8")]);
}

async function startedRedis() {
  const server = await startRedis({ isTls: true, password });
  onTestFinished(() => server.close());
  return server;
}

async function openedQueue(url: string) {
  const queue = await openBullJobQueue({
    url,
    clock: systemClock,
    holder: "hands",
    leaseMs: 2_000,
    beatMs: 5,
    lostLookMs: 20,
    answerTimeoutMs: 2_000,
    silenceMsMax: 300,
    onContact: () => undefined,
  });
  onTestFinished(() => queue.close());
  return queue;
}

afterEach(() => setDefaultCACertificates(known));

describe("Redis over TLS", () => {
  it.each(["127.0.0.1", "localhost"])("carries an order there and back (%s)", async (host) => {
    trustOurs();
    const server = await startedRedis();
    const queue = await openedQueue(server.url().replace("127.0.0.1", host));
    await offer(queue, "i0123456789ab-1-0");
    await workOff(queue, async (attempt) => found(attempt));
    expect((await queue.findings(10)).map(({ orderId }) => orderId)).toEqual(["i0123456789ab-1-0"]);
  });

  it("is refused, with the reason and without the password, where nobody vouches for its certificate", async () => {
    const server = await startedRedis();
    const refused = openedQueue(server.url());
    await expect(refused).rejects.toThrow(
      /Redis at rediss:\/\/127\.0\.0\.1:\d+\/0 does not serve us: .*certificate.* NODE_EXTRA_CA_CERTS/,
    );
    await expect(refused).rejects.not.toThrow(password);
  });

  it("is not spoken to in plain text", async () => {
    trustOurs();
    const server = await startedRedis();
    await expect(openedQueue(server.url().replace("rediss:", "redis:"))).rejects.toThrow("does not serve us");
  });

  it("is probed as any other", async () => {
    trustOurs();
    const server = await startedRedis();
    expect(await probeRedis(server.url(), systemClock)).toMatchObject({
      problem: null,
      version: expect.stringMatching(/^\d/),
    });
  });
});
