/** What the sandbox costs: a run of nothing against the same command without it, and the probes, which a process makes once. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedPrograms, openSandbox } from "../src/adapters/sandbox/open-sandbox.ts";
import { type Figure, median } from "./figure.ts";

const rounds = 21;
const filesOfTree = 1_000;
const limits = { durationMs: 30_000, memoryMb: 512, tmpMb: 64, processesMax: 64, outputBytesMax: 100_000 };
const never = new AbortController().signal;

const folder = mkdtempSync(join(tmpdir(), "error-autopilot-bench-"));
try {
  const [empty, tree] = [treeOf("empty", 0), treeOf("tree", filesOfTree)] as const;
  for (const kind of ["bubblewrap", "util-linux"] as const) {
    const stateDirectory = join(folder, kind);
    const settings = { programs: installedPrograms(), kinds: [kind], platform: "linux", user: process.getuid?.() ?? 0 };
    const probeMs: number[] = [];
    for (let round = 0; round < 5; round++) {
      const fresh = openSandbox({ ...settings, stateDirectory });
      probeMs.push(await timeOf(() => fresh.whyNot(never)));
    }
    const sandbox = openSandbox({ ...settings, stateDirectory });
    const why = await sandbox.whyNot(never);
    if (why !== null) {
      process.stderr.write(`${kind} is not measured: ${why}\n`);
      continue;
    }
    const run = (from: string) => () =>
      sandbox.run(
        {
          argv: ["/bin/true"],
          folder: from,
          under: "",
          readOnly: [],
          writableCopies: [],
          prepared: [],
          env: {},
          limits,
        },
        never,
      );
    const [bareMs, emptyMs, treeMs]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      bareMs.push(await timeOf(spawnTrue));
      emptyMs.push(await timeOf(run(empty)));
      treeMs.push(await timeOf(run(tree)));
    }
    tell(
      `${kind}: a run of nothing`,
      median(emptyMs),
      `medians of ${rounds}; without a sandbox ${median(bareMs).toFixed(1)} ms, fastest ${Math.min(...emptyMs).toFixed(1)} ms`,
    );
    tell(
      `${kind}: the same with ${filesOfTree} files`,
      median(treeMs),
      `they are copied for each run; fastest ${Math.min(...treeMs).toFixed(1)} ms`,
    );
    tell(`${kind}: the six probes and their controls`, median(probeMs), "median of 5; once in a process");
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function treeOf(name: string, files: number): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (let index = 0; index < files; index++) writeFileSync(join(path, `file-${index}.js`), "x".repeat(4_000));
  return path;
}

async function spawnTrue(): Promise<void> {
  await once(spawn("/bin/true", [], { stdio: "pipe", env: {} }), "close");
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function tell(name: string, value: number, because: string): void {
  process.send?.({ name, value, unit: "ms", target: null, because } satisfies Figure);
}
