import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { redact } from "../../domain/redact.ts";
import type { SuiteMemory, SuiteResult } from "../../domain/verify-means.ts";

const keptMax = 200;

/** Small files below the state folder; one that cannot be read is as good as none. */
export function openSuiteMemory(stateDirectory: string): SuiteMemory {
  const folder = join(stateDirectory, "suites");
  return {
    async find(key) {
      try {
        const { exitCodes, failing } = JSON.parse(await readFile(join(folder, `${key}.json`), "utf8")) as SuiteResult;
        return { exitCodes: exitCodes.map(Number), failing: failing.map((name) => redact(name)) };
      } catch {
        return null;
      }
    },
    async keep(key, result) {
      await mkdir(folder, { recursive: true });
      const aside = join(folder, `${randomUUID()}.part`);
      await writeFile(aside, JSON.stringify(result));
      await rename(aside, join(folder, `${key}.json`));
      const names = await readdir(folder);
      if (names.length <= keptMax) return;
      const dated = await Promise.all(
        names.map(async (name) => ({ name, atMs: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
      );
      for (const { name } of dated.sort((a, b) => b.atMs - a.atMs).slice(keptMax))
        await rm(join(folder, name), { force: true });
    },
  };
}
