import { describe, expect, it } from "vitest";
import { ConfigError, type ConfigMistake } from "../../src/config/config-error.ts";
import { referenceTo as reference } from "../../src/config/reference.ts";
import { parse, small } from "./parsing.ts";

function withService(keys: string): string {
  return `${small}
services:
  shop:
    repository: example/shop
    path: /srv/shop
${keys.replaceAll(/^/gm, "    ")}
`;
}

function mistakesOf(yamlText: string, env: Readonly<Record<string, string>>): readonly ConfigMistake[] {
  try {
    parse(yamlText, { env });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

describe("how a service's tests are run", () => {
  it("is nothing where nobody said it", () => {
    expect(parse(withService("mode: issue")).services["shop"]?.commands).toBeNull();
  });

  it("is complete with `verify` alone", () => {
    expect(parse(withService("verify: [[npm, test]]")).services["shop"]?.commands).toEqual({
      verify: [["npm", "test"]],
      verifyTest: null,
      prepare: [],
      checkSettings: [],
      under: "",
      readOnly: [],
      writableCopies: [],
      env: {},
      limits: { durationMs: 600_000, memoryMb: 2048, tmpMb: 512, processesMax: 512, outputBytesMax: 8_000_000 },
    });
  });

  it("takes everything that can be said", () => {
    const commands = parse(
      withService(`under: services/shop
verify: [[./gradlew, test, --offline], [./gradlew, check]]
verifyTest: [./gradlew, test, --offline, --tests, "*{testName}"]
prepare: [[./gradlew, dependencies]]
checkSettings: [[./check, "{file}"]]
sandbox:
  readOnly: [/opt/jdk, ~/.gradle/caches/modules-2, cache]
  writableCopies: [~/.cache/tool]
  env: { GRADLE_OPTS: "-Dorg.gradle.daemon=false" }
  memoryMb: 3000
  tmpMb: 800
  processes: 1000
  duration: 20m`),
    ).services["shop"]?.commands;
    expect(commands).toMatchObject({
      verifyTest: ["./gradlew", "test", "--offline", "--tests", "*{testName}"],
      under: "services/shop",
      env: { GRADLE_OPTS: "-Dorg.gradle.daemon=false" },
      limits: { durationMs: 1_200_000, memoryMb: 3000, tmpMb: 800, processesMax: 1000 },
    });
    expect(commands?.readOnly).toEqual(["/opt/jdk", "/home/operator/.gradle/caches/modules-2", "/srv/autopilot/cache"]);
    expect(commands?.writableCopies).toEqual(["/home/operator/.cache/tool"]);
  });

  it.each([
    ["verify: npm test", "services.shop.verify", "a list of commands"],
    ["verify: [npm, test]", "services.shop.verify[0]", "a command as a list of words"],
    ["verify: []", "services.shop.verify", "at least one command"],
    ["verify: [[npm, test]]\nverifyTest: [npm, test]", "services.shop.verifyTest", "`{test}`"],
    ["prepare: [[npm, ci]]", "services.shop.prepare", "does nothing without `verify`"],
    ["verify: [[a]]\nsandbox: { readOnly: [/] }", "services.shop.sandbox.readOnly[0]", "too much"],
    ['verify: [[a]]\nsandbox: { readOnly: ["~"] }', "services.shop.sandbox.readOnly[0]", "too much"],
    ["verify: [[a]]\nsandbox: { readOnly: [/home/operator/] }", "services.shop.sandbox.readOnly[0]", "too much"],
    ["verify: [[a]]\nsandbox: { readOnly: [/proc/self] }", "services.shop.sandbox.readOnly[0]", "too much"],
    ["verify: [[a]]\nsandbox: { writableCopies: [~/.ssh] }", "services.shop.sandbox.writableCopies[0]", "secrets"],
    ["verify: [[a]]\nsandbox: { readOnly: [~/x/../.ssh] }", "services.shop.sandbox.readOnly[0]", "without `..`"],
    ["verify: [[a]]\nsandbox: { env: { HOME: /x } }", "services.shop.sandbox.env.HOME", "set by the sandbox"],
    ["verify: [[a]]\nsandbox: { memoryMb: 1 }", "services.shop.sandbox.memoryMb", "64"],
    [
      `verify: [[a]]\nsandbox: { env: { KEY: "${reference("GITHUB_TOKEN")}" } }`,
      "services.shop.sandbox.env.KEY",
      "must not come",
    ],
    [
      `verify: [[a, "${reference("GITHUB_TOKEN")}"]]`,
      "services.shop.verify[0][1]",
      "must not come from the environment",
    ],
  ])("refuses %s", (keys, path, words) => {
    const mistakes = mistakesOf(withService(keys), { GITHUB_TOKEN: "a-token" });
    expect(mistakes.find((each) => each.path === path)?.sentence).toContain(words);
  });

  it("warns where a whole folder of a build tool would be shown", () => {
    const { warnings } = parse(
      withService("verify: [[a]]\nsandbox: { writableCopies: [~/.gradle], readOnly: [~/.m2/repository] }"),
    );
    expect(warnings.filter((each) => each.includes("passwords"))).toHaveLength(1);
    expect(warnings.join()).toContain("gradle.properties");
  });

  it("has the same digest on machines with other home folders", () => {
    const text = withService("verify: [[a]]\nsandbox: { readOnly: [~/.m2/repository] }");
    const there = withService("verify: [[a]]\nsandbox: { readOnly: [/opt/m2] }");
    expect(parse(there).digest).toBe(parse(text).digest);
    expect(parse(withService("verify: [[b]]")).digest).not.toBe(parse(withService("verify: [[a]]")).digest);
  });
});
