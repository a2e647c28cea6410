import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newWorld } from "../../../src/demo/github/world.ts";
import { writeIssuePages } from "../../../src/main/demo/issue-pages.ts";
import { makeClone } from "../../support/make-clone.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

it("shows a draft beside its issue, with its comments and what it changes", async () => {
  const folder = temporaryFolder();
  const base = makeClone(join(folder, "clone"), { "a.js": "one();\n", "b.js": "two();\n" });
  const repository = "acme/orders";
  const world = newWorld([{ name: repository, clone: join(folder, "clone") }], () => 0);
  world.addIssue(repository, { author: "autopilot", title: "Orders fail", body: "why" });
  const { number } = world.addIssue(repository, {
    author: "autopilot",
    title: "Mend",
    body: "how",
    isPullRequest: true,
  });
  world.code(repository).createBranch("mend", base);
  world.code(repository).push("mend", { author: "autopilot", message: "m", files: { "a.js": "one?.() < 2;\n" } });
  world.pulls.add({ repository, number, headRepository: repository, branch: "mend", into: "main", isDraft: true });
  const pull = world.issue(repository, number);
  if (pull === null) throw new Error("no pull request");
  world.addComment(pull, "autopilot", "**because**");

  await writeIssuePages(world, join(folder, "pages"));
  const names = readdirSync(join(folder, "pages")).filter((name) => name.endsWith(".html"));
  expect(names).toEqual(["acme-orders-1.html", "acme-orders-pull-2.html"]);
  const page = readFileSync(join(folder, "pages", "acme-orders-pull-2.html"), "utf8");
  for (const shown of ["<span>draft</span> acme/orders:mend → main", "<strong>because</strong>", "+one?.() &lt; 2;"]) {
    expect(page).toContain(shown);
  }
  expect(page).not.toContain("two()");
});
