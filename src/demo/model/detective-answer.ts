import type { Case, Clue, Exhibit, NumberedLine } from "./read-case.ts";
import type { Suspicion } from "./suspicion.ts";
import { wordings } from "./wording.ts";

export type Conclusion =
  | {
      readonly kind: "found";
      /** The lines first, then what else speaks for it. */
      readonly exhibits: readonly Exhibit[];
      readonly line: NumberedLine;
      readonly token: string | null;
      readonly path: string;
      readonly function: string | null;
      readonly suspicion: Suspicion;
    }
  | {
      readonly kind: "not-in-code";
      readonly suspicion: Suspicion;
      /** Where the code refuses what came in; null where another party is to blame. */
      readonly exhibits: readonly Exhibit[];
      readonly line: NumberedLine | null;
    }
  | { readonly kind: "cannot-tell"; readonly unread?: string };

const quoteLengthMax = 200;

/** The answer by the schema: every property, null or empty where it says nothing. */
export function answerOf(
  conclusion: Conclusion,
  known: Case,
  clue: Clue | null,
  namesService: boolean,
): Readonly<Record<string, unknown>> {
  const say = wordings[known.language];
  const failure = clue === null ? "" : sentence([clue.failure.type, clue.failure.message].filter(Boolean).join(": "));
  const common = {
    kind: conclusion.kind,
    faulty: [],
    citations: clue === null ? [] : [{ evidence: clue.exhibit.id, quote: quoteOf(clue) }],
    ruled_out: [
      ...(known.exhibits.some(givesOrders) ? [say.ordersIgnored] : []),
      ...(known.exhibits.some(({ service }) => service !== null && known.origin !== null && service !== known.origin)
        ? [say.callers]
        : []),
    ],
    severity: "medium",
    owner: null,
    missing: [],
    mechanism: [],
    remedy: { kind: "none", text: "" },
  };
  switch (conclusion.kind) {
    case "found": {
      const { line, path, function: name, suspicion, token } = conclusion;
      const finding = {
        category: suspicion.category,
        path,
        line: line.number,
        function: name,
        code: sentence(line.text.trim()),
        token,
        failure,
      };
      const service = namesService ? { service: clue?.exhibit.service ?? known.readable[0] } : {};
      return {
        ...common,
        claim: say.found(finding),
        mechanism: say.mechanism(finding),
        category: suspicion.category,
        confidence: token === null ? 0.6 : 0.86,
        faulty: [{ path, first_line: line.number, last_line: line.number, function: name, ...service }],
        citations: [...citations(conclusion.exhibits, line), ...common.citations],
        next_step: say.check(finding),
      };
    }
    case "not-in-code":
      return {
        ...common,
        claim: say.notInCode(failure, conclusion.suspicion.category),
        category: conclusion.suspicion.category,
        confidence: 0.7,
        citations: [...citations(conclusion.exhibits, conclusion.line), ...common.citations],
        next_step: conclusion.line === null ? say.notInCodeNext : say.refusedNext,
      };
    case "cannot-tell":
      return {
        ...common,
        claim: say.cannotTell(failure),
        category: "other",
        confidence: 0.2,
        next_step: say.cannotTellNext,
        missing: [conclusion.unread === undefined ? say.moreThanAMessage : say.codeOf(conclusion.unread)],
      };
  }
}

/** The line itself, and of everything else how it begins. */
function citations(exhibits: readonly Exhibit[], line: NumberedLine | null) {
  return exhibits.map(({ id, kind, text }) => ({
    evidence: id,
    quote: kind === "lines" && line !== null ? line.text.trim() : firstWords(text),
  }));
}

/** The message as it stands there, or else the beginning of the text. */
function quoteOf({ exhibit, failure }: Clue): string {
  const message = failure.message.slice(0, quoteLengthMax);
  if (message !== "" && exhibit.text.includes(message)) return message;
  return failure.type !== "" && exhibit.text.includes(failure.type) ? failure.type : firstWords(exhibit.text);
}

function firstWords(text: string): string {
  return (text.split("\n").find((line) => line.trim() !== "") ?? "").trim().slice(0, quoteLengthMax);
}

function sentence(text: string): string {
  const cut = text.slice(0, quoteLengthMax);
  return /[.!?;{}]$/.test(cut) ? cut : `${cut}.`;
}

function givesOrders({ text }: Exhibit): boolean {
  return /ignore (?:all |any )?(?:previous|prior|earlier)|disregard (?:all|any|the|your)|system prompt|you are (?:now|an? (?:ai|assistant|language model))|new instructions/i.test(
    text,
  );
}
