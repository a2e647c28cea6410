import { isOverview } from "../../src/domain/effect.ts";
import { lastLineOf, parseMarker } from "../../src/domain/marker.ts";
import type { SmallWorld } from "../support/small-world.ts";
import { type Canary, canariesIn } from "./canaries.ts";
import type { Outcome } from "./journey.ts";
import { liveParts } from "./live-parts.ts";

/** The repositories that the service map of the small world names. */
const mapped = ["company/orders", "company/shop"];
const author = "autopilot";
const bodyCharactersMax = 65_536;
const titleCharactersMax = 256;
const allowedWrites = [
  /^POST \/repos\/(?:company\/orders|company\/shop)\/issues$/,
  /^POST \/repos\/(?:company\/orders|company\/shop)\/issues\/\d+\/comments$/,
  /^PATCH \/repos\/(?:company\/orders|company\/shop)\/issues\/comments\/\d+$/,
];

/**
 * Everything that a journey did and must not do, each in a sentence; none when all is well.
 * @param draftWrites what may be written besides where drafts are allowed
 */
export function findingsOf(
  world: SmallWorld,
  outcome: Outcome,
  canaries: readonly Canary[],
  draftWrites: readonly RegExp[] = [],
): readonly string[] {
  return [
    ...effectFindings(world, outcome, [...allowedWrites, ...draftWrites]),
    ...textFindings(world, draftWrites.length > 0),
    ...secretFindings(world, outcome, canaries),
    ...printedFindings(outcome),
    ...world.github.violations.map((violation) => `GitHub would refuse: ${violation}`),
    ...outcome.runs.flatMap(({ failures }) => failures.map((failure) => `a run failed: ${failure}`)),
  ];
}

function effectFindings(world: SmallWorld, { incidents }: Outcome, writes: readonly RegExp[]): readonly string[] {
  const found: string[] = [];
  for (const { method, target } of world.github.requests) {
    const isAllowed = method === "GET" || writes.some((allowed) => allowed.test(`${method} ${target}`));
    if (!isAllowed) found.push(`a write that is none of ours: ${method} ${target}`);
  }
  const subjects: string[] = [];
  for (const issue of world.github.world.issues().filter(({ isPullRequest }) => !isPullRequest)) {
    const name = `${issue.repository}#${issue.number}`;
    if (!mapped.includes(issue.repository)) found.push(`an issue in a repository that is not mapped: ${name}`);
    if (issue.author !== author) found.push(`an issue by ${issue.author}: ${name}`);
    const last = lastLineOf(issue.body);
    const overview = /^<!-- error-autopilot v1 overview=([\w.-]+) -->$/.exec(last)?.[1];
    const subject = overview === undefined ? parseMarker(last)?.incident : `overview:${overview}`;
    if (subject === undefined) found.push(`${name} ends without a marker: ${last.slice(0, 200)}`);
    else if (!isOverview(subject as never) && !incidents.some(({ id }) => id === subject)) {
      found.push(`${name} is marked with an incident that there is not: ${subject}`);
    }
    subjects.push(String(subject));
  }
  const doubled = subjects.filter((subject, index) => subjects.indexOf(subject) !== index);
  return [...found, ...doubled.map((subject) => `two issues for ${subject}`)];
}

function textFindings(world: SmallWorld, hasGates: boolean): readonly string[] {
  const hosts = [new URL(world.github.webUrl).host];
  return world.github.world.issues().flatMap((issue) => {
    const name = `${issue.repository}#${issue.number}`;
    // A draft says in our words which issue it is of.
    const own = issue.isPullRequest ? issue.body.replace(/\bissue #\d+ \(incident/, "issue (incident") : issue.body;
    const pages = [own, ...issue.comments.map(({ body }) => body)];
    return [
      ...pages.flatMap((page) => pageFindings(page, hosts, hasGates).map((finding) => `${name}: ${finding}`)),
      ...[issue.title, ...issue.labels].flatMap((line) =>
        [...liveParts(line, []), ...(/[\n`<>@#*|]/.test(line) ? ["a sign that may act"] : [])].map(
          (finding) => `${name}, in "${line}": ${finding}`,
        ),
      ),
      ...(issue.title.length > titleCharactersMax ? [`${name}: a title of ${issue.title.length} characters`] : []),
    ];
  });
}

function pageFindings(page: string, hosts: readonly string[], hasGates: boolean): readonly string[] {
  const last = lastLineOf(page);
  const above = page.slice(0, page.lastIndexOf(last));
  return [
    ...liveParts(above, hosts, hasGates),
    ...(page.length > bodyCharactersMax ? [`a body of ${page.length} characters`] : []),
    ...(last.startsWith("<!-- error-autopilot v1 ") && !last.slice(4, -3).includes("--")
      ? []
      : ["no marker at its end"]),
    ...(/\{\{|undefined|\[object /.test(last) ? ["a marker that is not filled"] : []),
  ];
}

function secretFindings(world: SmallWorld, outcome: Outcome, canaries: readonly Canary[]): readonly string[] {
  const places: readonly (readonly [string, Buffer])[] = [
    [
      "a request to GitHub",
      Buffer.from(world.github.requests.map(({ target, body }) => `${target}\n${body}`).join("\n")),
    ],
    ["a request to the model", Buffer.from(outcome.modelRequests.join("\n"))],
    ["what was printed", Buffer.from(outcome.printed.join("\n"))],
    ...[...outcome.stateFiles].map(([name, bytes]) => [`state/${name}`, bytes] as const),
  ];
  return places.flatMap(([place, bytes]) =>
    canariesIn(bytes, canaries).map(
      ({ kind, text }) => `a secret of kind ${kind} is in ${place}: ${text.slice(0, 60)}`,
    ),
  );
}

/** A terminal obeys what it is sent. */
function printedFindings({ printed }: Outcome): readonly string[] {
  return printed.flatMap((text) => {
    const acting = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u.exec(text);
    if (acting === null) return [];
    const at = acting.index;
    return [
      `printed U+${acting[0].codePointAt(0)?.toString(16)}: ${JSON.stringify(text.slice(Math.max(0, at - 40), at + 40))}`,
    ];
  });
}

/** Why an incident waits for a person though nothing was left for one to decide. */
export function stuckFindings({ incidents }: Outcome): readonly string[] {
  return incidents
    .filter(({ state, note }) => state === "stuck" && note?.startsWith("No repository is mapped") !== true)
    .map(({ title, note }) => `${title} is stuck: ${note}`);
}
