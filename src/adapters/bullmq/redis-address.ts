import { isIP } from "node:net";
import type { RedisOptions } from "ioredis";

const portUsual = 6379;

export interface RedisAddress {
  readonly options: Pick<RedisOptions, "host" | "port" | "db"> &
    Partial<Pick<RedisOptions, "username" | "password" | "tls">>;
  /** For people and logs: without user and password. */
  readonly shown: string;
}

/**
 * @param url `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS; the configuration has checked its form
 * @throws TypeError for what is no address
 */
export function parseRedisAddress(url: string): RedisAddress {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const db = Number(pathname.slice(1));
  return {
    options: {
      host,
      port: port === "" ? portUsual : Number(port),
      db: Number.isInteger(db) ? db : 0,
      ...(username === "" ? {} : { username: decodeURIComponent(username) }),
      ...(password === "" ? {} : { password: decodeURIComponent(password) }),
      // An address is no name by which a server could choose its certificate.
      ...(protocol === "rediss:" ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
    },
    shown: `${protocol}//${hostname}:${port === "" ? portUsual : port}${pathname === "/" ? "" : pathname}`,
  };
}
