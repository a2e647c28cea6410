const prime1 = 0x9e3779b185ebca87n;
const prime2 = 0xc2b2ae3d27d4eb4fn;
const prime3 = 0x165667b19e3779f9n;
const prime4 = 0x85ebca77c2b2ae63n;
const prime5 = 0x27d4eb2f165667c5n;

/**
 * The number by which Loki orders streams whose entries share a timestamp, so that a page cuts such a group where a real one does: xxHash64 of the
 * sorted labels, each name and value ended by a byte that text cannot hold.
 * @see the xxHash specification, XXH64
 */
export function streamHash(labels: Readonly<Record<string, string>>): bigint {
  const end = Buffer.from([0xff]);
  const parts = Object.entries(labels)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, value]) => [Buffer.from(name), end, Buffer.from(value), end]);
  return xxHash64(Buffer.concat(parts));
}

function xxHash64(bytes: Buffer): bigint {
  let at = 0;
  let hash = prime5;
  if (bytes.length >= 32) {
    const lanes = [prime1 + prime2, prime2, 0n, -prime1].map(wrap);
    for (; at + 32 <= bytes.length; at += 32) {
      for (const [index, lane] of lanes.entries()) lanes[index] = mix(lane, bytes.readBigUInt64LE(at + 8 * index));
    }
    const turns = [1n, 7n, 12n, 18n];
    hash = wrap(lanes.reduce((sum, lane, index) => sum + turn(lane, turns[index] ?? 0n), 0n));
    for (const lane of lanes) hash = wrap((hash ^ mix(0n, lane)) * prime1 + prime4);
  }
  hash = wrap(hash + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8) {
    hash = wrap(turn(hash ^ mix(0n, bytes.readBigUInt64LE(at)), 27n) * prime1 + prime4);
  }
  if (at + 4 <= bytes.length) {
    hash = wrap(turn(hash ^ wrap(BigInt(bytes.readUInt32LE(at)) * prime1), 23n) * prime2 + prime3);
    at += 4;
  }
  for (; at < bytes.length; at += 1) hash = wrap(turn(hash ^ wrap(BigInt(bytes.readUInt8(at)) * prime5), 11n) * prime1);
  hash = wrap((hash ^ (hash >> 33n)) * prime2);
  hash = wrap((hash ^ (hash >> 29n)) * prime3);
  return hash ^ (hash >> 32n);
}

function mix(lane: bigint, input: bigint): bigint {
  return wrap(turn(wrap(lane + input * prime2), 31n) * prime1);
}

function turn(value: bigint, bits: bigint): bigint {
  return wrap(value << bits) | (value >> (64n - bits));
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
