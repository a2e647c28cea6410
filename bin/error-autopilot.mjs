#!/usr/bin/env -S node --max-semi-space-size=8 --heap-growing-percent=50
// Plain JavaScript, because an old Node cannot even load a .ts file that would say so.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const nodeMajorMin = 24;
// V8 takes two hundred megabytes more for a flood of errors than it needs, and these flags count only at its start.
const memoryFlags = ["--max-semi-space-size=8", "--heap-growing-percent=50"];
const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (Number.parseInt(process.versions.node, 10) >= nodeMajorMin) {
  const { enableCompileCache } = await import("node:module");
  // Not in the shared temporary folder, which is Node's default: what lies in this cache is run, and there others could put theirs first.
  enableCompileCache(
    process.env.NODE_COMPILE_CACHE ?? join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "error-autopilot"),
  );
  // A published package carries built JavaScript, because Node does not strip types under node_modules.
  const built = join(root, "dist", "main", "cli.js");
  const source = join(root, "src", "main", "cli.ts");
  const { main } = await import(pathToFileURL(existsSync(source) ? source : built).href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  const bundled = bundledNode();
  if (bundled === null) {
    console.error(
      `error-autopilot needs Node ${nodeMajorMin} or newer, and this is ${process.version}. Install it from https://nodejs.org, or run "npm ci" on Linux, which brings one along.`,
    );
    process.exit(2);
  }
  const child = spawn(bundled, [...memoryFlags, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** The `node` of the optional package for this platform, or null where there is none. */
function bundledNode() {
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve(`node-${process.platform}-${process.arch}/package.json`);
    const binary = join(dirname(manifest), "bin", "node");
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}
