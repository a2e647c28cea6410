import { alphabets, type Dice } from "./dice.ts";

/** A secret that is planted in what the autopilot reads, to see whether it comes out anywhere. */
export interface Canary {
  readonly kind: string;
  /** As it stands in a log line, an attribute or a source file. */
  readonly text: string;
  /** What may come out nowhere, not even in part. */
  readonly core: string;
}

/** Long enough that no eight characters of it stand anywhere by accident. */
const base62 = (dice: Dice, length: number): string => dice.text(length, alphabets.base62);

const makers: Readonly<Record<string, (dice: Dice) => Omit<Canary, "kind">>> = {
  "aws-key": (dice) => whole("AKIA", dice.text(16, alphabets.upper)),
  "github-token": (dice) => whole("ghp_", base62(dice, 36)),
  "slack-token": (dice) => whole("xoxb-123456789012-123456789012-", base62(dice, 24)),
  "anthropic-key": (dice) => whole("sk-ant-api03-", `${base62(dice, 93)}AA`),
  "google-key": (dice) => whole("AIza", base62(dice, 35)),
  "stripe-key": (dice) => whole("sk_live_", base62(dice, 24)),
  "json-web-token": (dice) => {
    const [payload, signature] = [base62(dice, 60), base62(dice, 43)];
    return { text: `eyJhbGciOiJIUzI1NiJ9.eyJ${payload}.${signature}`, core: payload };
  },
  "password-pair": (dice) => whole("password=", base62(dice, 20)),
  "password-field": (dice) => framed('{"user":"ada","password":"', base62(dice, 20), '"}'),
  "database-url": (dice) => framed("postgres://app:", base62(dice, 22), "@db.internal:5432/orders"),
  "bearer-header": (dice) => whole("Authorization: Bearer ", base62(dice, 40)),
  "session-cookie": (dice) => whole("Cookie: sessionid=", base62(dice, 32)),
  "e-mail": (dice) => framed("", dice.text(14, alphabets.lower), "@customer.example.com"),
  "signed-url": (dice) =>
    framed("https://bucket.s3.amazonaws.com/a?X-Amz-Signature=", dice.text(64, alphabets.hex), "&X-Amz-Expires=60"),
  "private-key": (dice) => {
    const rows = Array.from({ length: 6 }, () => dice.text(64, alphabets.base64));
    return {
      text: `-----BEGIN RSA PRIVATE KEY-----\n${rows.join("\n")}\n-----END RSA PRIVATE KEY-----`,
      core: rows[dice.int(rows.length)] ?? "",
    };
  },
};

function whole(prefix: string, core: string): Omit<Canary, "kind"> {
  return { text: prefix + core, core };
}

function framed(before: string, core: string, after: string): Omit<Canary, "kind"> {
  return { text: before + core + after, core };
}

export const canaryKinds = Object.keys(makers);

export function plantCanary(dice: Dice, kinds: readonly string[] = canaryKinds): Canary {
  const kind = dice.pick(kinds);
  const make = makers[kind];
  if (make === undefined) throw new Error(`there is no canary of kind ${kind}`);
  return { kind, ...make(dice) };
}

const partLength = 9;
const partStep = 3;

/** The canaries of which a part stands in these bytes; a part of a dozen characters is found wherever it was cut. */
export function canariesIn(bytes: Buffer, canaries: readonly Canary[]): readonly Canary[] {
  // One pass over the bytes, for there are many of both: three bytes tell whether a part may begin here.
  const beginnings = new Uint8Array(1 << 24);
  const parts = new Map<string, Canary>();
  for (const canary of canaries) {
    for (let from = 0; from + partLength <= canary.core.length; from += partStep) {
      const part = Buffer.from(canary.core.slice(from, from + partLength));
      parts.set(part.toString("latin1"), canary);
      beginnings[((part[0] ?? 0) << 16) | ((part[1] ?? 0) << 8) | (part[2] ?? 0)] = 1;
    }
  }
  const found = new Set<Canary>();
  let last = 0;
  for (let index = 0; index < bytes.length; index++) {
    last = ((last << 8) | (bytes[index] ?? 0)) & 0xffffff;
    if (beginnings[last] !== 1) continue;
    const canary = parts.get(bytes.toString("latin1", index - 2, index - 2 + partLength));
    if (canary !== undefined) found.add(canary);
  }
  return [...found];
}
