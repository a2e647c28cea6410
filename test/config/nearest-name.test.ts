import { expect, it } from "vitest";
import { nearestName } from "../../src/config/nearest-name.ts";

const known = ["environments", "services", "issuesPerRun", "issuesPerDay", "url", "under"];

it.each([
  ["enviroments", "environments"],
  ["servcies", "services"],
  ["issues-per-day", "issuesPerDay"],
  ["URL", "url"],
  ["env", "environments"],
  ["ulr", "url"],
])("takes %s for %s", (typed, meant) => {
  expect(nearestName(typed, known)).toBe(meant);
});

it.each(["x", "issues", "completely-different", ""])("guesses nothing for %j", (typed) => {
  expect(nearestName(typed, known)).toBeNull();
});
