import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createModel, type Price } from "../../src/adapters/anthropic/model.ts";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import { type Analysed, type Analysis, analyse } from "../../src/analyse/analyse.ts";
import type { AnalysisLimits } from "../../src/analyse/limits.ts";
import type { Roles } from "../../src/analyse/roles.ts";
import type { SavedTurn } from "../../src/analyse/saved-turn.ts";
import { nothingAround } from "../../src/analyse/surroundings.ts";
import { type StandInModel, startModel } from "../../src/demo/model/server.ts";
import type { CodeVersion, Evidence, EvidenceBundle } from "../../src/domain/evidence.ts";
import type { Model } from "../../src/domain/model.ts";
import { redact } from "../../src/domain/redact.ts";
import type { CodeSource } from "../../src/domain/sources.ts";
import { makeRepository, temporaryFolder } from "../adapters/git/git-repository.ts";
import { createTestClock, type TestClock } from "../support/test-clock.ts";

export const price: Price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

const smallPrice: Price = { input: 0.2, output: 1, cacheRead: 0.02, cacheWrite: 0.25 };

export const limits: AnalysisLimits = {
  stepsMax: 12,
  durationMsMax: 600_000,
  inputTokensMax: 200_000,
  outputTokensMax: 16_000,
  toolAnswerBytesMax: 12_000,
};

const promptText = readFileSync(new URL("../../prompts/analyse.md", import.meta.url), "utf8");

/** One model, nobody beside it. */
export const onlyInvestigates: Roles = {
  investigate: {
    model: "claude-sonnet-5-5",
    effort: null,
    thinks: false,
    prompt: { text: promptText, version: "prompt-1" },
  },
  strong: null,
  challenge: null,
  triage: null,
  compare: null,
};

/** A service with its repository, as the analysis gets it. */
export interface Service {
  readonly version: CodeVersion;
  readonly source: CodeSource;
}

export interface World {
  readonly server: StandInModel;
  readonly model: Model;
  readonly clock: TestClock;
  readonly saved: SavedTurn[];
  service(name: string, files: Readonly<Record<string, string>>): Promise<Service>;
  /** One analysis with the defaults of these tests; what it saves is kept for the next one. */
  analyse(bundle: EvidenceBundle, codes: readonly Service[], change?: Partial<Analysis>): Promise<Analysed>;
  close(): Promise<void>;
}

/** The real client, git and HTTP, with the scripted model at the other end. */
export async function openWorld(options: Parameters<typeof startModel>[0] = {}): Promise<World> {
  const folder = temporaryFolder();
  const server = await startModel(options);
  const model = createModel({
    apiKey: "key-of-tests",
    baseUrl: server.url,
    prices: { "claude-sonnet-5-5": price, "claude-opus-5-5": price, "claude-haiku-5-5": smallPrice },
    timeoutMs: 5_000,
    fetch: null,
  });
  const clock = createTestClock();
  const saved: SavedTurn[] = [];
  return {
    server,
    model,
    clock,
    saved,
    async service(name, files) {
      const repository = makeRepository(join(folder.path, name));
      repository.commit({ "README.md": `# ${name}\n` }, "start");
      const deployed = repository.commit(files, `add ${name}`);
      const source = await createCodeSource({
        repository: `acme/${name}`,
        path: repository.path,
        stateDirectory: join(folder.path, "state"),
        isFetched: false,
      });
      const version: CodeVersion = {
        service: name,
        repository: `acme/${name}`,
        deployed,
        base: deployed,
        isDeployedKnown: true,
        staleness: 0,
      };
      return { version, source };
    },
    analyse: (bundle, codes, change = {}) =>
      analyse(
        {
          bundle,
          codes,
          around: nothingAround,
          openIssues: [],
          model,
          roles: onlyInvestigates,
          language: "en",
          allowanceUsd: 0.5,
          limits,
          clock,
          isLastAttempt: false,
          saved: [...saved],
          before: { spentUsd: 0, ordinals: 0 },
          save: async (turn) => void saved.push(structuredClone(turn)),
          heartbeat: async () => undefined,
          ...change,
        },
        new AbortController().signal,
      ),
    async close() {
      await server.close();
      folder.remove();
    },
  };
}

export function entry(number: number, service: string | null, text: string): Evidence {
  return {
    id: `entry-${number}`,
    kind: "entry",
    text: redact(text),
    isOutsiderText: true,
    entryId: createHash("sha256").update(text).digest("hex").slice(0, 32),
    timestampNs: 1_795_230_000_000_000_000n,
    service,
  };
}

export function bundleOf(evidence: readonly Evidence[], codes: readonly Service[] = []): EvidenceBundle {
  return {
    format: 1,
    incident: "i0123456789ab",
    episode: 1,
    gatheredAtMs: 1_795_230_000_000,
    trace: null,
    traceMissing: redact("no trace id was logged"),
    observations: [],
    code: codes.map(({ version }) => version),
    evidence,
    ranking: [],
    suspects: [],
    leftOut: [],
  };
}

/** A small Node service with one bug, and the log line that running it gives. `bugAt` is the line of `discount.percent`. */
export function pricing(options: { readonly path?: string; readonly linesBefore?: number } = {}) {
  const path = options.path ?? "src/pricing.js";
  const before = Array.from({ length: options.linesBefore ?? 3 }, (_, index) => `// rule ${index + 1}`);
  const code = [
    ...before,
    "export function discounted(order, discounts) {",
    "  const discount = discounts.find((one) => one.code === order.code);",
    "  const rate = discount.percent / 100;",
    "  return order.total * (1 - rate);",
    "}",
    "",
  ].join("\n");
  const bugAt = before.length + 3;
  const log = [
    "order 17 could not be priced TypeError: Cannot read properties of undefined (reading 'percent')",
    `    at discounted (file:///srv/app/${path}:${bugAt}:25)`,
    "    at quote (file:///srv/app/src/server.js:4:10)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
  ].join("\n");
  const files = {
    [path]: code,
    "src/server.js": `import { discounted } from "../${path}";\n\nexport function quote(order) {\n  return discounted(order, []);\n}\n`,
    "package.json": '{ "type": "module" }\n',
  };
  return { path, bugAt, log, files };
}
