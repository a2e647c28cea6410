import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { digestOfFolder, type GitRepository, makeRepository, temporaryFolder } from "../adapters/git/git-repository.ts";
import { setTraps, traps } from "../attacks/hostile-clone.ts";
import { investigate, newClone, placeOf, total } from "./investigate-shop.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

describe("a clone with a trap", () => {
  it.each(traps)("%s runs no program and is read all the same", async (trap) => {
    const clone = newClone(folder.path);
    const ran = setTraps(clone.path, join(folder.path), [trap]);
    const before = digestOfFolder(clone.path);
    const { bundle } = await investigate({ folder: folder.path, clone });
    expect(placeOf(bundle)).toBe("src/total.js:2 total");
    expect(existsSync(ran)).toBe(false);
    expect(digestOfFolder(clone.path)).toBe(before);
  });

  it("that is partial is said to be, with where to read the cure", async () => {
    const origin = newClone(folder.path);
    origin.git("config", "uploadpack.allowFilter", "true");
    const path = join(folder.path, "partial");
    origin.git("clone", "-q", "--filter=blob:none", "--no-checkout", `file://${origin.path}`, path);
    const { bundle, missing } = await investigate({ folder: folder.path, clone: { ...origin, path } });
    expect(placeOf(bundle)).toBeNull();
    expect(missing).toMatch(/The code of shop \(acme\/shop\) was not read: .*partial.*error-autopilot doctor/);
  });

  it("that is shallow is read, and said to be", async () => {
    const origin = newClone(folder.path);
    origin.commit({ "README.md": "two\n" }, "docs: two");
    const path = join(folder.path, "shallow");
    origin.git("clone", "-q", "--depth", "1", `file://${origin.path}`, path);
    const { bundle, missing } = await investigate({ folder: folder.path, clone: { ...origin, path } });
    expect(placeOf(bundle)).toBe("src/total.js:2 total");
    expect(missing).toContain("shop: The local clone is shallow");
  });

  it("that is not there is said not to be", async () => {
    const clone = newClone(folder.path);
    const { bundle, missing } = await investigate({
      folder: folder.path,
      clone: { ...clone, path: join(folder.path, "nowhere") },
    });
    expect(placeOf(bundle)).toBeNull();
    expect(missing).toContain("The code of shop (acme/shop) was not read: ");
    expect(missing).not.toContain(folder.path);
  });
});

describe("a commit that is not there", () => {
  it("is named, and what was read instead", async () => {
    const { bundle, missing } = await investigate({
      folder: folder.path,
      version: "0123456789abcdef0123456789abcdef01234567",
    });
    expect(placeOf(bundle)).toBe("src/total.js:2 total");
    expect(missing).toContain("What is deployed (0123456789abcdef0123456789abcdef01234567) is not in the local clone");
  });

  it("of a branch that was deleted is read where its objects are still there", async () => {
    const clone = newClone(folder.path);
    clone.git("checkout", "-q", "-b", "hotfix");
    const hotfix = clone.commit({ "src/total.js": `\n\n\n${total}` }, "fix: move");
    clone.git("checkout", "-q", "main");
    clone.git("branch", "-q", "-D", "hotfix");
    const { bundle, missing } = await investigate({
      folder: folder.path,
      clone,
      version: hotfix.slice(0, 10),
      at: "/app/src/total.js:5:1",
    });
    expect(placeOf(bundle)).toBe("src/total.js:5 total");
    expect(missing).not.toContain("deployed");
  });

  it("by the name of a deleted branch is not there", async () => {
    const { missing } = await investigate({ folder: folder.path, version: "feature/gone" });
    expect(missing).toContain("What is deployed (feature/gone) is not in the local clone");
  });
});

describe("a file that cannot be read", () => {
  it.each<[string, (clone: GitRepository) => void, string, RegExp]>([
    [
      "missing",
      () => undefined,
      "/app/src/gone.js:2:1",
      /Own frames of shop that are in no file of acme\/shop at [0-9a-f]{12}/,
    ],
    [
      "a Git LFS pointer",
      (clone) => {
        const oid = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
        clone.commit(
          { "src/big.js": `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12\n` },
          "lfs",
        );
      },
      "/app/src/big.js:2:1",
      /src\/big\.js is kept in Git LFS: the repository holds a pointer to it/,
    ],
    [
      "generated, of 10 MB",
      (clone) => void clone.commit({ "src/generated.js": "var a = 1;\n".repeat(1_000_000) }, "generated"),
      "/app/src/generated.js:2:1",
      /src\/generated\.js is larger than source code is/,
    ],
    [
      "a symbolic link",
      (clone) => {
        symlinkSync("total.js", join(clone.path, "src/link.js"));
        clone.commit({}, "link");
      },
      "/app/src/link.js:2:1",
      /src\/link\.js is a symbolic link, and links are never followed/,
    ],
    [
      "in a submodule",
      (clone) => {
        const money = makeRepository(join(folder.path, "money"));
        money.commit({ "src/money.js": total }, "money");
        clone.git("submodule", "--quiet", "add", money.path, "libs/money");
        clone.commit({}, "with submodule");
      },
      "/app/libs/money/src/money.js:2:1",
      /libs\/money is a submodule: its code is in another repository/,
    ],
    [
      "binary",
      (clone) => void clone.commit({ "src/image.js": Buffer.from([0, 1, 2]) }, "binary"),
      "/app/src/image.js:2:1",
      /src\/image\.js is no text/,
    ],
    [
      "under a name of secrets",
      (clone) => void clone.commit({ "src/secrets.json": "{}\n" }, "secrets"),
      "/app/src/secrets.json:1:1",
      /src\/secrets\.json was not read: files of such a name hold secrets/,
    ],
    [
      "shorter than the stack trace says",
      () => undefined,
      "/app/src/total.js:200:1",
      /src\/total\.js has 3 lines at [0-9a-f]{12}, and the stack trace names line 200: what is deployed is another version/,
    ],
  ])("%s", async (_what, commit, at, said) => {
    const clone = newClone(folder.path);
    commit(clone);
    const { bundle, missing } = await investigate({ folder: folder.path, clone, at });
    expect(placeOf(bundle)).not.toBe("src/total.js:2 total");
    expect(missing).toMatch(said);
  });
});

describe("a file of another kind", () => {
  it.each<[string, Record<string, string | Buffer>, string, string]>([
    [
      "in Latin-1",
      { "src/latin.js": Buffer.from(`// \xfcber\n${total}`, "latin1") },
      "/app/src/latin.js:3:1",
      "src/latin.js:3 total",
    ],
    ["with CRLF", { "src/crlf.js": total.replaceAll("\n", "\r\n") }, "/app/src/crlf.js:2:1", "src/crlf.js:2 total"],
    [
      "beside one whose path has a line feed",
      { "src/a\nb.js": "x\n", "src/c.js": total },
      "/app/src/c.js:2:1",
      "src/c.js:2 total",
    ],
  ])("%s is read with its lines", async (_what, files, at, place) => {
    const clone = newClone(folder.path);
    clone.commit(files, "files");
    const { bundle } = await investigate({ folder: folder.path, clone, at });
    expect(placeOf(bundle)).toBe(place);
    expect(JSON.stringify(bundle?.evidence.map((each) => each.text))).not.toContain("\\r");
  });
});
