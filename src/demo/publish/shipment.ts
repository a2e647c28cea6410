import type { CommitId, ServiceName } from "../../domain/names.ts";
import { lineLevel } from "./log-line.ts";
import type { OtlpSpan } from "./otlp.ts";

interface ShippedEntry {
  readonly labels: Readonly<Record<string, string>>;
  readonly timestampNs: bigint;
  readonly line: string;
}

/** Gathers what the services wrote and pushes it to Loki and Tempo, as a shipper and a collector do. */
export class Shipment {
  readonly #environment: string;
  readonly #entries: ShippedEntry[] = [];
  readonly #spans = new Map<ServiceName, { readonly version: CommitId | null; readonly spans: OtlpSpan[] }>();
  #written = 0n;

  constructor(environment: string) {
    this.#environment = environment;
  }

  get entryCount(): number {
    return this.#entries.length;
  }

  get spanCount(): number {
    return [...this.#spans.values()].reduce((sum, { spans }) => sum + spans.length, 0);
  }

  addEntry(service: ServiceName, pod: string, timeMs: number, line: string): void {
    const level = lineLevel(line);
    this.#entries.push({
      labels: {
        service_name: service,
        deployment_environment: this.#environment,
        pod,
        ...(level === null ? {} : { level }),
      },
      timestampNs: BigInt(timeMs) * 1_000_000n + this.#nextNs(),
      line,
    });
  }

  /** One log entry for each physical line, a nanosecond apart in one stream, as a shipper sends a stack trace that knows nothing of lines and levels. */
  addSplitEntry(service: ServiceName, pod: string, timeMs: number, line: string): void {
    const labels = { service_name: service, deployment_environment: this.#environment, pod };
    for (const part of line.split("\n")) {
      this.#entries.push({ labels, timestampNs: BigInt(timeMs) * 1_000_000n + this.#nextNs(), line: part });
    }
  }

  addSpans(service: ServiceName, version: CommitId | null, spans: readonly OtlpSpan[]): void {
    const known = this.#spans.get(service) ?? { version, spans: [] };
    known.spans.push(...spans);
    this.#spans.set(service, known);
  }

  /** @throws when Loki or Tempo refuses */
  async send(lokiUrl: string, tempoUrl: string): Promise<void> {
    await Promise.all([
      post(`${lokiUrl}/loki/api/v1/push`, { streams: this.#streams() }),
      post(`${tempoUrl}/v1/traces`, { resourceSpans: this.#resourceSpans() }),
    ]);
  }

  /** Entries of one millisecond keep their order. */
  #nextNs(): bigint {
    this.#written += 1n;
    return this.#written % 1_000_000n;
  }

  #streams(): readonly unknown[] {
    const inOrder = this.#entries.toSorted((a, b) => (a.timestampNs < b.timestampNs ? -1 : 1));
    const byLabels = Map.groupBy(inOrder, (entry) => JSON.stringify(entry.labels));
    return [...byLabels.values()].map((entries) => ({
      stream: entries[0]?.labels,
      values: entries.map((entry) => [entry.timestampNs.toString(), entry.line]),
    }));
  }

  #resourceSpans(): readonly unknown[] {
    return [...this.#spans].map(([service, { version, spans }]) => ({
      resource: {
        attributes: [
          attribute("service.name", service),
          attribute("deployment.environment", this.#environment),
          ...(version === null ? [] : [attribute("service.version", version)]),
        ],
      },
      scopeSpans: [{ scope: { name: service }, spans }],
    }));
  }
}

function attribute(key: string, value: string): unknown {
  return { key, value: { stringValue: value } };
}

async function post(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  await answer.arrayBuffer();
}
