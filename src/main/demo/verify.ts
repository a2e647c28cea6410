import { constants, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Program } from "../../demo/publish/create-repositories.ts";

/** How the tests of a demo's service are run, as lines of its part of the service map. */
export function demoVerify(program: Program): string {
  switch (program) {
    case "storefront":
      return `    verify: [[node, --test]]
    verifyTest: [node, --test, "{test}"]
${showNode(process.execPath)}`;
    case "pricing":
      return `    verify: [[python3, -m, unittest, discover]]\n`;
    case "orders":
      // Its wrapper is not in the repository, as in so many: what is found there cannot be verified.
      return `    verify: [[./gradlew, test, --offline]]\n`;
  }
}

/** Where the sandbox's own PATH leads. */
const shownAnyway = new Set(["/usr/local/bin", "/usr/bin", "/bin"]);

/** The tests run with the Node that runs this; where they could not reach it, with the machine's own. */
function showNode(node: string): string {
  const folder = dirname(node);
  if (shownAnyway.has(folder) || (process.getuid?.() === 0 && !isReachedByAll(node))) return "";
  return `    sandbox:
      readOnly: [${JSON.stringify(folder)}]
      env: { PATH: ${JSON.stringify(`${folder}:/usr/bin:/bin`)} }
`;
}

/** Tests that root has run are those of a user who owns nothing. */
function isReachedByAll(file: string): boolean {
  const parent = dirname(file);
  return (statSync(file).mode & constants.S_IXOTH) !== 0 && (parent === file || isReachedByAll(parent));
}
