import { describe, expect, it } from "vitest";
import { referenceTo as reference } from "../../src/config/reference.ts";
import { parse, small } from "./parsing.ts";

describe("a configuration", () => {
  it("needs an environment with a Loki and nothing else", () => {
    const config = parse(small);
    expect(config.path).toBe("/srv/autopilot/service-map.yaml");
    expect(config.environments["dev"]).toEqual({
      mode: "dry-run",
      loki: {
        url: "http://localhost:3100",
        tenant: null,
        auth: null,
        timeoutMs: 30_000,
        query: '{deployment_environment="dev"}',
        limit: 1000,
        sinceMs: 3_600_000,
        settleMs: 30_000,
        latenessMs: 600_000,
        auditHorizonMs: 86_400_000,
        sliceMs: 3_600_000,
      },
      tempo: null,
      budgetDayUsd: null,
      tuning: { level: null, threshold: null, cooldownMs: null },
    });
    expect([config.ignore, config.formats]).toEqual([[], []]);
    expect(config.services).toEqual({});
    expect(config.github).toEqual({
      apiUrl: "https://api.github.com",
      webUrl: "https://github.com",
      auth: null,
      writeIntervalMs: 1000,
    });
    expect(config.model).toBeNull();
    expect(config.budget).toEqual({ incidentUsd: 0.5, dayUsd: 5, environmentDayUsd: null });
    expect(config.flood).toEqual({ issuesPerRun: 5, issuesPerDay: 20 });
    expect(config.analysis.toolAnswerBytesMax).toBe(16_000);
    expect([config.language, config.everyMs, config.concurrency, config.retentionDays]).toEqual(["en", 300_000, 2, 90]);
  });

  it("takes everything that can be said", () => {
    const config = parse(
      `
environments:
  prod-eu:
    mode: issue
    loki:
      url: https://logs.example.com/
      tenant: shop
      auth: { user: "123", password: "${reference("LOKI_PASSWORD")}" }
      query: ' {app=~"shop.*"} |~ "(?i)(error|fail)" '
      since: 2h
      settle: 1m
      lateness: 1h
      slice: 30m
      limit: 500
      timeout: 10s
    tempo:
      url: http://tempo:3200
      auth: { token: "${reference("TEMPO_TOKEN")}" }
      wait: 1.5h
    budget: { day: 2 }
    level: warn
    threshold: { age: 30m }
services:
  shop:
    repository: example/shop
    path: ../shop
    under: ./services/shop/
    own: [com.example.shop]
    notOwn: [com.example.shop.generated]
    aliases: [shop-api]
    deployed: [git_commit]
    version: { tag: "shop-{version}", file: ./gradle.properties, otherwise: head }
    sourceMaps: ../shop/dist
    mode: dry-run
    level: fatal
    threshold: { entries: 10, within: 5m, age: 1h }
    cooldown: 6h
serviceLabels: [app]
ignore:
  - { because: load test, until: 2027-03-31, service: shop, type: TimeoutException, template: "timed out after <*>", match: '{namespace="load"} |= "x"' }
formats: ['(?<level>\\w+): (?<message>.*)']
fallbackRepository: example/unclaimed
repositories: { fetch: before-gather, token: "${reference("READ")}" }
github:
  apiUrl: https://github.example.com/api/v3
  token: ${reference("GH")}
  writeInterval: 2s
model:
  name: some-model
  apiKey: ${reference("KEY")}
  baseUrl: https://gateway.example.com/
  price: { input: 4, output: 8 }
budget: { incident: 1, day: 9 }
flood: { issuesPerRun: 1, issuesPerDay: 2 }
analysis: { steps: 3, duration: 90s, inputTokens: 5000, outputTokens: 600, toolAnswer: 8KiB }
language: ko
every: 1m
concurrency: 4
retention: 30d
`,
      { env: { LOKI_PASSWORD: "p", TEMPO_TOKEN: "t", GH: "g", KEY: "k", READ: "r" } },
    );
    expect(config.environments["prod-eu"]).toMatchObject({
      mode: "issue",
      loki: {
        url: "https://logs.example.com",
        tenant: "shop",
        auth: { kind: "basic", user: "123", password: "p" },
        query: '{app=~"shop.*"} |~ "(?i)(error|fail)"',
        sinceMs: 7_200_000,
        timeoutMs: 10_000,
      },
      tempo: { auth: { kind: "bearer", token: "t" }, waitMs: 5_400_000 },
      budgetDayUsd: 2,
    });
    expect(config.repositories).toEqual({ fetch: "before-gather", token: "r" });
    expect(config.services["shop"]).toEqual({
      repository: "example/shop",
      path: "/srv/shop",
      under: "services/shop",
      own: ["com.example.shop"],
      notOwn: ["com.example.shop.generated"],
      aliases: ["shop-api"],
      deployed: ["git_commit"],
      version: { tag: "shop-{version}", file: "gradle.properties", otherwise: "head" },
      sourceMaps: "/srv/shop/dist",
      commands: null,
      mode: "dry-run",
      tuning: {
        level: "fatal",
        threshold: { entries: { count: 10, withinMs: 300_000 }, ageMs: 3_600_000 },
        cooldownMs: 21_600_000,
      },
    });
    expect(config.environments["prod-eu"]?.tuning).toEqual({
      level: "warn",
      threshold: { entries: null, ageMs: 1_800_000 },
      cooldownMs: null,
    });
    expect(config.ignore).toEqual([
      {
        name: "ignore[0]",
        because: "load test",
        untilMs: Date.parse("2027-04-01T00:00:00Z"),
        service: "shop",
        type: "TimeoutException",
        template: "timed out after <*>",
        match: '{namespace="load"} |= "x"',
      },
    ]);
    expect(config.formats).toEqual([{ name: "formats[0]", pattern: "(?<level>\\w+): (?<message>.*)" }]);
    expect(config.github).toEqual({
      apiUrl: "https://github.example.com/api/v3",
      webUrl: "https://github.example.com",
      auth: { kind: "token", token: "g" },
      writeIntervalMs: 2000,
    });
    expect(config.model).toEqual({
      apiKey: "k",
      baseUrl: "https://gateway.example.com",
      name: "some-model",
      price: { input: 4, output: 8, cacheRead: 4, cacheWrite: 5 },
      // A gateway with a model of its own may not have ours.
      strong: null,
      small: null,
      prices: { "some-model": { input: 4, output: 8, cacheRead: 4, cacheWrite: 5 } },
      steerable: [],
    });
    expect(config.analysis).toEqual({
      stepsMax: 3,
      durationMsMax: 90_000,
      inputTokensMax: 5000,
      outputTokensMax: 600,
      toolAnswerBytesMax: 8192,
    });
    expect(config.warnings).toEqual([]);
  });

  it("takes the user's own query as it is", () => {
    const query = '{deployment_environment="dev"} |~ "error|ERROR" | level=~"error|ERROR"';
    const config = parse(`${small}      query: '${query}'\n`);
    expect(config.environments["dev"]?.loki.query).toBe(query);
  });

  it("finds clones from home, from the file's folder and by absolute path", () => {
    const config = parse(
      `${small}services:
  a: { repository: x/a, path: ~/code/a }
  b: { repository: x/b, path: clones/b }
  c: { repository: x/c, path: /opt/c }
`,
      { path: "/etc/autopilot/service-map.yaml" },
    );
    expect(Object.values(config.services).map((service) => service.path)).toEqual([
      "/home/operator/code/a",
      "/etc/autopilot/clones/b",
      "/opt/c",
    ]);
  });

  it("knows no service named after a property that every object has", () => {
    const config = parse(`${small}services:\n  a: { repository: x/a, path: /a }\n`);
    expect(config.services["constructor"]).toBeUndefined();
    expect(config.environments["toString"]).toBeUndefined();
  });

  it("takes every mode, and says what this version does not use", () => {
    const config = parse(
      `environments:
  dev:
    mode: draft-pr
    loki: { url: http://localhost:3100 }
    tempo: { url: http://localhost:3200 }
services:
  a: { repository: x/a, path: /a, mode: patch, verify: [[npm, test]], owner: someone }
`,
      { env: { GITHUB_TOKEN: "t" } },
    );
    expect(config.environments["dev"]?.mode).toBe("draft-pr");
    expect(config.services["a"]?.mode).toBe("patch");
    expect(config.warnings).toEqual(["services.a.owner is not used by this version."]);
  });

  it("warns where nothing could be filed, where there is no trace, and where no model could be paid", () => {
    const config = parse(small.replace("dev:", "dev:\n    mode: issue") + "budget: { incident: 2, day: 1 }\n", {
      env: { ANTHROPIC_API_KEY: "k" },
    });
    expect(config.warnings).toEqual([
      "environments.dev.mode is `issue`, but there is no GitHub token, so no issue can be filed. Set GITHUB_TOKEN or GITHUB_TOKEN_FILE.",
      "environments.dev has no `tempo`, so its issues are written without a trace.",
      "budget.incident (2) is above budget.day (1), so no incident ever gets a model. Lower the first or raise the second.",
    ]);
  });

  it("follows anchors and merges", () => {
    const config = parse(`
environments:
  dev: &base
    loki: { url: http://localhost:3100 }
  stage:
    <<: *base
    mode: issue
`);
    expect(config.environments["stage"]?.loki.url).toBe("http://localhost:3100");
  });
});

describe("secrets", () => {
  it("come from the environment, or from the file that NAME_FILE names, trimmed", () => {
    const config = parse(small, {
      env: { GITHUB_TOKEN_FILE: "/run/secrets/github", ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: "http://gw:8080/" },
      readSecretFile: (path) => (path === "/run/secrets/github" ? "from-file\n" : ""),
    });
    expect(config.github.auth).toEqual({ kind: "token", token: "from-file" });
    expect(config.model).toMatchObject({ apiKey: "k", baseUrl: "http://gw:8080", name: "claude-sonnet-5-5" });
  });

  it("count as absent when the variable is empty", () => {
    const config = parse(small, { env: { GITHUB_TOKEN: "", ANTHROPIC_API_KEY: "" } });
    expect(config.github.auth).toBeNull();
    expect(config.model).toBeNull();
  });

  it("are no model's when the service map says none", () => {
    expect(parse(`${small}model: { name: none }\n`, { env: { ANTHROPIC_API_KEY: "k" } }).model).toBeNull();
  });

  it("may be an App's, its key with line breaks written out", () => {
    const config = parse(
      `${small}github:\n  app:\n    id: 12\n    installation: ${reference("INSTALLATION")}\n    privateKey: ${reference("PEM")}\n`,
      { env: { INSTALLATION: "34", PEM: "-----BEGIN RSA KEY-----\\nabc", GITHUB_TOKEN: "not used" } },
    );
    expect(config.github.auth).toEqual({
      kind: "app",
      appId: "12",
      installationId: 34,
      privateKey: "-----BEGIN RSA KEY-----\nabc",
    });
  });

  it("are in no digest, nor are comments, the order of keys, written-out defaults and clones' paths", () => {
    const one = parse(`${small}services:\n  a: { repository: x/a, path: /a }\nlanguage: en\n`, {
      env: { GITHUB_TOKEN: "one", ANTHROPIC_API_KEY: "one" },
    });
    const other = parse(`# words\nservices:\n  a: { path: /elsewhere, repository: x/a }\n${small}`, {
      env: { GITHUB_TOKEN: "other", ANTHROPIC_API_KEY: "other" },
    });
    expect(one.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(other.digest).toBe(one.digest);
    expect(parse(`${small}language: ko\n`).digest).not.toBe(parse(small).digest);
  });
});
