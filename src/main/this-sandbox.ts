import { installedPrograms, type OpenSandbox, openSandbox } from "../adapters/sandbox/open-sandbox.ts";

const opened = new Map<string, OpenSandbox>();

/** The sandbox of this machine: probed once in a process, however often it is asked for. */
export function thisSandbox(stateDirectory: string): OpenSandbox {
  const known = opened.get(stateDirectory);
  if (known !== undefined) return known;
  const sandbox = openSandbox({
    stateDirectory,
    programs: installedPrograms(),
    kinds: ["bubblewrap", "util-linux"],
    platform: process.platform,
    user: process.getuid?.() ?? 0,
  });
  opened.set(stateDirectory, sandbox);
  return sandbox;
}
