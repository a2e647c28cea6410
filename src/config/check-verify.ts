import { referencePattern } from "./reference.ts";
import type { ServiceMap } from "./service-map-schema.ts";
import type { Path, Report } from "./yaml-source.ts";

/** Folders that hold secrets, or so much that secrets are among it. */
const tooMuch = [
  /^\/?$/,
  /^~\/?$/,
  /^\/(?:proc|sys|dev|etc|run|var|home|root|Users|tmp|boot|srv)\/?$/,
  /^\/(?:home|Users)\/[^/]+\/?$/,
  /^\/(?:proc|sys|dev|run)\//,
  /^\/var\/run(?:\/|$)/,
];
const secretFolder =
  /(?:^|\/)(?:\.ssh|\.aws|\.gnupg|\.kube|\.docker|\.azure|\.config\/(?:gh|gcloud)|\.git|\.netrc|\.npmrc|\.pypirc|\.env[^/]*)(?:\/|$)/;

/** What a sandbox must not be shown, and what would do nothing. */
export function checkVerify(map: ServiceMap, report: Report): void {
  for (const [name, its] of Object.entries(map.services ?? {})) {
    const at = ["services", name];
    for (const key of ["readOnly", "writableCopies"] as const) {
      for (const [index, path] of (its.sandbox?.[key] ?? []).entries())
        checkFolder(path, [...at, "sandbox", key, index], report);
    }
    for (const key of ["verifyTest", "prepare", "checkSettings", "sandbox"] as const) {
      if (its[key] === undefined || its.verify !== undefined) continue;
      report(
        [...at, key],
        "does nothing without `verify`. Add `verify`, the commands that run the tests, or remove this.",
      );
    }
    for (const variable of ["HOME", "TMPDIR"]) {
      if (its.sandbox?.env !== undefined && Object.hasOwn(its.sandbox.env, variable)) {
        report([...at, "sandbox", "env", variable], "is set by the sandbox. Remove it.");
      }
    }
  }
}

function checkFolder(path: string, at: Path, report: Report): void {
  const plain = path.replaceAll(/\/+/g, "/");
  if (plain.split("/").includes("..")) report(at, "must be written without `..`, so that one can see what is shown.");
  else if (tooMuch.some((form) => form.test(plain)))
    report(at, `shows tests too much of this machine: \`${path}\`. Name the folder that they need.`);
  else if (secretFolder.test(plain))
    report(at, `is where secrets are: \`${path}\`. Tests of a patch must not see it; name the folder that they need.`);
}

/**
 * What tests see holds nothing from the environment, where secrets are.
 * @param value the service map with its references unresolved
 */
export function checkNoReferences(value: unknown, report: Report): void {
  for (const [name, service] of entriesOf(ownOf(value, "services"))) {
    const at = ["services", name];
    walk(ownOf(ownOf(service, "sandbox"), "env"), [...at, "sandbox", "env"], report);
    for (const key of ["verify", "verifyTest", "prepare", "checkSettings"])
      walk(ownOf(service, key), [...at, key], report);
  }
}

function walk(value: unknown, path: Path, report: Report): void {
  if (typeof value === "string" && referencePattern.test(value)) {
    report(
      path,
      "must not come from the environment, where secrets are: what runs there may be an attacker's. Write the value itself.",
    );
  } else if (Array.isArray(value)) for (const [index, inner] of value.entries()) walk(inner, [...path, index], report);
  else for (const [key, inner] of entriesOf(value)) walk(inner, [...path, key], report);
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function ownOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
