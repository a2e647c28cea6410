import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { encode } from "../../domain/codec.ts";
import type { Findings } from "../../domain/order.ts";

/** Where each case is kept, redacted, so that it can be looked at after Loki has forgotten it. */
export interface EvidenceFolder {
  /** One file an order: `<order id>.json`. */
  save(findings: Findings): Promise<void>;
  /** Takes away files last written before that instant. */
  forget(beforeMs: number): Promise<void>;
}

export function createEvidenceFolder(directory: string): EvidenceFolder {
  return {
    async save(findings) {
      const file = join(directory, `${basename(findings.orderId)}.json`);
      await mkdir(directory, { recursive: true });
      // Written beside and moved, so that a crash leaves no half a case; under a name of its own, for a bot and a run may decide about the same findings at once.
      const part = `${file}.${randomUUID()}.part`;
      await writeFile(part, `${encode(findings)}\n`);
      await rename(part, file);
    },
    async forget(beforeMs) {
      for (const name of await readdir(directory).catch(() => [])) {
        const file = join(directory, name);
        if ((await stat(file)).mtimeMs < beforeMs) await rm(file, { force: true });
      }
    },
  };
}
