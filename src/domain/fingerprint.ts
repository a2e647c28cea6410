import { hash } from "node:crypto";
import type { ExceptionIdentity } from "./identity/exception-identity.ts";
import type { Fingerprint, IncidentId, ServiceName } from "./names.ts";

/**
 * Raised with every change of the rule: what is stored was made by an earlier one, and stays as an alias of its incident.
 * 1: three own frames with the folders of their files · 2: frames up to the second place, names without folders, the message where frames say little.
 */
export const fingerprintVersion = 2;

/** What error entries of one bug agree in besides the words of their message. */
export type Cell = readonly (string | null)[];

/**
 * `v2-` and 24 hex. Own frames decide, by module and function without line numbers; where there are none, the root cause's type and the masked
 * message; without a type the masked message alone. The environment never counts.
 * @param template the masked message, of the root cause where it has one; empty where frames decide alone
 */
export function fingerprintOf(cell: Cell, template: string): Fingerprint {
  return `v${fingerprintVersion}-${digestOf([...cell, template])}`;
}

/**
 * The service counts unless all frames are in globally named packages: "connection refused" in two services is two bugs, a broken library of ours in two
 * services is one.
 */
export function cellOf(identity: Pick<ExceptionIdentity, "type" | "frames"> | null, service: ServiceName | null): Cell {
  if (identity === null) return ["message", service];
  const { type, frames } = identity;
  if (frames.length === 0) return ["type", type, service];
  const isGloballyNamed = frames.every((frame) => frame.isGloballyNamed);
  return ["frames", type, isGloballyNamed ? null : service, ...frames.map((frame) => frame.key)];
}

/** `i` and the first 12 hex of the incident's first fingerprint. */
export function incidentIdOf(fingerprint: Fingerprint): IncidentId {
  return `i${fingerprint.slice(fingerprint.indexOf("-") + 1, fingerprint.indexOf("-") + 13)}`;
}

const rememberedMax = 5_000;
const remembered = new Map<string, string>();

/** Characters that no name has. */
const separator = "\u0001";
const absent = "\u0002";

/** 24 hex. Bugs repeat, so what was hashed lately is remembered. */
export function digestOf(parts: readonly (string | null)[]): string {
  const text = parts.map((part) => part ?? absent).join(separator);
  let digest = remembered.get(text);
  if (digest === undefined) {
    digest = hash("sha256", text, "hex").slice(0, 24);
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(text, digest);
  }
  return digest;
}
