import type { CodeVersion } from "../domain/evidence.ts";
import type { ServiceName } from "../domain/names.ts";
import { type CodeSource, CodeSourceError, type ServiceCode } from "../domain/sources.ts";

/** The clones behind the code versions of a bundle; a version whose clone is no longer there is left out. */
export async function openCodes(
  versions: readonly CodeVersion[],
  codeOf: (service: ServiceName) => ServiceCode | null,
): Promise<readonly { readonly version: CodeVersion; readonly source: CodeSource }[]> {
  const codes: { version: CodeVersion; source: CodeSource }[] = [];
  for (const version of versions) {
    try {
      const source = await codeOf(version.service)?.open();
      if (source !== undefined) codes.push({ version, source });
    } catch (error) {
      // Gone since the evidence was gathered: the analysis goes on without it, and its tools say so.
      if (!(error instanceof CodeSourceError)) throw error;
    }
  }
  return codes;
}
