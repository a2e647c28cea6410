import type { ProcessRole } from "./process-role.ts";

/** All that a configuration is made of. */
export interface ConfigSource {
  readonly yamlText: string;
  /** Of the service map; relative to `workingDirectory` or absolute. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For `NAME_FILE` variables. @throws SmallFileError when it cannot be read */
  readonly readSecretFile: (path: string) => string;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  /** Decides which secrets are looked up; `all` unless given. */
  readonly role?: ProcessRole;
}
