/** Of one reply. The largest that we ask for are findings, of at most 16 MB. */
const replyBytesMax = 64 * 1024 * 1024;
/** Of a line that says a type and a length, or is a short reply itself. */
const lineBytesMax = 64 * 1024;
const elementsMax = 1_000_000;
const depthMax = 16;

const lineFeed = 10;
const scalars = new Set(["+", "-", ":", "_", "#", ",", "("]);
const strings = new Set(["$", "=", "!"]);
const lists = new Map([
  ["*", 1],
  ["~", 1],
  // Keys and values.
  ["%", 2],
]);

/**
 * Looks through what a server sends before the client does: the client keeps all of a reply that has no end, and a reply that nobody asked for can end
 * our process. Whole or in pieces, it is walked from length to length and not copied.
 * @see Redis serialization protocol, versions 2 and 3
 */
export class ReplyGate {
  readonly #waitingFor: () => number;
  /** Elements left of the lists that are open, the outermost first. */
  readonly #open: number[] = [];
  #line: Buffer = Buffer.alloc(0);
  /** Bytes of a string that are still to come. */
  #stringLeft = 0;
  #replyBytes = 0;

  /** @param waitingFor how many replies the client waits for */
  constructor(waitingFor: () => number) {
    this.#waitingFor = waitingFor;
  }

  /** @returns what is wrong with it, as the end of a sentence; null when the client may have it */
  look(chunk: Buffer): string | null {
    let repliesLeft = this.#waitingFor();
    for (let at = 0; at < chunk.length; ) {
      const before = at;
      if (repliesLeft <= 0) return "it sends what nobody asked for";
      if (this.#stringLeft > 0) {
        const taken = Math.min(this.#stringLeft, chunk.length - at);
        this.#stringLeft -= taken;
        at += taken;
        if (this.#stringLeft === 0 && this.#endElement()) repliesLeft -= 1;
      } else {
        const end = chunk.indexOf(lineFeed, at);
        const part = chunk.subarray(at, end === -1 ? chunk.length : end + 1);
        at += part.length;
        this.#line = this.#line.length === 0 ? part : Buffer.concat([this.#line, part]);
        if (this.#line.length > lineBytesMax) return "it sends a line without end";
        if (end !== -1) {
          const line = this.#line.toString("latin1").trimEnd();
          this.#line = Buffer.alloc(0);
          const said = this.#readLine(line);
          if (said === "odd") return "it does not speak as a Redis does";
          if (said === "large") return "it sends a reply that is too large for anything of ours";
          if (said === "reply") repliesLeft -= 1;
        }
      }
      this.#replyBytes += at - before;
      if (this.#replyBytes > replyBytesMax) return "it sends a reply that is too large for anything of ours";
      if (this.#open.length === 0 && this.#stringLeft === 0 && this.#line.length === 0) this.#replyBytes = 0;
    }
    return null;
  }

  #readLine(line: string): "odd" | "large" | "reply" | "more" {
    const type = line.charAt(0);
    if (scalars.has(type)) return this.#endElement() ? "reply" : "more";
    const length = lengthOf(line);
    if (length === null) return "odd";
    if (length === -1) return this.#endElement() ? "reply" : "more";
    if (strings.has(type)) {
      if (length > replyBytesMax) return "large";
      this.#stringLeft = length + "\r\n".length;
      return "more";
    }
    const perElement = lists.get(type);
    if (perElement === undefined) return "odd";
    if (length > elementsMax || this.#open.length >= depthMax) return "large";
    if (length === 0) return this.#endElement() ? "reply" : "more";
    this.#open.push(length * perElement);
    return "more";
  }

  /** @returns whether a whole reply has ended with it */
  #endElement(): boolean {
    for (let last = this.#open.pop(); last !== undefined; last = this.#open.pop()) {
      if (last === 1) continue;
      this.#open.push(last - 1);
      return false;
    }
    return true;
  }
}

function lengthOf(line: string): number | null {
  const [, digits] = /^.(-1|\d{1,15})$/.exec(line) ?? [];
  return digits === undefined ? null : Number(digits);
}
