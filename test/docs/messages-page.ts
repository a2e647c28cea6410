import type { AlertReading, Conclusion, Inquiry } from "../../src/domain/chat/chat-memory.ts";
import { bold, type ChatText, code, joinChat, say, sentences } from "../../src/domain/chat/chat-text.ts";
import { identifier } from "../../src/domain/inert.ts";
import type { Language } from "../../src/domain/language.ts";
import { redact } from "../../src/domain/redact.ts";
import { chatWordsOf } from "../../src/report/chat/chat-words-of.ts";
import { conclusionLine, conclusionText } from "../../src/report/chat/conclusion-text.ts";
import { inquiryText } from "../../src/report/chat/inquiry-text.ts";
import { mistakeText } from "../../src/report/chat/mistake-text.ts";
import { sampleIncident } from "../support/domain-samples.ts";

const host = "github.com";
const issue = {
  repository: "company/orders" as const,
  number: 123,
  url: "https://github.com/company/orders/issues/123",
  reportedUntilNs: 0n,
  reportedCount: 42,
  recurrenceComment: null,
  recurrenceAtMs: 0,
};
const fresh = {
  ...sampleIncident(),
  id: "i0af3c1d2e4b5" as const,
  service: "orders",
  title: identifier("TypeError_in_total.js:total"),
  state: "new" as const,
  issue: null,
  note: null,
};
const reported = { ...fresh, state: "reported" as const, issue };

const alert: AlertReading = {
  form: "grafana",
  status: "firing",
  title: redact("orders: ERROR LOG is Firing"),
  service: "orders",
  environment: "prod",
  traceId: null,
  query: null,
  fromMs: 0,
  toMs: null,
  labels: {},
  values: {},
  pasted: null,
};

const asked: Inquiry = {
  id: "q1",
  state: "received",
  chat: "-1",
  user: "1",
  message: 1,
  receivedAtMs: 0,
  alerts: [alert],
  lookBackMs: 900_000,
  isAgain: false,
  moreKinds: 0,
  environment: "prod",
  finding: null,
  incidents: [],
  deadlineMs: 600_000,
  sent: 0,
  answer: null,
  shown: null,
  shownAtMs: 0,
};

const conclusion: Conclusion = {
  id: "i0af3c1d2e4b5-1-0",
  asked: fresh.id,
  incident: fresh.id,
  atMs: 0,
  environment: "prod",
  service: "orders",
  title: fresh.title,
  isUrgent: true,
  answer: "found",
  claim: redact(
    "total() reads customer.discount although orders without an account have no customer. Guests may order since Tuesday. The check was left out when the function moved.",
  ),
  confidence: 0.86,
  severity: "high",
  places: [{ repository: "company/orders", path: "src/total.js", line: 4 }],
  ruledOut: [redact("a failed deployment: the commit that runs is the head of main")],
  nextStep: redact("Give guests a discount of 0."),
  hasModel: true,
  costUsd: 0.07,
  tookMs: 74_000,
};

interface Row {
  readonly when: string;
  readonly to: string;
  readonly text: ChatText;
}

function rows(language: Language): readonly Row[] {
  const words = chatWordsOf[language];
  const since = language === "ko" ? "11월 17일 09:12" : "17 Nov, 09:12";
  const view = (
    inquiry: Partial<Inquiry>,
    work: "waiting" | "reading" | "analysing" | null = null,
    known = false,
    isLate = false,
  ) =>
    inquiryText(
      {
        inquiry: { ...asked, ...inquiry },
        incidents:
          inquiry.finding?.kind === "incidents"
            ? [
                {
                  incident: known ? reported : fresh,
                  how: known ? "known" : "ordered",
                  count: 42,
                  since,
                  conclusion: null,
                  work,
                  spentUsd: 0.02,
                },
              ]
            : [],
        isLate,
        urgentMinutes: 10,
        linkHosts: [host],
      },
      words,
    );
  const found = { kind: "incidents", searched: redact(""), entries: 42 } as const;
  const shown = { conclusion, incident: reported, isIssueComing: false, isDryRun: false, linkHosts: [host] };
  const person = "who forwarded, where they did";
  const chat = "the environment's chat";
  const who = "who asked";
  return [
    { when: "an alert was forwarded", to: person, text: words.received },
    { when: "its logs are read", to: person, text: view({}) },
    { when: "it is new, and was ordered", to: person, text: view({ state: "waiting", finding: found }, "waiting") },
    { when: "hands read trace and code", to: person, text: view({ state: "waiting", finding: found }, "reading") },
    { when: "the model is asked", to: person, text: view({ state: "waiting", finding: found }, "analysing") },
    {
      when: "it takes longer than `urgent`",
      to: person,
      text: view({ state: "waiting", finding: found }, "analysing", false, true),
    },
    { when: "the result; the same message to the end", to: person, text: conclusionText(shown, words) },
    {
      when: "it is known; a button investigates again",
      to: person,
      text: view({ state: "answered", finding: found }, null, true),
    },
    {
      when: "nothing was found; buttons look further back",
      to: person,
      text: view({
        state: "answered",
        finding: {
          kind: "nothing",
          searched: redact('{env="prod", app="orders"} 2026-11-21T10:00–10:15Z'),
          because: null,
        },
      }),
    },
    {
      when: "Loki could not be read",
      to: person,
      text: view({
        state: "answered",
        finding: { kind: "nothing", searched: redact(""), because: redact("Loki did not answer within 30 s") },
      }),
    },
    {
      when: "the alert says that it is over",
      to: person,
      text: view({ state: "answered", finding: { kind: "resolved" } }),
    },
    { when: "it was a picture", to: person, text: view({ finding: { kind: "text-please" } }) },
    { when: "it was no alert", to: person, text: view({ finding: { kind: "not-understood" } }) },
    {
      when: "all is paused",
      to: person,
      text: view({ finding: { kind: "paused", by: redact("telegram:123456789") } }),
    },
    {
      when: "one incident was handled that nobody asked for",
      to: chat,
      text: joinChat([words.news(1, code("prod")), conclusionText(shown, words)], "\n\n"),
    },
    {
      when: "several were, at most five in one message",
      to: chat,
      text: joinChat(
        [
          words.news(2, code("prod")),
          conclusionLine(shown, words),
          conclusionLine({ ...shown, conclusion: { ...conclusion, answer: "not-in-code" } }, words),
        ],
        "\n\n",
      ),
    },
    {
      when: "quiet hours end, or at `report`",
      to: chat,
      text: joinChat([words.morning(2), words.reportOf(2, 2, 1, "$0.14")], "\n"),
    },
    {
      when: "the same after a quiet night",
      to: chat,
      text: joinChat([words.morningQuiet, words.reportOf(0, 0, 0, "$0.00")], "\n"),
    },
    {
      when: "`/pause`",
      to: who,
      text: joinChat([words.stopped(1), say`• ${code("TypeError in total.js:total")}`], "\n"),
    },
    { when: "`/run`, before it is done", to: who, text: words.askRun(1, 5, "$2.50", "$4.30") },
    { when: "`/retry`, before it is done", to: who, text: words.askRetry(code("i0af3c1d2e4b5"), "$0.50", "$4.30") },
    {
      when: "`/ignore … for 7d`, before it is done",
      to: who,
      text: words.askIgnore(code("i0af3c1d2e4b5"), code(since)),
    },
    { when: "a command is for others", to: who, text: words.needsRole("mode", "admin") },
    { when: "there is no such command", to: who, text: words.unknownCommand("paus", "pause") },
    {
      when: "it lacks what it needs",
      to: who,
      text: mistakeText({ kind: "no-incident", name: "show" }, words, language),
    },
    {
      when: "it has more than it takes",
      to: who,
      text: mistakeText({ kind: "too-much", name: "show" }, words, language),
    },
    { when: "a command is older than 10 minutes", to: who, text: words.tooOld(25) },
    {
      when: "the autopilot itself fails; the same at most once an hour",
      to: "`failures`",
      text: words.trouble(code("prod"), sentences("Loki did not answer within 30 s", 200)),
    },
    { when: "it works again", to: "`failures`", text: words.mended(code("prod")) },
    {
      when: "a chat cannot be reached",
      to: "`fallback`",
      text: words.unreachable(code("-1001234567890"), sentences("Telegram answered 403: bot was kicked", 200)),
    },
    {
      when: "a result that was meant for it",
      to: "`fallback`",
      text: joinChat([words.rerouted(code("-1001234567890")), bold(say`…`)], "\n"),
    },
  ];
}

/** docs/messages.md, whole: its examples are what the code renders. */
export function messagesPage(): string {
  const [english, korean] = [rows("en"), rows("ko")];
  const each = english.map(({ when, to, text }, index) =>
    [
      `### ${when.charAt(0).toUpperCase()}${when.slice(1)}`,
      `To: ${to}.`,
      fence(text),
      fence(korean[index]?.text ?? text),
    ].join("\n\n"),
  );
  return `# Messages

Which message is sent when, and to whom, in English and Korean. This page is written by \`node scripts/write-messages-page.ts\` from the code that renders them, and a test holds it.

- Answers to a person grow in one message, edited at most every 3 seconds.
- What somebody else wrote (a log, an alert, a model) stands in \`code\`, where Telegram makes no link, mention or command of it; links lead to the configured GitHub alone.
- In quiet hours nothing is told unasked. After \`pause\` only who asks is answered. \`run --dry-run\` says nothing in any chat.
- Strangers get no answer; the audit has one line a day for each.

${each.join("\n\n")}
`;
}

function fence({ text }: ChatText): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
