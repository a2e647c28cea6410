import { createHash } from "node:crypto";
import type { Config } from "./config.ts";

/**
 * SHA-256 (64 hex) of what the configuration means: independent of comments, of the order of keys and of whether a default is written out. Secrets are
 * not in it, not even whether there is one, nor what else differs between the processes of one installation: paths of clones and of what sandboxes show, how many jobs at once,
 * where Redis and the model answer.
 * @param model as the service map names it, for not every process has its key
 */
export function configDigest(config: Omit<Config, "digest" | "warnings">, model: object | null): string {
  const {
    path: _path,
    concurrency: _concurrency,
    redisUrl: _redisUrl,
    hasModel: _hasModel,
    // Chats and people are the brain's alone.
    telegram: _telegram,
    ...rest
  } = config;
  const { auth: _auth, ...github } = config.github;
  return createHash("sha256")
    .update(JSON.stringify(canonical({ ...rest, github, model, services: withoutPaths(config) })))
    .digest("hex");
}

function withoutPaths(config: Pick<Config, "services">): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config.services).map(([name, { path: _path, commands, ...service }]) => [
      name,
      { ...service, commands: commands === null ? null : { ...commands, readOnly: [], writableCopies: [] } },
    ]),
  );
}

const secretKeys: ReadonlySet<string> = new Set(["password", "token", "privateKey", "apiKey"]);

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !secretKeys.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner)]),
  );
}
