import { type EnvironmentValues, environmentValue } from "./environment-values.ts";

/** `REDIS_URL`, or what `REDIS_URL_FILE` holds; null without one. What is reported never holds the value: it may have a password. */
export function redisUrlFrom(from: EnvironmentValues, report: (sentence: string) => void): string | null {
  const url = environmentValue("REDIS_URL", from, report);
  if (url === null || isRedisUrl(url)) return url;
  report(
    "REDIS_URL must be an address such as `redis://localhost:6379` or `rediss://user:password@host:6379/0`; special characters in the password as %XX.",
  );
  return null;
}

function isRedisUrl(text: string): boolean {
  try {
    const { protocol, hostname, pathname, username, password } = new URL(text);
    decodeURIComponent(username + password);
    return /^rediss?:$/.test(protocol) && hostname !== "" && /^(?:\/\d{0,4})?$/.test(pathname);
  } catch {
    return false;
  }
}

/** Orders hold log text, and a password goes before them: across a public network both need TLS. */
export function isUnprotected(redisUrl: string): boolean {
  const { protocol, hostname } = new URL(redisUrl);
  if (protocol === "rediss:" || !hostname.includes(".")) return false;
  return !/^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)|\.(?:internal|local|lan|home\.arpa|svc)$|\.svc\./.test(
    hostname,
  );
}
