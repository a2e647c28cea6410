import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "../../domain/codec.ts";
import type { Findings } from "../../domain/order.ts";
import { keepFile } from "./keep-file.ts";

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
      await keepFile(directory, `${findings.orderId}.json`, `${encode(findings)}\n`);
    },
    async forget(beforeMs) {
      for (const name of await readdir(directory).catch(() => [])) {
        const file = join(directory, name);
        if ((await stat(file)).mtimeMs < beforeMs) await rm(file, { force: true });
      }
    },
  };
}
