import type { Random } from "./random.ts";
import type { Voice } from "./voice.ts";

/** What cannot be said without a stack trace: words of the bug, and values that differ every time. */
const failures = [
  (random: Random) =>
    `payment of ${random.below(90_000) / 100} EUR was declined by the bank with code ${random.below(900) + 100}`,
  (random: Random) =>
    `connection to 10.1.${random.below(256)}.${random.below(256)}:5432 refused after ${random.below(9_000)} ms`,
  (random: Random) =>
    `webhook ${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)} was answered with 502`,
  (random: Random) =>
    `could not lock row ${random.below(1_000_000)} of table stock, giving up after ${random.below(10)} tries`,
  (random: Random) => `upload of /var/spool/images/${random.hex(12)}.png broke off at ${random.below(5_000_000)} bytes`,
  (random: Random) => `mail to customer${random.below(1_000_000)}@example.com bounced`,
  (random: Random) => `cache entry ${random.hex(16)} expired while it was read`,
  (random: Random) => `currency rate from 2025-01-${String(random.below(27) + 1).padStart(2, "0")} is too old to use`,
  (random: Random) => `circuit breaker of recommendations opened with ${random.below(100)} failures`,
  (random: Random) => `message ${random.below(1_000_000)} moved to the dead letter queue`,
  (random: Random) => `token of session ${random.hex(32)} has a bad signature`,
  (random: Random) => `search index lags ${random.below(900)} seconds behind`,
  (random: Random) => `tax service timed out for region ${random.below(90) + 10}`,
  (random: Random) => `refused to ship parcel ${random.below(1_000_000)} without weight`,
  (random: Random) => `disk quota of tenant ${random.below(5_000)} exceeded by ${random.below(9_000)} MB`,
  (random: Random) => `leader election lost in term ${random.below(10_000)}`,
  (random: Random) => `coupon ${random.hex(10)} redeemed twice`,
  (random: Random) => `feed line ${random.below(100_000)} has no product number`,
  (random: Random) => `replica 10.2.${random.below(256)}.${random.below(256)} rejected the snapshot`,
  (random: Random) => `consent of visitor ${random.hex(20)} could not be stored`,
] as const;

/** Twenty bugs of one line each, in the forms of Spring, pino and logfmt in turn. */
export const plainBugs = failures.map((say, at) => voiceOf(at, "error", say)) as [Voice, ...Voice[]];

/** What services say when nothing is wrong: also of errors, of which there are none. */
export const plainInfos = [
  (random: Random) => `handled GET /api/items/${random.below(1_000_000)} in ${random.below(900)} ms`,
  (random: Random) => `import finished: ${random.below(9_000)} rows, 0 errors`,
  (random: Random) => `session ${random.hex(16)} renewed`,
].map((say, at) => voiceOf(at, "info", say)) as [Voice, ...Voice[]];

function voiceOf(at: number, level: Voice["level"], say: (random: Random) => string): Voice {
  const forms = [springVoice, pinoVoice, logfmtVoice] as const;
  return (forms[at % forms.length] ?? springVoice)(level, say);
}

function springVoice(level: Voice["level"], say: (random: Random) => string): Voice {
  return {
    service: "checkout",
    level,
    line: (random, traceId) =>
      `2025-01-15T10:00:0${random.below(10)}.${random.below(900) + 100}Z ${level === "error" ? "ERROR" : " INFO"} 1 --- [checkout] [nio-8080-exec-${random.below(200)}] [trace_id=${traceId}, span_id=${random.hex(16)}] c.acme.checkout.Gateway : ${say(random)}`,
  };
}

function pinoVoice(level: Voice["level"], say: (random: Random) => string): Voice {
  return {
    service: "storefront",
    level,
    line: (random, traceId) =>
      JSON.stringify({
        level: level === "error" ? 50 : 30,
        time: 1_736_935_200_000 + random.below(600_000),
        pid: 1,
        hostname: `storefront-${random.hex(10)}`,
        trace_id: traceId,
        req: { method: "GET", url: `/api/items/${random.below(1_000_000)}` },
        msg: say(random),
      }),
  };
}

function logfmtVoice(level: Voice["level"], say: (random: Random) => string): Voice {
  return {
    service: "inventory",
    level,
    line: (random, traceId) =>
      `ts=2025-01-15T10:00:0${random.below(10)}.${random.below(900) + 100}Z level=${level} caller=reserve.go:${level === "error" ? 77 : 31} msg="${say(random)}" trace_id=${traceId} span_id=${random.hex(16)}`,
  };
}
