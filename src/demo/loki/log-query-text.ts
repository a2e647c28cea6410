import { LogQueryError, unsupported } from "./log-query-error.ts";

export interface Token {
  readonly kind: "STRING" | "IDENTIFIER" | "NUMBER" | "symbol" | "$end";
  /** The string's content, the name, or the symbol. */
  readonly text: string;
  /** In columns, from 1. */
  readonly column: number;
}

const shapes =
  /(?:\s|#.*(?:\n|$))*(?:("(?:[^"\\\n]|\\.)*"|`[^`]*`)|([A-Za-z_][\w.]*)|(\d[\w.]*)|(\|=|\|~|!=|!~|=~|==|>=|<=|[{}()|,=<>[\]+*/^%-]))/y;

/** Reads a query token by token; what cannot be a token is an error only when it is reached, as in Loki. */
export class QueryText {
  readonly #query: string;
  #at = 0;
  #ahead: Token | null = null;

  constructor(query: string) {
    this.#query = query;
  }

  peek(): Token {
    this.#ahead ??= this.#read();
    return this.#ahead;
  }

  take(): Token {
    const token = this.peek();
    this.#ahead = null;
    return token;
  }

  /** Takes the next token if it is one of these symbols or words. */
  takeIf(...texts: readonly string[]): Token | null {
    const { kind, text } = this.peek();
    return kind !== "STRING" && texts.includes(text) ? this.take() : null;
  }

  expect(kind: Token["kind"], expecting = ""): Token {
    return this.peek().kind === kind ? this.take() : this.fail(expecting);
  }

  fail(expecting = ""): never {
    const { kind, text, column } = this.peek();
    const found = kind === "symbol" ? text : kind;
    const more = expecting === "" ? "" : `, expecting ${expecting}`;
    // An empty query has no line and no column to point at.
    const where = this.#query.trim() === "" ? " " : ` at line 1, col ${column}`;
    throw new LogQueryError(400, `parse error${where}: syntax error: unexpected ${found}${more}`);
  }

  #read(): Token {
    const rest = this.#query.slice(this.#at);
    const blank = /^(?:\s|#.*(?:\n|$))*/.exec(rest)?.[0].length ?? 0;
    const column = this.#at + blank + 1;
    if (blank === rest.length) return { kind: "$end", text: "", column };
    shapes.lastIndex = this.#at;
    const [whole, quoted, name, number, symbol] = shapes.exec(this.#query) ?? [];
    if (whole === undefined)
      throw new LogQueryError(400, `parse error at line 1, col ${column}: literal not terminated`);
    this.#at += whole.length;
    if (quoted !== undefined) return { kind: "STRING", text: unquote(quoted), column };
    if (name !== undefined) return { kind: "IDENTIFIER", text: name, column };
    if (number !== undefined) return { kind: "NUMBER", text: number, column };
    return { kind: "symbol", text: symbol ?? "", column };
  }
}

function unquote(quoted: string): string {
  if (quoted.startsWith("`")) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted.replaceAll("\t", "\\t"));
  } catch {
    throw unsupported(`an escape in ${quoted}`);
  }
}
