/**
 * What the tests need beside npm's packages: git, util-linux for running as another user, a real Redis, bubblewrap, and the tools of the languages whose
 * services are repaired in it. Installed by apt where that is possible; otherwise one sentence says what to install.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const needed = [
  { command: "git", package: "git" },
  { command: "setpriv", package: "util-linux" },
  { command: "prlimit", package: "util-linux" },
  { command: "redis-server", package: "redis-server" },
  { command: "bwrap", package: "bubblewrap" },
  // Of the system itself: what a user installed into his home folder does not exist in the sandbox.
  { command: "/usr/bin/python3", package: "python3" },
  { command: "/usr/bin/javac", package: "default-jdk-headless" },
  { command: "/usr/bin/go", package: "golang-go" },
];
const neededFiles = [
  { file: "/usr/share/java/junit4.jar", package: "junit4" },
  { file: "/usr/share/java/hamcrest-all.jar", package: "libhamcrest-java" },
  { file: "/usr/lib/python3/dist-packages/pytest/__init__.py", package: "python3-pytest" },
];

const missing = [
  ...needed.filter(({ command }) => spawnSync(command, ["--version"]).error !== undefined),
  ...neededFiles.filter(({ file }) => !existsSync(file)).map((each) => ({ ...each, command: each.file })),
];
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
