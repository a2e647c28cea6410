/**
 * What the tests need beside npm's packages: git, util-linux for running as another user, and a real Redis. Installed by apt where
 * that is possible; otherwise one sentence says what to install.
 */
import { spawnSync } from "node:child_process";

const needed = [
  { command: "git", package: "git" },
  { command: "setpriv", package: "util-linux" },
  { command: "prlimit", package: "util-linux" },
  { command: "redis-server", package: "redis-server" },
];

const missing = needed.filter(({ command }) => spawnSync(command, ["--version"]).error !== undefined);
if (missing.length > 0) {
  const packages = [...new Set(missing.map((each) => each.package))];
  const canInstall = process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).error === undefined;
  if (!canInstall) {
    console.error(
      `The tests need ${missing.map((each) => each.command).join(", ")}: install ${packages.join(" and ")} with your package manager.`,
    );
    process.exit(1);
  }
  for (const args of [["update"], ["install", "--yes", "--no-install-recommends", ...packages]]) {
    const done = spawnSync("apt-get", args, {
      stdio: "inherit",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (done.status !== 0) process.exit(1);
  }
}
