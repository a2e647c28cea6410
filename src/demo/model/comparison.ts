import { blocksOf, type MessagesRequest } from "./messages-request.ts";
import { readCase } from "./read-case.ts";
import { type Failure, readFailures } from "./stack-frames.ts";

/** Like a careful reader: the same bug is what fails with the same exception and the same words, but for values. */
export function compareWithIssues(request: MessagesRequest): Readonly<Record<string, string>> {
  const none = { same: "none", because: "", evidence: "", quote: "", issue_quote: "" };
  const { exhibits, language } = readCase(request);
  const clue = exhibits.find(({ failures }) => failures.length > 0);
  const [failure] = clue?.failures ?? [];
  if (clue === undefined || failure === undefined || failure.message.length < 8) return none;
  for (const { name, failures } of issuesOf(request)) {
    const known = failures.find((each) => each.type === failure.type && wordsOf(each) === wordsOf(failure));
    if (known === undefined || !clue.text.includes(failure.message)) continue;
    const because =
      language === "ko"
        ? `둘 다 같은 메시지와 함께 ${failure.type} 예외로 실패합니다.`
        : `Both fail with ${failure.type} and the same message.`;
    return { same: name, because, evidence: clue.id, quote: failure.message, issue_quote: known.message };
  }
  return none;
}

function issuesOf({ messages: [first] }: MessagesRequest) {
  const text = (first === undefined ? [] : blocksOf(first))
    .map((block) => ("text" in block ? block.text : ""))
    .join("");
  return [...text.matchAll(/^(issue-\d+): .*\n((?:\|.*(?:\n|$))*)/gm)].map(([, name = "", barred = ""]) => ({
    name,
    failures: readFailures(barred.trimEnd().replaceAll(/^\| ?/gm, "")),
  }));
}

function wordsOf({ message }: Failure): string {
  return message.replaceAll(/\d+/g, "*");
}
