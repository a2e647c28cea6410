import { createSyntaxReader } from "../../adapters/syntax/syntax-reader.ts";
import type { Config } from "../../config/config.ts";
import { nearestName } from "../../config/nearest-name.ts";
import type { ErrorEntry } from "../../domain/error-entry.ts";
import { toJson } from "../../domain/json.ts";
import type { Environment, ServiceName, TraceId } from "../../domain/names.ts";
import { plainName } from "../../domain/plain-name.ts";
import { isSourceFailure } from "../../domain/sources.ts";
import type { Span } from "../../domain/trace.ts";
import { checkService, type ServiceCheck } from "../../gather/check-service.ts";
import type { EnvironmentSources } from "../../jobs/hands-means.ts";
import { environmentSources } from "../environment-sources.ts";
import { exitCodes, type Io } from "../io.ts";
import { requireEnvironment } from "../known-environment.ts";
import { serviceCodeOf } from "../service-code.ts";
import { type CommonOptions, loadSettings } from "../setting.ts";

const nsPerMs = 1_000_000n;
const entriesMax = 5_000;
const tracesMax = 5;

/** What is wrong or could be better, and the line that mends it. */
interface Advice {
  readonly says: string;
  /** For the service map; null where nothing there can help. */
  readonly line: string | null;
}

interface CheckedService {
  readonly environment: Environment;
  readonly service: ServiceName;
  readonly isMapped: boolean;
  readonly errors: number;
  readonly withFrames: number;
  readonly located: number;
  readonly deployedCommit: string | null;
  readonly advice: readonly Advice[];
}

/**
 * `service-map check`: service by service, what recent errors in Loki, their traces and the clone agree on. Reads only.
 * @returns 0; 1 where a source could not be read; 3 where there is advice
 */
export async function serviceMapCheckCommand(
  options: CommonOptions & { readonly sinceMs: number; readonly environment: string | null },
  io: Io,
): Promise<number> {
  const config = await loadSettings(options);
  requireEnvironment(options.environment, { file: options.config, environments: config.environments });
  const { signal } = new AbortController();
  const means = { config, codeOf: serviceCodeOf(config, options.state), syntax: createSyntaxReader() };
  const checked: CheckedService[] = [];
  const failures: string[] = [];
  for (const [environment, sources] of environmentSources(config)) {
    if (options.environment !== null && options.environment !== environment) continue;
    try {
      checked.push(...(await checkEnvironment(environment, sources, options.sinceMs, means, signal)));
    } catch (error) {
      if (!isSourceFailure(error)) throw error;
      failures.push(`${environment}: ${error.message}`);
    }
  }
  if (options.json) io.stdout(`${toJson({ services: checked, failures })}\n`);
  else io.stdout(page(checked, failures));
  if (failures.length > 0) return exitCodes.failed;
  return checked.some(({ advice }) => advice.length > 0) ? exitCodes.needsHuman : exitCodes.done;
}

interface Means {
  readonly config: Config;
  readonly codeOf: ReturnType<typeof serviceCodeOf>;
  readonly syntax: ReturnType<typeof createSyntaxReader>;
}

async function checkEnvironment(
  environment: Environment,
  { logs, query, reader, traces }: EnvironmentSources,
  sinceMs: number,
  means: Means,
  signal: AbortSignal,
): Promise<readonly CheckedService[]> {
  const toNs = BigInt(Date.now()) * nsPerMs;
  const window = { fromNs: toNs - BigInt(sinceMs) * nsPerMs, toNs };
  const { entries } = await logs.entriesBetween(query, window, entriesMax, signal);
  const errors = reader.read(entries).filter(({ isError }) => isError);
  const byService = Map.groupBy(errors, ({ service }) => service);
  for (const name of Object.keys(means.config.services)) if (!byService.has(name)) byService.set(name, []);
  const checked: CheckedService[] = [];
  for (const [service, its] of [...byService].sort(([, one], [, other]) => other.length - one.length)) {
    if (service === null) {
      checked.push(nameless(environment, its));
      continue;
    }
    const code = means.codeOf(service);
    if (code === null) {
      checked.push(unmapped(environment, service, its, means.config));
      continue;
    }
    const ids = [...new Set(its.flatMap(({ traceId }) => traceId ?? []))].slice(-tracesMax);
    const spans = its.length === 0 ? [] : await spansOf(ids, traces, service, means.config, signal);
    const check = await checkService(code, its, spans, means.syntax, signal);
    checked.push(described(environment, check, ids.length > 0 && spans.length === 0 && traces !== null));
  }
  return checked;
}

async function spansOf(
  ids: readonly TraceId[],
  traces: EnvironmentSources["traces"],
  service: ServiceName,
  config: Config,
  signal: AbortSignal,
): Promise<readonly Span[]> {
  if (traces === null) return [];
  const names = new Set([service, ...(config.services[service]?.aliases ?? [])].map((name) => name.toLowerCase()));
  const found = await Promise.all(
    ids.map((id) =>
      traces.trace(id, signal).catch((error: unknown) => {
        if (!isSourceFailure(error)) throw error;
        return null;
      }),
    ),
  );
  return found
    .flatMap((trace) => trace?.spans ?? [])
    .filter((span) => span.service !== null && names.has(span.service.toLowerCase()))
    .map((span) => ({ ...span, service }));
}

function nameless(environment: Environment, errors: readonly ErrorEntry[]): CheckedService {
  const labels = [...new Set(errors.flatMap(({ entry }) => Object.keys(entry.labels)))].slice(0, 10);
  return {
    ...{ environment, service: "(unknown)", isMapped: false, errors: errors.length, withFrames: 0, located: 0 },
    deployedCommit: null,
    advice: [
      {
        says: `${errors.length} errors do not say which service they are of; their labels are ${labels.map(plainName).join(", ") || "none"}.`,
        line: "serviceLabels: [service_name, service, app, <the label that names the service>]",
      },
    ],
  };
}

function unmapped(
  environment: Environment,
  service: ServiceName,
  errors: readonly ErrorEntry[],
  { services }: Config,
): CheckedService {
  const near = nearestName(service, Object.keys(services));
  const name = plainName(service);
  return {
    ...{ environment, service: name, isMapped: false, errors: errors.length, withFrames: 0, located: 0 },
    deployedCommit: null,
    advice: [
      near === null
        ? {
            says: `${errors.length} errors of a service that is in no entry.`,
            line: `services: { ${name}: { repository: <owner>/<name>, path: <the clone> } }`,
          }
        : {
            says: `${errors.length} errors of a service that is in no entry; is it ${near} under another name?`,
            line: `${near}: { aliases: [${name}] }`,
          },
    ],
  };
}

function described(environment: Environment, check: ServiceCheck, lacksTraces: boolean): CheckedService {
  const { service, errors, withFrames, located, lost, deployed, unread } = check;
  const advice: Advice[] = [];
  if (unread !== null) advice.push({ says: unread, line: null });
  if (errors === 0) {
    advice.push({
      says: "No error of it in this time: is it seen under another name?",
      line: `${service}: { aliases: [<the name in Loki>] }`,
    });
  }
  if (lost.length > 0) {
    advice.push({
      says: `Frames taken for its own that are in no file of the clone: ${lost.join(", ")}.`,
      line: `${service}: { own: [<the prefix of its packages>] }   # or under: <its folder>`,
    });
  }
  if (errors > 0 && deployed.kind === "unsaid") {
    const [label] = deployed.candidates;
    advice.push({
      says:
        label === undefined
          ? "No label says which commit is deployed, so lines are those of the branch's head."
          : `The value of ${deployed.candidates.join(", ")} names commits of the clone.`,
      line:
        label === undefined
          ? `${service}: { version: { otherwise: head } }   # if the branch's head is always what is deployed`
          : `${service}: { deployed: [${label}] }`,
    });
  }
  if (deployed.kind === "not-in-clone") {
    advice.push({
      says: `What is deployed (${deployed.claims.join(", ")}) is not in the clone. Fetch it, with its tags.`,
      line: null,
    });
  }
  if (lacksTraces) advice.push({ says: "Tempo has none of the traces that its newest errors name.", line: null });
  const deployedCommit = deployed.kind === "known" ? deployed.commit : null;
  return { environment, service, isMapped: true, errors, withFrames, located, deployedCommit, advice };
}

function page(checked: readonly CheckedService[], failures: readonly string[]): string {
  const parts = checked.map((each) => {
    const share =
      each.withFrames === 0
        ? ""
        : `, ${Math.round((each.located / each.withFrames) * 100)} % of those with frames located`;
    const deployed = each.deployedCommit === null ? "" : `, deployed ${each.deployedCommit.slice(0, 10)}`;
    const head = `${each.advice.length === 0 ? "ok" : "! "}  ${each.environment}  ${each.service}: ${each.errors} errors${share}${deployed}`;
    return [
      head,
      ...each.advice.flatMap(({ says, line }) => [`      ${says}`, ...(line === null ? [] : [`      → ${line}`])]),
    ].join("\n");
  });
  if (parts.length + failures.length === 0) return "No error was found in that time, so there is nothing to compare.\n";
  return `${[...parts, ...failures.map((each) => `failed  ${each}`)].join("\n")}\n`;
}
