import { compareWithIssues } from "./comparison.ts";
import type { MessagesRequest } from "./messages-request.ts";
import { readCase } from "./read-case.ts";
import type { Reply } from "./reply.ts";
import { suspect } from "./suspicion.ts";

/** Answers to the three questions that are no investigation, known by what their schemas ask for; null: it is none of them. */
export function answerShortly(request: MessagesRequest): Reply | null {
  const properties = request.output_config?.format?.schema["properties"];
  if (typeof properties !== "object" || properties === null) return null;
  // That of a patch has no citations.
  if ("refuted" in properties && "citations" in properties) return said({ refuted: false, because: "", citations: [] });
  if ("issue_quote" in properties) return said(compareWithIssues(request));
  return "verdict" in properties ? said(sorted(request)) : null;
}

/** Like a careful reader: only what names another party or a limit, and nothing of the code, needs no investigation. */
function sorted(request: MessagesRequest): Readonly<Record<string, string>> {
  const none = { verdict: "investigate", claim: "", evidence: "", quote: "", words: "", whom: "", change: "" };
  const { exhibits } = readCase(request);
  const clue = exhibits.find(({ failures }) => failures.length > 0);
  const [failure] = clue?.failures ?? [];
  if (clue === undefined || failure === undefined || failure.message === "") return none;
  const { category } = suspect(failure);
  const quote = clue.text.includes(failure.message) ? failure.message.slice(0, 200) : "";
  if (quote === "" || (category !== "third_party" && category !== "capacity")) return none;
  return {
    ...none,
    verdict: category,
    claim: `${failure.type}: ${failure.message}`,
    evidence: clue.id,
    quote,
    [category === "third_party" ? "whom" : "change"]: quote,
  };
}

function said(answer: unknown): Reply {
  return { stopReason: "end_turn", content: [{ type: "text", text: JSON.stringify(answer) }] };
}
