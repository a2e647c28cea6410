/** A worker with secrets that runs one hostile command in its sandbox: what to run comes on standard input, how it ended goes out. */
import { text } from "node:stream/consumers";
import type { SandboxKind } from "../../src/adapters/sandbox/builders.ts";
import { installedPrograms, openSandbox } from "../../src/adapters/sandbox/open-sandbox.ts";
import type { SandboxResult, SandboxRun } from "../../src/domain/sandbox.ts";

export interface HostileJob {
  readonly kind: SandboxKind;
  readonly stateDirectory: string;
  readonly run: SandboxRun;
}

export interface HostileEnd {
  /** Null: nothing was run. */
  readonly result: SandboxResult | null;
  readonly why: string | null;
  readonly user: number;
}

const { kind, stateDirectory, run } = JSON.parse(await text(process.stdin)) as HostileJob;
const user = process.getuid?.() ?? 0;
const sandbox = openSandbox({ stateDirectory, programs: installedPrograms(), kinds: [kind], platform: "linux", user });
const never = new AbortController().signal;
const why = await sandbox.whyNot(never);
const result = why === null ? await sandbox.run(run, never) : null;
process.stdout.write(JSON.stringify({ result, why, user } satisfies HostileEnd));
