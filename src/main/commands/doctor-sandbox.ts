import type { OpenSandbox, SandboxState } from "../../adapters/sandbox/open-sandbox.ts";
import type { Config, ServiceConfig } from "../../config/config.ts";
import { SandboxError } from "../../domain/sandbox.ts";
import type { ServiceCommands } from "../../domain/service-commands.ts";
import { systemCodeOf } from "../../domain/system-error.ts";
import type { Check } from "./doctor-check.ts";

const timeoutMs = 60_000;

/** Where tests of patches run: whether every promise of the sandbox holds here, and whether it has what each service's commands begin with. */
export async function checkSandbox(config: Config, stateDirectory: string): Promise<readonly Check[]> {
  const services = Object.entries(config.services);
  const { thisSandbox } = await import("../this-sandbox.ts");
  const sandbox = thisSandbox(stateDirectory);
  const signal = AbortSignal.timeout(timeoutMs);
  const state = await sandbox.state(signal);
  const checks = [
    ...stateChecks(
      state,
      services.some(([, its]) => its.commands !== null),
    ),
    ...rootCheck(),
  ];
  if (state.kind === null) return checks;
  for (const [name, its] of services) checks.push(await checkCommands(name, its, sandbox, stateDirectory, signal));
  return checks;
}

function stateChecks(state: SandboxState, isWanted: boolean): readonly Check[] {
  const name = "sandbox";
  if (state.kind === null) {
    const detail = `no patch can be tested: ${state.problem}`;
    return [{ name, state: isWanted ? "failed" : "warning", detail, cure: null }];
  }
  const held = state.tried.find(({ kind }) => kind === state.kind);
  const probes = (held?.probes ?? []).map(({ probe, durationMs }) => `${probe} (${Math.round(durationMs)} ms)`);
  const detail = `${state.kind}; ${probes.length} probes hold: ${probes.join(", ")}`;
  const earlier = state.tried
    .filter(({ holds }) => !holds)
    .map(({ kind, probes: its }) => {
      const broken = its.find(({ problem }) => problem !== null);
      return `${kind} was tried first: "${broken?.probe}" does not hold: ${broken?.problem}`;
    });
  const checks: Check[] = [{ name, state: "ok", detail, cure: null }];
  for (const each of earlier)
    checks.push({ name, state: "warning", detail: each, cure: "docs/repair.md, The sandbox" });
  if (state.kind === "util-linux" && earlier.length === 0) {
    const slower = "util-linux holds as well and takes longer for each run";
    checks.push({ name, state: "warning", detail: slower, cure: "Install bubblewrap (apt-get install bubblewrap)." });
  }
  if (!state.hasLoopback) {
    const detail =
      "there is no `ip` here, so nothing inside can be connected to, 127.0.0.1 neither: tests that start a server fail, and what they should show is not verified";
    checks.push({
      name,
      state: "warning",
      detail,
      cure: "Install bubblewrap, or iproute2 (apt-get install iproute2).",
    });
  }
  return checks;
}

function rootCheck(): readonly Check[] {
  if (process.getuid?.() !== 0) return [];
  const detail =
    "this runs as root: tests run as a user who owns nothing, and everything else has all rights of this machine";
  return [{ name: "sandbox", state: "warning", detail, cure: "Run error-autopilot as an ordinary user." }];
}

/** Whether the first words of the commands are there inside; what they need besides, only a run can tell. */
async function checkCommands(
  service: string,
  its: ServiceConfig,
  sandbox: OpenSandbox,
  stateDirectory: string,
  signal: AbortSignal,
): Promise<Check> {
  const name = `${service}: verify`;
  const { commands } = its;
  if (commands === null) {
    const detail = "`verify` is not set, so no patch can be tested and an issue is the most that may happen";
    return { name, state: "warning", detail, cure: "docs/repair.md has recipes." };
  }
  const programs = programsOf(commands);
  const script = 'for each in "$@"; do command -v "$each" >/dev/null || echo "$each"; done';
  const { mkdir } = await import("node:fs/promises");
  const { join } = await import("node:path");
  const folder = join(stateDirectory, "sandbox", "tree");
  const { readOnly, writableCopies, env, limits } = commands;
  const run = {
    argv: ["/bin/sh", "-c", script, "sh", ...programs],
    folder,
    under: "",
    readOnly,
    writableCopies,
    prepared: [],
    env,
    limits,
  };
  try {
    await mkdir(folder, { recursive: true });
    const result = await sandbox.run(run, signal);
    const missing = result.output
      .trim()
      .split("\n")
      .filter((word) => word !== "");
    if (result.kind === "killed")
      return { name, state: "failed", detail: `looking was ended: ${result.because}`, cure: null };
    return missing.length === 0
      ? { name, state: "ok", detail: shown(commands), cure: null }
      : {
          name,
          state: "failed",
          detail: `${missing.join(", ")} is not there in the sandbox`,
          cure: "Install it below /usr, or show its folder by `sandbox.readOnly` and set PATH by `sandbox.env`.",
        };
  } catch (error) {
    if (error instanceof SandboxError) return { name, state: "failed", detail: error.message, cure: null };
    const code = systemCodeOf(error);
    if (code === null) throw error;
    const detail = `the sandbox needs ${folder}, which cannot be made (${code})`;
    return { name, state: "failed", detail, cure: "Let this user write to the state folder." };
  }
}

/** What is a path of the repository (`./gradlew`) comes with the commit. */
function programsOf({ verify, verifyTest, checkSettings }: ServiceCommands): readonly string[] {
  const all = [...verify, ...(verifyTest === null ? [] : [verifyTest]), ...checkSettings].map(
    ([program = ""]) => program,
  );
  return [...new Set(all)].filter((program) => program !== "" && (!program.includes("/") || program.startsWith("/")));
}

function shown({ verify, verifyTest }: ServiceCommands): string {
  const one = verifyTest === null ? "one test by the whole suite" : `one test by \`${verifyTest.join(" ")}\``;
  return `${verify.map((argv) => `\`${argv.join(" ")}\``).join(", ")}; ${one}`;
}
