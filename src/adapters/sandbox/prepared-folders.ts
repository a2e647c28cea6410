import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Shown, sandboxHome } from "../../domain/sandbox.ts";
import type { PreparedFolders } from "../../domain/verify-means.ts";

/** A team's services have a few states of their lock files each. */
const keptMax = 16;

/** Below the state folder; the newest are kept. */
export function openPreparedFolders(stateDirectory: string): PreparedFolders {
  const folder = join(stateDirectory, "prepared");
  return {
    async find(key) {
      const text = await readFile(join(folder, key, "shown.json"), "utf8").catch(() => null);
      if (text === null) return null;
      return toShown(join(folder, key), JSON.parse(text) as Kept);
    },
    async begin() {
      const place = join(folder, `begun-${randomUUID()}`);
      await mkdir(join(place, "home"), { recursive: true, mode: 0o755 });
      return {
        home: join(place, "home"),
        async keep(key, workplace) {
          const kept: Kept = { tree: await workplace.added(), home: await plainEntries(join(place, "home")) };
          await rename(workplace.folder, join(place, "tree"));
          await writeFile(join(place, "shown.json"), JSON.stringify(kept));
          const final = join(folder, key);
          // Another process may have been first: then its folder is as good as ours.
          await rename(place, final).catch(async () => rm(place, { recursive: true, force: true }));
          await forgetOldest(folder);
          return toShown(final, kept);
        },
        abandon: () => rm(place, { recursive: true, force: true }),
      };
    },
  };
}

interface Kept {
  readonly tree: readonly string[];
  readonly home: readonly string[];
}

function toShown(place: string, { tree, home }: Kept): readonly Shown[] {
  return [
    ...tree.map((path) => ({ from: join(place, "tree", path), at: `/work/${path}` })),
    ...home.map((name) => ({ from: join(place, "home", name), at: `${sandboxHome}/${name}` })),
  ];
}

/** A link could lead to any file of this machine, which would then be shown. */
async function plainEntries(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() || entry.isFile()).map(({ name }) => name);
}

async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith("begun-"));
  const dated = await Promise.all(
    names.map(async (name) => ({ name, atMs: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
  );
  for (const { name } of dated.sort((a, b) => b.atMs - a.atMs).slice(keptMax)) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}
