/** What the stand-in says, before the server makes an answer of it. */
export type ReplyBlock =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "tool_use";
      readonly id: string;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    };

export interface Reply {
  readonly stopReason: string;
  readonly content: readonly ReplyBlock[];
}
