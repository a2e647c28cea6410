import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { messagesPage } from "./messages-page.ts";

it("docs/messages.md shows what is rendered; write it anew with: node scripts/write-messages-page.ts", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "messages.md"), "utf8");
  expect(page).toBe(messagesPage());
});
