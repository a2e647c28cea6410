import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createCodeSource } from "../../src/adapters/git/code-source.ts";
import { createEntryReader } from "../../src/detect/entries/read-entries.ts";
import type { VersionRule } from "../../src/domain/sources.ts";
import { codeVersionOf, deployedClaims } from "../../src/gather/code/deployed.ts";
import { makeRepository, temporaryFolder } from "../adapters/git/git-repository.ts";
import { makeTrace } from "./make-trace.ts";

const { signal } = new AbortController();
const folder = temporaryFolder();
afterAll(folder.remove);

const clone = makeRepository(join(folder.path, "shop"));
const first = clone.commit({ a: "1" }, "first");
clone.git("tag", "v1.4.2");
clone.git("-c", "user.name=Ada", "-c", "user.email=a@example.org", "tag", "-a", "release-7", "-m", "annotated");
const head = clone.commit({ a: "2" }, "second");
clone.git("branch", "production", first);

const version = { tag: null, file: null, otherwise: "unknown" } as const;
const shop = { service: "shop", repository: "acme/shop" } as const;
const service = { ...shop, version };

async function versionOf(...claims: readonly string[]) {
  const settings = {
    repository: "acme/shop",
    path: clone.path,
    stateDirectory: join(folder.path, "state"),
    isFetched: false,
  } as const;
  return await codeVersionOf(service, await createCodeSource(settings), claims, signal);
}

describe("a version that is no tag of its own name", () => {
  const releases = makeRepository(join(folder.path, "releases"));
  const ids: Record<string, string> = {};
  const gradle = (version: string) => ({ "services/shop/gradle.properties": `group=shop\nversion=${version}\n` });
  ids["1.4.1"] = releases.commit(gradle("1.4.1"), "release 1.4.1");
  releases.commit(gradle("1.4.2-SNAPSHOT"), "next");
  ids["1.4.2"] = releases.commit(gradle("1.4.2"), "release 1.4.2");
  releases.git("tag", "release-1.4.2-final");
  releases.git("tag", "shop@2.0.0");
  releases.commit({ a: "1" }, "between");
  ids["1.4.3"] = releases.commit(gradle("1.4.3-SNAPSHOT"), "next");

  async function find(claims: readonly string[], rule: Partial<VersionRule>) {
    const settings = {
      repository: "acme/shop",
      path: releases.path,
      stateDirectory: join(folder.path, "state"),
      isFetched: false,
    } as const;
    const ruled = { ...version, ...rule };
    const found = await codeVersionOf({ ...service, version: ruled }, await createCodeSource(settings), claims, signal);
    const [name] = Object.entries(ids).find(([, id]) => id === found.deployed) ?? [null];
    return `${found.isDeployedKnown ? name : "unknown"}`;
  }

  it("is found by the tag that the rule says, and by the service's name before it", async () => {
    expect(await find(["1.4.2"], {})).toBe("unknown");
    expect(await find(["1.4.2"], { tag: "release-{version}-final" })).toBe("1.4.2");
    expect(await find(["v1.4.2"], { tag: "release-{version}-final" })).toBe("1.4.2");
    expect(await find(["2.0.0"], {})).toBe("1.4.2");
  });

  it("is the commit that wrote it into the file, and no other version", async () => {
    const file = "services/shop/gradle.properties";
    expect(await find(["1.4.2"], { file })).toBe("1.4.2");
    expect(await find(["registry/shop:v1.4.1"], { file })).toBe("1.4.1");
    expect(await find(["1.4.3-SNAPSHOT"], { file })).toBe("1.4.3");
    for (const none of ["1.4.3", "4.2", "1.4", "9.9.9", "-x", "1.4.2\n"])
      expect(await find([none], { file }), none).toBe("unknown");
    expect(await find(["1.4.2"], { file: "nowhere.txt" })).toBe("unknown");
  });

  it("is the head where nothing says one and the rule says so, but not where it is said and not there", async () => {
    expect(await find([], {})).toBe("unknown");
    expect(await find([], { otherwise: "head" })).toBe("1.4.3");
    expect(await find(["9.9.9"], { otherwise: "head" })).toBe("unknown");
  });
});

describe("the deployed commit", () => {
  it.each([
    ["a whole id", first],
    ["an abbreviated id", first.slice(0, 8)],
    ["an id in capitals", first.slice(0, 8).toUpperCase()],
    ["a tag", "v1.4.2"],
    ["a version whose tag begins with v", "1.4.2"],
    ["an annotated tag", "release-7"],
    ["what git describe says", `v1.4.1-3-g${first.slice(0, 7)}`],
    ["an image", `registry.example.org:5000/shop:${first.slice(0, 12)}`],
  ])("is read from %s", async (_what, claim) => {
    expect(await versionOf("unknown", claim)).toEqual({
      ...shop,
      deployed: first,
      base: head,
      isDeployedKnown: true,
      staleness: 0,
    });
  });

  it("is never a branch, which moves, nor anything that git would search for", async () => {
    for (const claim of ["production", "HEAD", ":/first", "production^{/x}", "--all", ""]) {
      expect(await versionOf(claim), claim).toMatchObject({ isDeployedKnown: false, deployed: head });
    }
  });

  it("is said to be missing where the clone does not have it", async () => {
    const { staleness } = await versionOf("9.9.9`<script>");
    expect(staleness).toBe(
      "What is deployed (9.9.9__script_) is not in the local clone; the head of the branch was read instead.",
    );
    expect((await versionOf()).staleness).toBe(0);
  });

  it("is looked for in labels, metadata and resource attributes, best name and newest entry first", () => {
    const reader = createEntryReader({ environment: null, serviceLabels: ["app"], aliases: {}, own: {}, levers: null });
    const entries = reader.read([
      { id: "1", timestampNs: 1n, labels: { app: "shop", service_version: "old" }, structuredMetadata: {}, line: "a" },
      {
        id: "2",
        timestampNs: 2n,
        labels: { app: "shop" },
        structuredMetadata: { "service.version": "new" },
        line: "b",
      },
      {
        id: "3",
        timestampNs: 3n,
        labels: { app: "mail", service_version: "other" },
        structuredMetadata: {},
        line: "c",
      },
    ]);
    const { spans } = makeTrace({ at: "shop/order", attributes: { commit: "best", "service.version": "old" } });
    const code = { service: "shop", deployedLabels: ["commit", "service.version"] };
    expect(deployedClaims(code, entries, spans)).toEqual(["best", "new", "old"]);
  });
});
