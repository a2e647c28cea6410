import { createModel } from "../../../src/adapters/anthropic/model.ts";
import { createIssueWriter } from "../../../src/adapters/github/issue-writer.ts";
import { createLogSource } from "../../../src/adapters/loki/log-source.ts";
import { createTraceSource } from "../../../src/adapters/tempo/trace-source.ts";
import { joinInert, own } from "../../../src/domain/inert.ts";
import { issueMarker } from "../../../src/domain/marker.ts";
import { redact } from "../../../src/domain/redact.ts";

/** What each client sends to say who it is; no shape by which the gate would know it. */
export const canaries = {
  password: "Kestrel-under-7-lanterns",
  lokiToken: 'a "quoted" lantern/of=kestrels',
  githubToken: "kestrel-of-github-41f0a9",
  modelKey: "kestrel-of-the-model-93bd",
} as const;

export const clients = ["loki", "loki-by-token", "tempo", "github-write", "github-list", "model"] as const;
export type Client = (typeof clients)[number];

export const nowMs = Date.UTC(2026, 2, 1, 3);
const fromNs = BigInt(nowMs - 600_000) * 1_000_000n;
const window = { fromNs, toNs: BigInt(nowMs) * 1_000_000n };
const never = new AbortController().signal;
const incident = { id: "i0123456789ab", fingerprints: ["v1-aaaaaaaaaaaaaaaaaaaaaaaa"] } as const;
const marker = issueMarker(incident, 1);

/** How one exchange ended, as the code that asked is told: the whole of what it may log, store or show. */
export interface Ending {
  readonly kind: string;
  readonly sentence: string;
  readonly isRetryable: boolean | null;
  readonly untilMs: number | null;
}

/** One exchange of one client with the server at `url`. */
export async function exchangeOnce(client: Client, url: string, timeoutMs: number): Promise<Ending> {
  try {
    return { kind: "answered", sentence: "", isRetryable: null, untilMs: null, ...(await ask(client, url, timeoutMs)) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isRetryable = "isRetryable" in error && typeof error.isRetryable === "boolean" ? error.isRetryable : null;
    const untilMs = "untilMs" in error && typeof error.untilMs === "number" ? error.untilMs : null;
    return { kind: error.name, sentence: error.message, isRetryable, untilMs };
  }
}

async function ask(client: Client, url: string, timeoutMs: number): Promise<Partial<Ending>> {
  const source = { url, tenant: null, timeoutMs };
  switch (client) {
    case "loki":
    case "loki-by-token": {
      const auth =
        client === "loki"
          ? ({ kind: "basic", user: "reader", password: canaries.password } as const)
          : ({ kind: "bearer", token: canaries.lokiToken } as const);
      const page = await createLogSource({ ...source, auth }).entriesBetween('{app="shop"}', window, 100, never);
      return { sentence: `${page.entries.length} entries` };
    }
    case "tempo": {
      const auth = { kind: "basic", user: "reader", password: canaries.password } as const;
      const trace = await createTraceSource({ ...source, auth }).trace("1".repeat(32), never);
      return { sentence: trace === null ? "no trace" : `${trace.spans.length} spans` };
    }
    case "github-write": {
      const writer = await gitHub(url, timeoutMs);
      const outcome = await writer.write(
        {
          kind: "open-issue",
          repository: "acme/orders",
          title: own`Orders fail`,
          body: joinInert([own`Why they fail.`, marker], "\n\n"),
          labels: [],
          marker,
        },
        never,
      );
      return {
        kind: outcome.kind,
        sentence: "because" in outcome ? outcome.because : (outcome.url ?? ""),
        ...("untilMs" in outcome ? { untilMs: outcome.untilMs } : {}),
      };
    }
    case "github-list": {
      const found = await (await gitHub(url, timeoutMs)).findIssueOf("acme/orders", incident, nowMs, never);
      return { sentence: found === null ? "nothing" : found.url };
    }
    case "model": {
      const model = createModel({
        apiKey: canaries.modelKey,
        baseUrl: url,
        prices: { "claude-sonnet-5-5": { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } },
        timeoutMs,
        fetch: null,
      });
      const answer = await model.ask(
        {
          model: "claude-sonnet-5-5",
          effort: null,
          thinks: false,
          system: redact("Find the cause."),
          tools: [],
          mayUseTools: false,
          turns: [{ role: "user", text: redact("It failed.") }],
          answerSchema: { type: "object", properties: {}, required: [], additionalProperties: false },
          outputTokensMax: 500,
        },
        never,
      );
      return { sentence: JSON.stringify({ text: answer.text, costUsd: answer.costUsd }) };
    }
  }
}

function gitHub(url: string, timeoutMs: number) {
  const auth = { kind: "token", token: canaries.githubToken } as const;
  return createIssueWriter({ apiUrl: url, auth, timeoutMs, clock: { nowMs: () => nowMs } });
}
