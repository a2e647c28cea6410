import { codeSpan } from "./code.ts";
import { showHidden } from "./hidden-characters.ts";

/** A stretch of one line: shown as code, or live Markdown that is known to do nothing. */
interface Piece {
  readonly isCode: boolean;
  readonly text: string;
}

/**
 * Prose of somebody else as Markdown in which nothing acts: words that could become a link, a mention, a reference, an image, HTML, mathematics
 * or a table are shown as code, signs that would shape the text are escaped, and no line opens a block of any kind. Ordinary sentences, and what was
 * already in backticks, look as they were written; lists keep their dots and numbers as plain text; lines of a fenced block become lines of code.
 */
export function proseText(text: string): string {
  const lines: string[] = [];
  let fence: string | null = null;
  for (const line of showHidden(text).split("\n")) {
    const opened = /^\s*(`{3,}|~{3,})[^`]*$/.exec(line)?.[1];
    if (fence === null && opened !== undefined) fence = opened;
    else if (fence !== null && opened?.startsWith(fence)) fence = null;
    else if (fence !== null) lines.push(line.trim() === "" ? "" : codeSpan(line));
    else lines.push(proseLine(line));
  }
  return lines.join("\n");
}

function proseLine(line: string): string {
  const trimmed = line.trim().replace(/^#{1,6}\s+/, "");
  const bullet = /^[-*+•]\s+(?=\S)/.exec(trimmed)?.[0] ?? "";
  const [, digits = "", point = ""] = /^(\d{1,9})([.)])(?=\s|$)/.exec(trimmed) ?? [];
  const rest = trimmed.slice(bullet.length + digits.length + point.length);
  const pieces = piecesOf(rest);
  const first = pieces[0];
  // Alone on a line, or first on it, these make headings, rules, lists, quotes and columns of tables.
  if (bullet === "" && first !== undefined && /^(?:>.*|(?:\\?[-=*_+~:])+)$/.test(first.text)) {
    pieces[0] = { isCode: true, text: first.text.replaceAll("\\", "") };
  }
  return (bullet === "" ? "" : "• ") + (digits === "" ? "" : `${digits}\\${point}`) + render(pieces);
}

/** Neighbouring pieces of code become one, for the backticks of two would run together. */
function render(pieces: readonly Piece[]): string {
  let rendered = "";
  let code: string | null = null;
  for (const piece of pieces) {
    if (piece.isCode) code = (code ?? "") + piece.text;
    else if (piece.text !== "") {
      rendered += (code === null ? "" : codeSpan(code)) + piece.text;
      code = null;
    }
  }
  return rendered + (code === null ? "" : codeSpan(code));
}

/** What stands between two equal runs of backticks is code already; any other backtick is shown as one. */
function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  const parts = line.split(/(`+)/);
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? "";
    if (index % 2 === 0) {
      for (const piece of plainPieces(part)) pieces.push(piece);
    } else if (parts[index + 2] === part && (parts[index + 1] ?? "").trim() !== "") {
      pieces.push({ isCode: true, text: withoutPadding(parts[index + 1] ?? "") });
      index += 2;
    } else pieces.push({ isCode: true, text: part });
  }
  return pieces;
}

function withoutPadding(code: string): string {
  return code.startsWith(" ") && code.endsWith(" ") ? code.slice(1, -1) : code;
}

function plainPieces(text: string): Piece[] {
  return text.split(/(\s+)/).flatMap((word, index) => {
    if (word === "") return [];
    return index % 2 === 1 ? [{ isCode: false, text: " " }] : wordPieces(word);
  });
}

/** Each of these, anywhere in a word, makes the word code. */
const acting = [
  // Mention, reference, HTML, link, image, table, mathematics, escape.
  /[@#<[\]|$\\]/,
  // Addresses.
  /:\/\/|www\.|(?:mailto|xmpp):/i,
  // Reference to an issue, a repository or a path, a command of a bot, a commit.
  /(?:^|[^a-z0-9])gh-/i,
  /[^/]\/[^/]|^\/\w/,
  /(?:^|[^0-9a-z])[0-9a-f]{7,64}(?![0-9a-z])/i,
  // Entities, emoji.
  /&#?\w{1,40};/,
  /:[\w+-]+:|::/,
  // Underscores that emphasise; inside a name they do not.
  /(?:^|[^\p{L}\p{N}_])_|_(?:$|[^\p{L}\p{N}_])/u,
];

function wordPieces(word: string): Piece[] {
  if (!acting.some((pattern) => pattern.test(word))) return [{ isCode: false, text: escaped(word) }];
  const before = /^["'“‘(]*/.exec(word)?.[0] ?? "";
  const after = trailingPunctuation(word.slice(before.length));
  const [core, particle] = withoutParticle(word.slice(before.length, word.length - after.length));
  if (core === "") return [{ isCode: true, text: word }];
  return [
    { isCode: false, text: before },
    { isCode: true, text: core },
    { isCode: false, text: particle + escaped(after) },
  ];
}

/** A Korean particle is written right behind the name that it belongs to, and is no part of it: of `src/cart.ts에서` the name is the code. */
function withoutParticle(core: string): readonly [core: string, particle: string] {
  const [, name, particle] = /^(.*[A-Za-z0-9)\]])(\p{Script=Hangul}{1,6})$/su.exec(core) ?? [];
  return name === undefined || particle === undefined ? [core, ""] : [name, particle];
}

/** A closing parenthesis belongs to a word that has an opening one, as in `render(a/b)`. */
function trailingPunctuation(word: string): string {
  const signs = word.includes("(") ? ".,;:!?\"'”’…" : ".,;:!?\"'”’…)";
  let from = word.length;
  while (from > 0 && signs.includes(word.charAt(from - 1))) from--;
  return word.slice(from);
}

function escaped(word: string): string {
  return word.replace(/[*~]|&(?=[#\w])/g, "\\$&");
}
