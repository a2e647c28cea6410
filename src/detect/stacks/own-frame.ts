import type { ServiceName } from "../../domain/names.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { ReadingRules } from "../../domain/reading-rules.ts";
import {
  isOwnBeamModule,
  isOwnCrate,
  isOwnDartFile,
  isOwnNative,
  isOwnPhpFile,
  isOwnRubyFile,
  isOwnType,
} from "./library-frames.ts";
import { isGeneratedClass, isOwnClass } from "./own-class.ts";
import { isOwnScript } from "./own-script.ts";

export type Language =
  | "java"
  | "node"
  | "python"
  | "go"
  | "dotnet"
  | "ruby"
  | "php"
  | "rust"
  | "beam"
  | "native"
  | "dart";

/** Says whose a frame is. */
export type OwnJudge = (language: Language, module: string | null, file: string | null) => boolean;

const judgementsMax = 20_000;

type JudgeOf = (service: ServiceName | null) => OwnJudge;

const judgesByRules = new WeakMap<ReadingRules, JudgeOf>();

/**
 * By the service map's prefixes of modules, packages or paths, where it has some for the service; else by rule: neither the runtime's nor a library's. What it names as
 * not ours is not, whichever of the two says so.
 * Each module is judged once, and the readers of one service map share what was judged.
 */
export function ownJudgesOf(rules: ReadingRules): JudgeOf {
  let judges = judgesByRules.get(rules);
  if (judges === undefined) {
    judges = createJudges(rules);
    judgesByRules.set(rules, judges);
  }
  return judges;
}

function createJudges(rules: ReadingRules): JudgeOf {
  const byRule = remembering(isOwnByRule);
  const judges = new Map<ServiceName, OwnJudge>();
  return (service) => {
    const prefixes = service === null ? [] : (ownValue(rules.own, service) ?? []);
    const notOwn = service === null ? [] : (ownValue(rules.levers?.notOwn ?? {}, service) ?? []);
    if (service === null || (prefixes.length === 0 && notOwn.length === 0)) return byRule;
    let judge = judges.get(service);
    if (judge === undefined) {
      const isOursByPrefix: OwnJudge = (language, module, file) =>
        prefixes.some((prefix) => matches(prefix, module, file)) &&
        !(language === "java" && module !== null && isGeneratedClass(module));
      const isOurs = prefixes.length === 0 ? isOwnByRule : isOursByPrefix;
      judge = remembering(
        (language, module, file) =>
          isOurs(language, module, file) && !notOwn.some((prefix) => matches(prefix, module, file)),
      );
      judges.set(service, judge);
    }
    return judge;
  };
}

function remembering(judge: OwnJudge): OwnJudge {
  const judged = new Map<string, boolean>();
  return (language, module, file) => {
    const key = language === "java" ? (module ?? "") : `${language} ${module ?? ""} ${file ?? ""}`;
    let isOwn = judged.get(key);
    if (isOwn === undefined) {
      isOwn = judge(language, module, file);
      if (judged.size >= judgementsMax) judged.clear();
      judged.set(key, isOwn);
    }
    return isOwn;
  };
}

/** A prefix ends where a part of the name does: `com.acme.order` is no prefix of `com.acme.orders`. A path may lie below any folder. */
function matches(prefix: string, module: string | null, file: string | null): boolean {
  if (module !== null && hasPrefix(module, prefix)) return true;
  if (file === null) return false;
  const path = file.replaceAll("\\", "/").replace(/^file:\/\//, "");
  if (hasPrefix(path, prefix)) return !isDependencyPath(path);
  const inside = `/${prefix.replace(/^\.?\//, "").replace(/\/$/, "")}`;
  return (
    !isDependencyPath(path) && (path.includes(`${inside}/`) || path.includes(`${inside}.`) || path.endsWith(inside))
  );
}

function hasPrefix(name: string, prefix: string): boolean {
  if (!name.startsWith(prefix)) return false;
  const next = name.charAt(prefix.length);
  return next === "" || !/[\w]/.test(next) || /[./$]$/.test(prefix);
}

function isDependencyPath(path: string): boolean {
  return (
    path.includes("/node_modules/") ||
    path.includes("-packages/") ||
    path.includes("/pkg/mod/") ||
    /\/gems\/|\/vendor\/|\/\.cargo\//.test(path)
  );
}

function isOwnByRule(language: Language, module: string | null, file: string | null): boolean {
  switch (language) {
    case "java":
      return module !== null && isOwnClass(module);
    case "node":
      return file !== null && isOwnScript(file);
    case "python":
      return file !== null && isOwnPythonFile(file);
    case "go":
      return isOwnGoPackage(module, file);
    case "dotnet":
      return isOwnType(module);
    case "ruby":
      return isOwnRubyFile(file);
    case "php":
      return isOwnPhpFile(file);
    case "rust":
      return isOwnCrate(module, file);
    case "beam":
      return isOwnBeamModule(module);
    case "native":
      return isOwnNative(module, file);
    case "dart":
      return isOwnDartFile(file);
  }
}

function isOwnPythonFile(file: string): boolean {
  const path = file.replaceAll("\\", "/");
  return !(
    path.includes("-packages/") ||
    /(?:^|\/)lib(?:64)?\/(?:python|pypy)\d/i.test(path) ||
    path.startsWith("<") ||
    /\/Python\d+\/Lib\//i.test(path) ||
    // What an installer puts on the path to start a library: `/usr/local/bin/gunicorn`.
    /\/s?bin\/[^/.]+$/.test(path) ||
    path.startsWith("/var/runtime/") ||
    path.includes("/python/pyspark/") ||
    // Compiled by Cython: a library's.
    /\.p(?:yx|xd|xi)$/.test(path)
  );
}

const goStandard = new Set(
  (
    "archive bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash html image index io iter " +
    "internal log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak"
  ).split(" "),
);

function isOwnGoPackage(module: string | null, file: string | null): boolean {
  if (file !== null && (file.includes("/pkg/mod/") || file.includes("/vendor/"))) return false;
  const root = file === null ? null : /\/go(?:-?[\d.]+)?\/src\/([^/]+)\//.exec(file);
  if (goStandard.has(root?.[1] ?? "")) return false;
  // Built with -trimpath: `github.com/lib/pq@v1.10.9/conn.go`.
  if (file !== null && /@v\d/.test(file)) return false;
  // zerolog leaves the package and the folders out; below them all lies the runtime.
  if (module === null) return file !== null && !/^(?:<|proc\.go$|asm_\w{1,20}\.s$)/.test(file);
  return !goStandard.has(module.split("/", 1)[0] ?? "");
}
