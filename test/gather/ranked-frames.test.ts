import { describe, expect, it } from "vitest";
import type { Frame } from "../../src/domain/error-entry.ts";
import { rankFrames } from "../../src/gather/code/ranked-frames.ts";

const frame = (name: string, isOwn = true): Frame => {
  return { function: name, module: "a.B", file: "B.java", line: name.length, column: null, isOwn };
};
const ranked = (...frames: readonly Frame[]) =>
  rankFrames([{ type: "E", message: null, frames }]).map((each) => each.frame.function);

describe("frames without the code", () => {
  it("are ranked by their distance from the throw, own ones alone where there are any", () => {
    expect(ranked(frame("get", false), frame("total"), frame("show"))).toEqual(["total", "show"]);
    expect(ranked(frame("get", false), frame("run", false))).toEqual(["get", "run"]);
  });

  it.each(["notBlank", "require", "checkState", "validate_card", "Validate.ensureOpen", "invariant"])(
    "give way to their caller where they check what they are handed: %s",
    (name) => {
      expect(ranked(frame(name), frame("ship"), frame("show"))).toEqual(["ship", name, "show"]);
      // Without a caller of ours there is nobody else to mend it.
      expect(ranked(frame(name), frame("run", false))).toEqual([name]);
    },
  );

  it.each(["charge", "reserve", "failover", "checkout", "notify"])("but not what is merely called so: %s", (name) => {
    expect(ranked(frame(name), frame("ship"))[0]).toBe(name);
  });
});
