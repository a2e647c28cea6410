export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
}

/** Why a text cannot be sent; null when it can. */
export function refusalOfText(text: string, entities: readonly Entity[]): string | null {
  if (text.trim() === "") return "Bad Request: message text is empty";
  if (text.length > 4096) return "Bad Request: message is too long";
  if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text))
    return "Bad Request: strings must be encoded in UTF-8";
  for (const { offset, length } of entities) {
    if (offset < 0 || length <= 0 || offset + length > text.length)
      return `Bad Request: entity begins or ends outside of the text (${offset}, ${length})`;
    if (splitsCharacter(text, offset) || splitsCharacter(text, offset + length))
      return "Bad Request: entity beginning or end is in the middle of a UTF-16 symbol";
  }
  return null;
}

function splitsCharacter(text: string, at: number): boolean {
  return /[\uD800-\uDBFF]/.test(text.charAt(at - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(at));
}

/** What Telegram makes live by itself in text that is sent without a parse mode. */
const live: readonly (readonly [string, RegExp])[] = [
  ["url", /(?:https?|ftp|tg|ton):\/\/[^\s]+/giu],
  [
    "url",
    /(?<![\p{L}\p{N}_.@-])(?:[\p{L}\p{N}-]+\.)+(?:com|net|org|io|dev|app|co|kr|de|uk|me|ai|xyz|info|biz|sh|rs|py|md|invalid|test|ru|cn|tv|gg|ly|to)(?![\p{L}\p{N}_-])(?:[/?#:][^\s]*)?/giu,
  ],
  ["email", /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu],
  ["mention", /(?<![\p{L}\p{N}_@/])@[A-Za-z]\w{2,31}/gu],
  ["hashtag", /(?<![\p{L}\p{N}_#])#(?=[\p{L}\p{N}_]*\p{L})[\p{L}\p{N}_]+/gu],
  ["cashtag", /(?<![\p{L}\p{N}_$])\$[A-Z]{1,8}(?![\p{L}\p{N}_$])/gu],
  ["bot_command", /(?<![\p{L}\p{N}_/@<>])\/[A-Za-z0-9_]{1,64}(?:@\w+)?(?![/\w])/gu],
  ["phone_number", /(?<![\d\w])\+\d[\d ()-]{6,}\d/gu],
];

/** The entities of a message as people see it: those that were sent, and what the client makes live outside of code and links. */
export function entitiesShown(text: string, sent: readonly Entity[]): readonly Entity[] {
  const quiet = sent.filter(({ type }) => type === "code" || type === "pre" || type === "text_link");
  const found = live.flatMap(([type, pattern]) =>
    [...text.matchAll(pattern)].map((match) => ({ type, offset: match.index, length: match[0].length })),
  );
  const isQuiet = (one: Entity) =>
    quiet.some((each) => one.offset < each.offset + each.length && each.offset < one.offset + one.length);
  return [...sent, ...found.filter((one) => !isQuiet(one))].sort((one, other) => one.offset - other.offset);
}
