/**
 * The code by which the operating system refused (`ENOENT`, `EACCES`, `ENOSPC`); null where something else went wrong, such as Node's own
 * `ERR_INVALID_ARG_TYPE`, which is a mistake of ours.
 */
export function systemCodeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return null;
  return typeof error.code === "string" && /^E(?!RR_)[A-Z0-9]+$/.test(error.code) ? error.code : null;
}
