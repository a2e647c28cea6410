import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createModel } from "../../src/adapters/anthropic/model.ts";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import { openWorkplaces } from "../../src/adapters/git/workplaces.ts";
import { installedPrograms, openSandbox } from "../../src/adapters/sandbox/open-sandbox.ts";
import { openPreparedFolders } from "../../src/adapters/sandbox/prepared-folders.ts";
import { openSuiteMemory } from "../../src/adapters/sandbox/suite-memory.ts";
import { createSyntaxReader } from "../../src/adapters/syntax/syntax-reader.ts";
import { asksForReview } from "../../src/demo/model/mechanic.ts";
import { type StandInModel, startModel } from "../../src/demo/model/server.ts";
import type { EvidenceBundle } from "../../src/domain/evidence.ts";
import { newRedactionMemory, redact } from "../../src/domain/redact.ts";
import { expectedFailure } from "../../src/jobs/expected-failure.ts";
import { guardPatch } from "../../src/repair/guard/guard-patch.ts";
import { type Repaired, repair } from "../../src/repair/repair.ts";
import type { RepairCase, Speaker } from "../../src/repair/repair-case.ts";
import { verifyPatch } from "../../src/repair/verify/verify-patch.ts";
import { makeRepository, temporaryFolder } from "../adapters/git/git-repository.ts";
import { bundleOf, entry, price } from "../analyse/world.ts";
import { type LanguageCase, languageCase, type ScriptedPatch } from "./language-case.ts";

const folder = temporaryFolder();
const signal = new AbortController().signal;
const syntax = createSyntaxReader();
const stateDirectory = join(folder.path, "state");
mkdirSync(stateDirectory, { mode: 0o700 });
const sandbox = openSandbox({
  stateDirectory,
  programs: installedPrograms(),
  kinds: ["bubblewrap", "util-linux"],
  user: process.getuid?.() ?? 0,
  platform: process.platform,
});
let server: StandInModel;
/** What the model proposes next, whatever it is asked. */
let proposed: ScriptedPatch;

beforeAll(async () => {
  server = await startModel({
    script: (request) => {
      const answer = asksForReview(request)
        ? { refuted: false, objection: "none", because: "It holds." }
        : { kind: "patch", why: "Because.", edits: proposed.edits };
      return { stopReason: "end_turn", content: [{ type: "text", text: JSON.stringify(answer) }] };
    },
  });
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

describe.each(["javascript", "typescript", "python", "go", "java"])("a small repository in %s", (language) => {
  const its = languageCase(language);
  let attempt: (patch: ScriptedPatch) => Promise<Repaired>;
  beforeAll(async () => {
    attempt = await openCase(its, language);
  });

  it.each(Object.entries(its.patches))("patch: %s", async (_name, patch) => {
    const { proposal, rules } = await attempt(patch);
    const closed = rules.filter(({ holds }) => !holds);
    if (patch.stoppedBy === undefined) {
      expect(closed.map((each) => `${each.rule}: ${each.detail}`)).toEqual([]);
      expect(proposal?.verification).toMatchObject({ kind: "red-to-green", flickering: [] });
      expect(proposal?.verification).toMatchObject({
        redOutput: expect.stringContaining(its.exception.message.split('"')[0] ?? ""),
      });
      return;
    }
    expect(proposal).toBeNull();
    expect(closed.length).toBeGreaterThan(0);
    for (const each of closed) expect(each.rule.split("-")[0], each.detail).toBe(patch.stoppedBy);
    expect(closed.map((each) => each.detail).join()).toContain(patch.says ?? "");
  });
});

/** One proposal from the model over HTTP, the real guard, and the service's own commands in the sandbox. */
async function openCase(its: LanguageCase, language: string): Promise<(patch: ScriptedPatch) => Promise<Repaired>> {
  const repository = makeRepository(join(folder.path, language));
  const base = repository.commit(its.files, "as it is");
  const name = `acme/${its.service}` as const;
  const clone = { repository: name, path: repository.path, stateDirectory, isFetched: false };
  const source = await createCodeSource(clone);
  const { path, line } = its.faulty;
  const version = {
    service: its.service,
    repository: name,
    deployed: base,
    base,
    isDeployedKnown: true,
    staleness: 0,
  } as const;
  const about: RepairCase = {
    incident: "i0123456789ab",
    bundle: bundleAbout(its, [{ version, source }]),
    rootCause: {
      kind: "found",
      claim: redact(its.claim),
      citations: [],
      unsupported: [],
      mechanism: [],
      doubt: null,
      ruledOut: [],
      nextStep: redact("Mend it."),
      severity: "medium",
      promptVersion: "p",
      model: "m",
      costUsd: 0,
      category: its.category,
      confidence: 0.9,
      statedConfidence: 0.9,
      faulty: [
        { repository: name, commit: base, path, firstLine: line, lastLine: line, function: its.faulty.function },
      ],
      restsOnOutsiderTextOnly: false,
    },
    version,
    source,
    under: "",
    testCommand: its.verifyTest.join(" "),
    language: "en",
    request: null,
  };
  const commands = {
    verify: its.verify,
    verifyTest: its.verifyTest,
    prepare: [],
    checkSettings: [],
    under: "",
    readOnly: its.readOnly,
    writableCopies: [],
    env: {},
    limits: { durationMs: 60_000, memoryMb: 2048, tmpMb: 512, processesMax: 256, outputBytesMax: 1_000_000 },
  };
  const modelName = "claude-sonnet-5-5";
  const model = createModel({
    apiKey: "key-of-tests",
    baseUrl: server.url,
    prices: { [modelName]: price },
    timeoutMs: 5_000,
    fetch: null,
  });
  const speaker: Speaker = {
    name: modelName,
    isSteerable: false,
    prompt: { text: "Mend it.", version: "p1" },
    ask: (request, inner) => model.ask(request, inner),
  };
  const workplaces = openWorkplaces(clone);
  const [prepared, suites] = [openPreparedFolders(stateDirectory), openSuiteMemory(stateDirectory)];
  return (patch) => {
    proposed = patch;
    return repair(
      about,
      {
        proposer: speaker,
        reviewer: speaker,
        proposalsMax: 1,
        guard: (built) =>
          guardPatch(
            built,
            { linesMax: 30, protectedPaths: [], configFiles: [], under: "", redaction: newRedactionMemory() },
            syntax,
          ),
        verify: (built, _round, inner) =>
          verifyPatch(
            {
              patch: built,
              expected: expectedFailure(about.bundle),
              commands,
              isSetting: false,
              isConfigFile: () => false,
            },
            { sandbox, workplaces, prepared, suites, nowMs: () => performance.now() },
            inner,
          ),
        read: async (wanted, inner) => (await source.file(base, wanted, inner))?.bytes ?? null,
      },
      signal,
    );
  };
}

/** The failure as the service logged it, and the request in whose trace it began. */
function bundleAbout(its: LanguageCase, codes: Parameters<typeof bundleOf>[1]): EvidenceBundle {
  const { type, message } = its.exception;
  const stackTrace = redact([`${type}: ${message}`, ...its.frames.map((frame) => `    ${frame}`)].join("\n"));
  const bundle = bundleOf([entry(1, its.service, stackTrace)], codes);
  const attributes = Object.fromEntries(
    Object.entries(its.span.attributes).map(([key, value]) => [key, redact(value)]),
  );
  return {
    ...bundle,
    traceMissing: null,
    trace: {
      traceId: "a".repeat(32),
      isPartial: false,
      originSpanId: "b".repeat(16),
      spans: [
        {
          traceId: "a".repeat(32),
          spanId: "b".repeat(16),
          parentSpanId: null,
          links: [],
          service: its.service,
          name: redact(its.span.name),
          kind: "server",
          startNs: 1n,
          durationNs: 1n,
          isError: true,
          statusMessage: null,
          attributes,
          exceptions: [{ type: redact(type), message: redact(message), stackTrace }],
        },
      ],
    },
  };
}
