/**
 * JSON for what is kept in `state/` and in orders: the same value comes back, bigint and bytes included. A bigint is written as `{"$n":"123"}`, bytes as
 * `{"$b":"AQI="}`, and a key that begins with `$` gets one more, so that no data (a span's attributes are whatever somebody sent) can pass for that mark.
 * @throws TypeError for what JSON would change in silence: NaN, infinities, dates, maps, functions
 */
export function encode(value: unknown): string {
  const json: string | undefined = JSON.stringify(value, replace);
  if (json === undefined) throw new TypeError(`A value of type ${typeof value} cannot be kept as JSON.`);
  return json;
}

/** What `encode` wrote. The caller names the type: only text that this program wrote itself may come in. */
export function decode<T>(json: string): T {
  // Most texts hold neither mark nor escaped key, and a reviver would cost them several times the parsing.
  return json.includes('"$') ? JSON.parse(json, revive) : JSON.parse(json);
}

function replace(this: Record<string, unknown>, key: string, value: unknown): unknown {
  if (typeof value === "bigint") return { $n: value.toString() };
  if (this[key] instanceof Uint8Array) return { $b: Buffer.from(this[key]).toString("base64") };
  // JSON.stringify has already asked a date for its text: only the holder still has the date itself.
  const isKept = typeof value === "number" ? Number.isFinite(value) : isPlain(this[key]);
  if (!isKept) throw new TypeError(`The value at ${JSON.stringify(key)} cannot be kept as JSON.`);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (!Object.keys(value).some((name) => name.startsWith("$"))) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [escapeKey(name), inner]));
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const names = Object.keys(value);
  if (!names.some((name) => name.startsWith("$"))) return value;
  if ("$n" in value && typeof value.$n === "string" && names.length === 1) return BigInt(value.$n);
  if ("$b" in value && typeof value.$b === "string" && names.length === 1) {
    return new Uint8Array(Buffer.from(value.$b, "base64"));
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [unescapeKey(name), inner]));
}

function escapeKey(name: string): string {
  return name.startsWith("$") ? `$${name}` : name;
}

function unescapeKey(name: string): string {
  return name.startsWith("$") ? name.slice(1) : name;
}

function isPlain(value: unknown): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
