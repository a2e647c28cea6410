import { hash } from "node:crypto";
import type { Exception, Frame } from "./error-entry.ts";
import type { Fingerprint, IncidentId, ServiceName } from "./names.ts";

/** Innermost own frames that make a bug: fewer merge what only shares a helper, more tell one bug apart by who called it. */
const identityFramesMax = 3;

/** What of an exception chain decides the fingerprint. */
export interface ExceptionIdentity {
  /** Of the root cause: the same failure may be wrapped differently on its way up. */
  readonly type: string | null;
  /** `module|function` of own frames, throw site first; empty when no frame is ours. */
  readonly frames: readonly string[];
  /** Every frame is in a package that no other service has by chance (`com.acme.order`, `github.com/acme/order`), unlike `main` or `src/index`. */
  readonly isGloballyNamed: boolean;
}

/** Null when the chain names neither a type nor an own frame. */
export function identityOf(exceptions: readonly Exception[]): ExceptionIdentity | null {
  const root = exceptions.findLast((exception) => exception.type !== null || exception.frames.length > 0);
  if (root === undefined) return null;
  const own = ownFramesFromRoot(exceptions);
  if (own.length === 0 && root.type === null) return null;
  return {
    type: root.type === null ? null : withoutGenerated(root.type),
    frames: own.map((frame) => frame.key),
    isGloballyNamed: own.length > 0 && own.every((frame) => frame.isGloballyNamed),
  };
}

/**
 * `v1-` and 24 hex. Own frames decide, by module and function without line numbers; where there are none, the root cause's type and the masked
 * message; without a type the masked message alone. The environment never counts. The service counts unless all frames are in globally named
 * packages: "connection refused" in two services is two bugs, a broken library of ours in two services is one.
 * @param template the masked message, of the root cause where it has one
 */
export function fingerprintOf(
  exceptions: readonly Exception[],
  template: string,
  service: ServiceName | null,
): Fingerprint {
  const identity = identityOf(exceptions);
  if (identity === null) return fingerprintOfParts(["template", template, service]);
  if (identity.frames.length === 0) return fingerprintOfParts(["type", identity.type, template, service]);
  return fingerprintOfParts(["frames", identity.type, identity.isGloballyNamed ? null : service, ...identity.frames]);
}

/** `i` and the first 12 hex of the incident's first fingerprint. */
export function incidentIdOf(fingerprint: Fingerprint): IncidentId {
  return `i${fingerprint.slice(fingerprint.indexOf("-") + 1, fingerprint.indexOf("-") + 13)}`;
}

const rememberedMax = 5_000;
const remembered = new Map<string, Fingerprint>();

/** Characters that no name has. */
const separator = "\u0001";
const absent = "\u0002";

/** Bugs repeat, so what was hashed lately is remembered. */
function fingerprintOfParts(parts: readonly (string | null)[]): Fingerprint {
  const text = parts.map((part) => part ?? absent).join(separator);
  let fingerprint = remembered.get(text);
  if (fingerprint === undefined) {
    fingerprint = `v1-${hash("sha256", text, "hex").slice(0, 24)}`;
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(text, fingerprint);
  }
  return fingerprint;
}

interface OwnFrame {
  readonly key: string;
  readonly isGloballyNamed: boolean;
}

/**
 * The root cause's own frames, then the frames of what wrapped it from where they meet: runtimes leave out what a cause has in common with its
 * wrapper ("... 4 more"), so the same throw, logged bare or wrapped, gives the same list.
 */
function ownFramesFromRoot(exceptions: readonly Exception[]): readonly OwnFrame[] {
  let found: readonly OwnFrame[] = [];
  for (let index = exceptions.length - 1; index >= 0 && found.length < identityFramesMax; index--) {
    const own = ownFramesOf(exceptions[index]?.frames ?? []);
    const last = found.at(-1);
    if (last === undefined) found = own;
    else found = [...found, ...own.slice(own.findIndex((frame) => frame.key === last.key) + 1)];
  }
  return found.slice(0, identityFramesMax);
}

const ownFramesByList = new WeakMap<readonly Frame[], readonly OwnFrame[]>();

/** Own frames without repetitions, as recursion and proxies make them. Frame lists are immutable and shared by the entries of one bug, so each is judged once. */
function ownFramesOf(frames: readonly Frame[]): readonly OwnFrame[] {
  let own = ownFramesByList.get(frames);
  if (own === undefined) {
    const keys = frames.filter((frame) => frame.isOwn).map(ownFrame);
    own = keys.filter((frame, at) => frame.key !== keys[at - 1]?.key);
    ownFramesByList.set(frames, own);
  }
  return own;
}

function ownFrame(frame: Frame): OwnFrame {
  if (frame.module === null) {
    return { key: `${pathTail(frame.file ?? "")}|${plainFunction(frame.function ?? "")}`, isGloballyNamed: false };
  }
  const { module, name } = withoutSynthetic(frame.module, frame.function ?? "");
  return { key: `${module}|${name}`, isGloballyNamed: module.includes(".") };
}

/** The last two parts of a path without extension and bundler's hash: the folder it was deployed to may differ. */
function pathTail(path: string): string {
  const parts = path.replaceAll("\\", "/").split("?", 1)[0]?.split("/").slice(-2) ?? [];
  return parts
    .join("/")
    .replace(/\.[a-z]{1,5}$/, "")
    .replace(/[.-](?=[a-f]*\d)[0-9a-f]{8,20}$/, "");
}

/** `async Object.<anonymous>` → `<anonymous>`, `new Cart` → `Cart`, `Cart.add [as put]` → `Cart.add`. */
function plainFunction(name: string): string {
  return name
    .replace(/^(?:async |new )+/, "")
    .replace(/ \[as [^\]]*\]$/, "")
    .replace(/^(?:Object|Module|global|process)\./, "");
}

const generatedMethods = new Set([
  "invokeSuspend",
  "invoke",
  "emit",
  "collect",
  "run",
  "call",
  "apply",
  "accept",
  "get",
  "test",
]);

/** Names that compilers and proxies make up become the name in the source: `lambda$place$0`, `Order$$SpringCGLIB$$0`, `Order$place$1.invokeSuspend`, `Get.func1`. */
function withoutSynthetic(module: string, name: string): { readonly module: string; readonly name: string } {
  if (module.includes("/") || name.includes(".func") || name.startsWith("(")) {
    return { module: module.replace(/@v[\w.-]+/, ""), name: withoutClosure(name) };
  }
  let plainName = name;
  let plainModule = module;
  const inner = generatedMethods.has(name) ? /\$([A-Za-z_]\w*)\$\d+(?:\$.*)?$/.exec(module) : null;
  if (inner?.[1] !== undefined) {
    plainName = inner[1];
    plainModule = module.slice(0, inner.index);
  }
  if (plainName.includes("$") || plainName.includes("-")) {
    plainName =
      /^(?:lambda|access|\$anonfun)\$(\w+?)(?:\$\d+)*$/.exec(plainName.replace(/\$adapted$/, ""))?.[1] ??
      plainName.replace(/\$(?:lambda|default|suspendImpl)\b.*$/, "").replace(/-[\w-]{7}$/, "");
  }
  return { module: withoutGenerated(plainModule), name: plainName };
}

function withoutClosure(name: string): string {
  return name.replace(/(?:\.func\d+|\.gowrap\d+|-fm|\.\d+|-range\d+)+$/, "").replaceAll("[...]", "");
}

/** Class names without what is made up at compile or run time: `Order$$EnhancerBySpringCGLIB$$1f`, `Order$1`, `Order$$Lambda/0x7f`. */
function withoutGenerated(name: string): string {
  if (!name.includes("$")) return name;
  const proxied = name.indexOf("$$");
  return (proxied > 0 ? name.slice(0, proxied) : name).replace(/(?:\$\d+)+$/, "");
}
