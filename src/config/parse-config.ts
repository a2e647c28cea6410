import { isAbsolute, relative, resolve } from "node:path";
import type { OwnRedaction } from "../domain/redaction/own-redaction.ts";
import { redactionOf } from "./build-config.ts";
import { checkLevers } from "./check-levers.ts";
import { checkPatterns } from "./check-patterns.ts";
import { checkNoReferences, checkVerify } from "./check-verify.ts";
import { completeConfig, placeOf, secretsFromEnvironment } from "./complete-config.ts";
import type { Config } from "./config.ts";
import { ConfigError, type ConfigMistake } from "./config-error.ts";
import type { ConfigSource } from "./config-source.ts";
import { crossCheck } from "./cross-checks.ts";
import { resolveReferences } from "./environment-values.ts";
import { withoutForeignSecrets } from "./process-role.ts";
import { reportIssues } from "./schema-issues.ts";
import { exampleOf } from "./schema-walk.ts";
import { findSecrets } from "./secrets-in-file.ts";
import { serviceMapSchema } from "./service-map-schema.ts";
import { parseWithoutMistakes } from "./without-mistakes.ts";
import { type Path, type Place, readYaml, type YamlSource } from "./yaml-source.ts";

/**
 * The service map and the environment as one typed configuration. Pure: reads nothing but its arguments.
 * @throws ConfigError with every mistake that was found
 */
export function parseConfig(from: ConfigSource): Config {
  const path = resolve(from.workingDirectory, from.path);
  const source = readYaml(from.yamlText);
  const mistakes = new MistakeList(shownPath(path, from.workingDirectory), source);
  const report = mistakes.add.bind(mistakes);

  findSecrets(from.yamlText, source, variableFor, report, (offset, sentence) =>
    mistakes.addAt(source.placeAt(offset), [], sentence),
  );
  if (!source.isReadable) throw mistakes.toError();
  const place = placeOf(from, (sentence) => report([], sentence));
  checkNoReferences(source.value, report);
  const value = resolveReferences(withoutForeignSecrets(source.value, place.role), [], from, report);

  const parsed = serviceMapSchema.safeParse(value);
  if (!parsed.success) {
    reportIssues(parsed.error.issues, serviceMapSchema, source.value, report, (path, sentence) =>
      mistakes.addAt(source.placeOf(path), path, sentence),
    );
  }
  // The rest is looked at too, so that one reading finds all there is to mend.
  const map = parsed.success ? parsed.data : parseWithoutMistakes(serviceMapSchema, value);
  if (map !== null) {
    crossCheck(map, report);
    checkPatterns(map.redaction, ["redaction"], report);
    checkLevers(map, report);
    checkVerify(map, report);
  }
  const secrets = secretsFromEnvironment(map, place.role, from, (sentence) => report([], sentence));
  if (map === null || mistakes.isAny) throw mistakes.toError();
  return completeConfig(map, from, place, secrets);
}

/**
 * The `redaction` of a service map whose other parts are nobody's business: `redact` must work although they are being edited.
 * @throws ConfigError with every mistake in it
 */
export function parseRedaction(from: ConfigSource): OwnRedaction {
  const source = readYaml(from.yamlText);
  const mistakes = new MistakeList(shownPath(resolve(from.workingDirectory, from.path), from.workingDirectory), source);
  const report = mistakes.add.bind(mistakes);
  if (!source.isReadable) throw mistakes.toError();
  const written = { redaction: redactionIn(source.value) };
  const parsed = redactionOnly.safeParse(resolveReferences(written, [], from, report));
  if (!parsed.success) reportIssues(parsed.error.issues, redactionOnly, written, report, report);
  else checkPatterns(parsed.data.redaction, ["redaction"], report);
  if (!parsed.success || mistakes.isAny) throw mistakes.toError();
  return redactionOf(parsed.data.redaction);
}

const redactionOnly = serviceMapSchema.pick({ redaction: true });

function redactionIn(value: unknown): unknown {
  return typeof value === "object" && value !== null && "redaction" in value ? value.redaction : undefined;
}

/** The variable that the schema's example of a secret names. */
function variableFor(path: Path): string {
  return /\$\{(\w+)\}/.exec(String(exampleOf(serviceMapSchema, path)))?.[1] ?? "NAME";
}

function shownPath(path: string, workingDirectory: string): string {
  const shorter = relative(workingDirectory, path);
  return shorter.startsWith("..") || isAbsolute(shorter) ? path : shorter;
}

class MistakeList {
  readonly #file: string;
  readonly #source: YamlSource;
  readonly #mistakes: ConfigMistake[];
  readonly #paths = new Set<string>();

  constructor(file: string, source: YamlSource) {
    this.#file = file;
    this.#source = source;
    this.#mistakes = [];
    for (const { path, sentence, ...place } of source.mistakes) this.addAt(place, path, sentence);
  }

  get isAny(): boolean {
    return this.#mistakes.length > 0;
  }

  /** Only the first thing said about a value: what comes after is mostly its consequence. */
  add(path: Path, sentence: string): void {
    const key = path.length === 0 ? sentence : showPath(path);
    if (this.#paths.has(key)) return;
    this.#paths.add(key);
    this.addAt(this.#source.placeOf(path), path, sentence);
  }

  addAt(place: Place, path: Path, sentence: string): void {
    this.#mistakes.push({ file: this.#file, ...place, path: showPath(path), sentence });
  }

  toError(): ConfigError {
    const inOrder = this.#mistakes.toSorted(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    );
    return new ConfigError(inOrder);
  }
}

/** `services.shop.aliases[0]` */
function showPath(path: Path): string {
  return path.reduce<string>(
    (shown, segment) =>
      typeof segment === "number" ? `${shown}[${segment}]` : shown === "" ? segment : `${shown}.${segment}`,
    "",
  );
}
