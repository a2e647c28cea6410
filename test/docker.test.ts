import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parse as parseServiceMap } from "./config/parsing.ts";
import { parseDockerfile } from "./support/dockerfile.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

interface Service {
  readonly [key: string]: unknown;
  readonly user?: string;
  readonly image?: string;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly networks?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const compose = parse(read("docker-compose.yml"), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
};
const services = Object.entries(compose.services);

/** Keys of the Compose specification that are used here; the file was held to the published schema once (docs/docker.md). */
const knownKeys = new Set(
  "build cap_drop command depends_on environment healthcheck image init logging mem_limit networks pids_limit ports profiles read_only restart secrets security_opt stop_grace_period tmpfs user volumes".split(
    " ",
  ),
);

describe("docker-compose.yml", () => {
  it.each(services)("%s runs as nobody in particular, on a read-only root, without capabilities", (_name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      user: expect.stringMatching(/^[1-9]\d*:\d+$/) as unknown,
      mem_limit: expect.stringMatching(/^\d+[mg]$/) as unknown,
      pids_limit: expect.any(Number) as unknown,
    });
    expect(Object.keys(service).filter((key) => !knownKeys.has(key))).toEqual([]);
  });

  it.each(services)("%s sees nothing of the machine but files that it may only read", (_name, { volumes = [] }) => {
    for (const volume of volumes) {
      expect(volume).not.toMatch(/docker\.sock|^\/(?:etc|proc|sys|root|home)\b/);
      const source = /^[a-z]+:/.exec(volume)?.[0].slice(0, -1) ?? null;
      if (source === null) expect(volume).toMatch(/:ro$/);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it("publishes no port of the worker, the hands and Redis, and the others on this machine only", () => {
    for (const [name, { ports = [], profiles }] of services) {
      if (profiles?.includes("observability") !== true) expect([name, ports]).toEqual([name, []]);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
  });

  it("starts the worker alone; Redis with hands, and Loki, Tempo and Grafana by their profiles", () => {
    const byProfile = (profile: string | null) =>
      services
        .filter(([, { profiles = [] }]) => (profile === null ? profiles.length === 0 : profiles.includes(profile)))
        .map(([name]) => name);
    expect(byProfile(null)).toEqual(["worker"]);
    expect(byProfile("redis")).toEqual(["hands", "redis"]);
    expect(byProfile("observability")).toEqual(["loki", "tempo", "grafana"]);
  });

  it("gives each role its own secrets only, as files", () => {
    expect(compose.services["worker"]?.secrets).toEqual(["github_token", "anthropic_api_key"]);
    expect(compose.services["hands"]?.secrets).toEqual(["anthropic_api_key"]);
    for (const [, { secrets = [], environment = {} }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        if (/TOKEN|KEY|PASSWORD|SECRET/.test(name)) expect(value).toMatch(/^\/run\/secrets\/\w+$/);
      }
      for (const secret of secrets) expect(compose.secrets[secret]?.file).toBe(`./docker/secrets/${secret}`);
    }
  });

  it("gives the hands no state, and Redis no way out", () => {
    expect(compose.services["hands"]?.volumes?.filter((volume) => volume.includes("state"))).toEqual([]);
    expect(compose.services["redis"]?.networks).toEqual(["queue"]);
    expect(compose.networks["queue"]).toEqual({ internal: true });
    expect(compose.services["redis"]?.["command"]).toEqual(expect.arrayContaining(["noeviction"]) as unknown);
  });

  it("names images by version, and files that are there", () => {
    for (const [, { image = "", build, volumes = [] }] of services) {
      if (build === undefined) expect(image).toMatch(/:\d+\.\d+/);
      for (const volume of volumes) {
        const file = /^(?:\$\{\w+:-)?(\.\/[\w./-]+)/.exec(volume)?.[1];
        if (file !== undefined) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
      }
    }
  });

  it("comes with a service map that is right, and configurations that are YAML", () => {
    const config = parseServiceMap(read("docker/service-map.yaml"));
    expect(Object.keys(config.environments)).toEqual(["dev"]);
    // As docker-compose.yml starts it, with secrets that nobody has written yet.
    const { environment = {} } = compose.services["worker"] ?? {};
    const env = { ...environment, REDIS_URL: "" };
    const empty = parseServiceMap(read("docker/service-map.yaml"), { env, readSecretFile: () => "\n" });
    expect([empty.hasModel, empty.github.auth, empty.redisUrl]).toEqual([false, null, null]);
    expect(config.environments["dev"]?.mode).toBe("dry-run");
    for (const file of ["loki.yaml", "tempo.yaml", "grafana-datasources.yaml"]) {
      expect(parse(read(`docker/${file}`))).toBeTypeOf("object");
    }
  });
});

describe("the Dockerfile", () => {
  const { stages, last } = parseDockerfile(read("Dockerfile"));

  it("builds in stages of their own, from images with a version", () => {
    expect(stages.length).toBeGreaterThanOrEqual(3);
    for (const { from } of stages) expect(from).toMatch(/^node:24-/);
  });

  it("ends as a user who is not root, opens no port, and takes no secret while it is built", () => {
    expect(last.valuesOf("USER")).toEqual(["node"]);
    expect(last.valuesOf("EXPOSE")).toEqual([]);
    for (const stage of stages) {
      expect(stage.valuesOf("ADD")).toEqual([]);
      for (const value of [...stage.valuesOf("ARG"), ...stage.valuesOf("ENV")]) {
        expect(value).not.toMatch(/TOKEN|KEY|PASSWORD|SECRET/i);
      }
    }
  });

  it("has git, and a state folder that is its own", () => {
    const run = last.valuesOf("RUN").join("\n");
    expect(run).toMatch(/apt-get install .*\bgit\b/);
    expect(run).toMatch(/install --directory --owner=node .*\/state/);
    expect(last.valuesOf("VOLUME")).toEqual(["/state"]);
  });

  it("starts what is there, without a shell", () => {
    const entrypoint = JSON.parse(last.valuesOf("ENTRYPOINT")[0] ?? "null") as string[];
    expect(entrypoint[0]).toBe("node");
    expect(existsSync(join(root, entrypoint.at(-1)?.replace(/^\/app\//, "") ?? "?"))).toBe(true);
    const command = JSON.parse(last.valuesOf("CMD")[0] ?? "null") as string[];
    expect(compose.services["worker"]?.["command"]).toEqual(command);
  });

  it("copies only what its context lets through", () => {
    const allowed = read(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    expect(read(".dockerignore")).toMatch(/^\*$/m);
    for (const stage of stages) {
      for (const copy of stage.valuesOf("COPY").filter((value) => !value.startsWith("--from"))) {
        for (const source of copy.split(/\s+/).slice(0, -1)) {
          expect(allowed).toContain(source);
          expect([source, existsSync(join(root, source))]).toEqual([source, true]);
        }
      }
    }
    for (const secret of [".env", "state", ".git", "service-map.yaml", "docker/secrets"]) {
      expect(allowed).not.toContain(secret);
    }
  });
});
