/**
 * What a process is for, and so which secrets it reads. `brain`: decides and writes, asks no model. `hands`: read and think, hold nothing with which they
 * could write. `run`: both, or with REDIS_URL the brain alone. `all`: both, here.
 */
export const processRoles = ["all", "brain", "hands"] as const;
export type ProcessRole = (typeof processRoles)[number] | "run";

/** The service map without the secrets that this role must not hold: they are not even looked up. */
export function withoutForeignSecrets(map: unknown, role: ProcessRole): unknown {
  if (role === "hands") return without(without(map, "github", ["token", "app"]), "telegram", ["token"]);
  return role === "brain" ? without(without(map, "model", ["apiKey"]), "repositories", ["token"]) : map;
}

function without(map: unknown, section: string, keys: readonly string[]): unknown {
  if (!isRecord(map) || !isRecord(map[section])) return map;
  const rest = Object.fromEntries(Object.entries(map[section]).filter(([key]) => !keys.includes(key)));
  return { ...map, [section]: rest };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
