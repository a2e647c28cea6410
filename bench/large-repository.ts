import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRandom } from "./random.ts";

export interface LargeRepository {
  readonly files: number;
  readonly commits: number;
}

/** The one file whose lines the bench asks about; changed by a commit in a hundred. */
export const failingFile = "services/orders/src/main/java/com/acme/orders/OrderTotals.java";
export const failingLine = 212;

/** Java-like text of some two hundred lines; `version` changes one of them. */
function source(name: string, version: number): string {
  const methods = Array.from({ length: 24 }, (_each, index) => {
    const body = index === version % 24 ? `items.get(${version}).amount()` : `total(${index})`;
    return `  int step${index}(Order order) {\n    int sum = 0;\n    for (Line line : order.lines()) {\n      sum += line.quantity();\n    }\n    log.info("step ${index}");\n    return sum + ${body};\n  }\n`;
  });
  return `package com.acme.orders;\n\npublic class ${name} {\n${methods.join("\n")}}\n`;
}

/** A bare repository made by `git fast-import`: all files in the first commit, then commits of one to three files each. */
export async function makeLargeRepository(path: string, { files, commits }: LargeRepository): Promise<void> {
  const git = spawn("git", ["init", "-q", "--bare", "--initial-branch=main", path], { stdio: "inherit" });
  await once(git, "exit");
  const child = spawn("git", [`--git-dir=${path}`, "fast-import", "--quiet", "--done"], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  const write = async (text: string): Promise<void> => {
    if (!child.stdin.write(text)) await once(child.stdin, "drain");
  };
  const random = createRandom(7);
  const pathOf = (index: number) =>
    index === 0
      ? failingFile
      : `services/s${index % 40}/src/main/java/com/acme/s${index % 40}/p${Math.floor(index / 40) % 50}/Class${index}.java`;
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const change = (index: number, version: number) =>
    `M 100644 inline ${pathOf(index)}\n${data(source(index === 0 ? "OrderTotals" : `Class${index}`, version))}`;
  for (let commit = 0; commit < commits; commit++) {
    const atSeconds = 1_700_000_000 + commit * 600;
    const author = `Person ${commit % 30} <p${commit % 30}@example.com> ${atSeconds} +0000`;
    await write(`commit refs/heads/main\nauthor ${author}\ncommitter ${author}\n${data(`change ${commit}`)}`);
    if (commit === 0) for (let index = 0; index < files; index++) await write(change(index, 0));
    else {
      const touched =
        commit % 100 === 0 ? [0] : Array.from({ length: 1 + random.below(3) }, () => 1 + random.below(files - 1));
      for (const index of touched) await write(change(index, commit));
    }
  }
  child.stdin.end("done\n");
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`git fast-import ended with ${code}.`);
  // As a clone from a server is: one pack with its index, and the graph of commits.
  const repack = spawn("git", [`--git-dir=${path}`, "-c", "gc.writeCommitGraph=true", "gc", "-q"], {
    stdio: "inherit",
  });
  await once(repack, "exit");
}
