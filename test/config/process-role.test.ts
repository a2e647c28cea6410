import { describe, expect, it } from "vitest";
import { referenceTo as reference } from "../../src/config/reference.ts";
import { parse, small } from "./parsing.ts";

const secrets = {
  GITHUB_TOKEN: "gh",
  ANTHROPIC_API_KEY: "key",
  REDIS_URL: "redis://user:hunter2@redis.internal:6380/2",
};
const app = `${small}github:\n  app:\n    id: 12\n    installation: ${reference("INSTALLATION")}\n    privateKey: ${reference("PEM")}\n`;
const ownKey = `${small}model:\n  apiKey: ${reference("OWN_KEY")}\n`;

describe("REDIS_URL", () => {
  it("chooses the engine, and is a secret: in no digest, and never in what is told", () => {
    const config = parse(small, { env: secrets });
    expect(config.redisUrl).toBe(secrets.REDIS_URL);
    expect(parse(small).redisUrl).toBeNull();
    expect(config.digest).toBe(parse(small).digest);
    expect(JSON.stringify(config.warnings)).not.toContain("hunter2");
  });

  it("may come from a file", () => {
    const readSecretFile = () => "redis://localhost:6379\n";
    expect(parse(small, { env: { REDIS_URL_FILE: "/run/secrets/redis" }, readSecretFile }).redisUrl).toBe(
      "redis://localhost:6379",
    );
  });

  it.each(["localhost:6379", "http://localhost:6379", "redis://", "redis://h/x", "redis://u:%zz@h", "hunter2 @ x"])(
    "is refused without being repeated: %s",
    (url) => {
      expect(() => parse(small, { env: { REDIS_URL: url } })).toThrow(/REDIS_URL must be an address such as/);
      expect(() => parse(small, { env: { REDIS_URL: url } })).not.toThrow(/hunter2/);
    },
  );

  it.each([
    ["redis://redis.example.com:6379", 1],
    ["redis://203.0.113.7", 1],
    ["redis://10.1.2.3", 0],
    ["redis://redis:6379", 0],
    ["redis://redis.svc.cluster.internal", 0],
    ["rediss://redis.example.com:6379", 0],
  ])("%s is warned about where it crosses a public network without TLS", (url, count) => {
    const { warnings } = parse(small, { env: { REDIS_URL: url } });
    expect(warnings.filter((warning) => warning.includes("without TLS"))).toHaveLength(count);
  });
});

describe("the secrets of a process", () => {
  it("are all there for one that is brain and hands", () => {
    expect(parse(small, { env: secrets, role: "all" })).toMatchObject({
      github: { auth: { kind: "token", token: "gh" } },
      model: { apiKey: "key" },
      hasModel: true,
    });
  });

  it("hold no GitHub token for hands, nor are they looked up where the service map names them", () => {
    const hands = parse(small, { env: secrets, role: "hands" });
    expect(hands.github.auth).toBeNull();
    expect(hands.model?.apiKey).toBe("key");
    expect(parse(app, { env: {}, role: "hands" }).github.auth).toBeNull();
    expect(() => parse(app, { env: {}, role: "brain" })).toThrow(/PEM/);
  });

  it("hold no key of the model for the brain, which counts on that of its hands", () => {
    const brain = parse(small, { env: secrets, role: "brain" });
    expect(brain).toMatchObject({ model: null, hasModel: true, github: { auth: { token: "gh" } } });
    expect(parse(ownKey, { env: {}, role: "brain" })).toMatchObject({ model: null, hasModel: true });
    expect(parse(`${small}model: { name: none }\n`, { env: {}, role: "brain" }).hasModel).toBe(false);
    expect(() => parse(ownKey, { env: {}, role: "hands" })).toThrow(/OWN_KEY/);
  });

  it("hold the token that reads repositories for hands, and not for the brain", () => {
    const fetching = `${small}repositories: { fetch: before-gather, token: "${reference("READ")}" }\n`;
    expect(parse(fetching, { env: { READ: "r" }, role: "hands" }).repositories.token).toBe("r");
    expect(parse(fetching, { env: {}, role: "brain" }).repositories).toEqual({ fetch: "before-gather", token: null });
    expect(() => parse(fetching, { env: {}, role: "hands" })).toThrow(/READ/);
    expect(parse(fetching, { env: { READ: "r" } }).digest).toBe(parse(fetching, { env: { READ: "s" } }).digest);
    expect(parse(small).repositories).toEqual({ fetch: "never", token: null });
  });

  it("of run are those of the brain where hands are elsewhere, and else of both", () => {
    expect(parse(small, { env: secrets, role: "run" })).toMatchObject({ model: null, hasModel: true });
    expect(parse(small, { env: { ANTHROPIC_API_KEY: "key" }, role: "run" })).toMatchObject({
      model: { apiKey: "key" },
    });
    expect(parse(small, { env: {}, role: "run" })).toMatchObject({ model: null, hasModel: false });
  });

  it("are not in the digest, nor is whether they are there: brain and hands agree", () => {
    const digests = (["all", "brain", "hands"] as const).map((role) => parse(small, { env: secrets, role }).digest);
    expect(new Set([...digests, parse(small).digest]).size).toBe(1);
    expect(parse(`${small}model: { name: none }\n`).digest).not.toBe(parse(small).digest);
    const gateway = { ANTHROPIC_API_KEY: "key", ANTHROPIC_BASE_URL: "https://gateway.example" };
    expect(parse(small, { env: gateway, role: "hands" }).digest).toBe(digests[0]);
  });

  it("that are missing are told to whom they are missing", () => {
    const issue = small.replace("  dev:\n", "  dev:\n    mode: issue\n");
    const missing = (role: "brain" | "hands") => parse(issue, { env: {}, role }).warnings.join("\n");
    expect(missing("brain")).toContain("GITHUB_TOKEN");
    expect(missing("hands")).not.toContain("GITHUB_TOKEN");
    expect(missing("hands")).toContain("ANTHROPIC_API_KEY");
    expect(missing("brain")).not.toContain("ANTHROPIC_API_KEY");
  });
});
