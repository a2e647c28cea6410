import { describe, expect, it } from "vitest";
import { detect } from "../../../src/demo/model/detective.ts";
import type { MessagesRequest } from "../../../src/demo/model/messages-request.ts";
import { recipes } from "../../../src/demo/model/repair-recipes.ts";

/** What the scripted model says to a first turn, in a conversation whose answers have these properties. */
function said(property: string, text: string): unknown {
  const schema = { type: "object", properties: { [property]: { type: "array" } }, additionalProperties: false };
  const request: MessagesRequest = {
    model: "claude-sonnet-5-5",
    max_tokens: 100,
    messages: [{ role: "user", content: text }],
    output_config: { format: { type: "json_schema", schema } },
  };
  const [block] = detect(request).content;
  return JSON.parse(block?.type === "text" ? block.text : "null");
}

const framed = (text: string): string => text.replaceAll(/^/gm, "| ");
const [recipe] = recipes;

describe("the scripted model", () => {
  it("changes the lines that it knows, wherever their file is", () => {
    const shown = `# The file at fault: lib/delivery.js\n${framed(`// before\n${recipe?.search}\n// after`)}\n\n# Tests of the service`;
    expect(said("edits", shown)).toMatchObject({
      kind: "patch",
      edits: [
        { path: "lib/delivery.js", search: recipe?.search, replace: recipe?.replace },
        { path: recipe?.test.path, search: "" },
      ],
    });
    expect(said("edits", shown.replace("shipTo", "shipFrom"))).toMatchObject({ kind: "none", edits: [] });
  });

  it("assents to a change that computes, and not to one that hides", () => {
    const patch = (line: string): string =>
      `# The patch\n${framed(`+++ b/src/a.js\n+${line}`)}\n\nCan the patch be refuted?`;
    expect(said("refuted", patch("  const rate = discount?.percent ?? 0;"))).toMatchObject({
      refuted: false,
      objection: "none",
    });
    expect(said("refuted", patch("  } catch { return 0; }"))).toMatchObject({
      refuted: true,
      objection: "symptom-only",
    });
  });
});
