/** Writes docs/messages.md from what the code renders. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { messagesPage } from "../test/docs/messages-page.ts";

writeFileSync(join(import.meta.dirname, "..", "docs", "messages.md"), messagesPage());
