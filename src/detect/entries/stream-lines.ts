import type { LineReader } from "../lines/private-format.ts";
import { EntryGroup, joinGapNs } from "./entry-group.ts";
import { joinedLine, type PhysicalLine } from "./physical-line.ts";

/** Groups of one stream whose stack trace was interrupted by a line of another thread, and may go on. */
const interruptedMax = 4;
/** Pieces of one line that a container's runtime cut. */
const partsMax = 2_000;
const partsLengthMax = 256 * 1024;

/** The lines of one stream, in order, put together to error entries. What may still go on is held. */
export class StreamLines {
  #open: EntryGroup | null = null;
  #interrupted: EntryGroup[] = [];
  #parts: PhysicalLine[] = [];
  readonly #read: LineReader;

  constructor(read: LineReader) {
    this.#read = read;
  }

  /** Nothing is held. */
  get isIdle(): boolean {
    return this.#open === null && this.#interrupted.length === 0 && this.#parts.length === 0;
  }

  /** Of the oldest line that is held; null when none is. */
  get heldFromNs(): bigint | null {
    const heads = [this.#open, ...this.#interrupted].flatMap((group) => (group === null ? [] : [group.head]));
    const oldest = [...heads, ...this.#parts.slice(0, 1)].map(({ entry }) => entry.timestampNs);
    return oldest.length === 0 ? null : oldest.reduce((one, other) => (other < one ? other : one));
  }

  /** @returns the groups that are complete now */
  add(line: PhysicalLine): EntryGroup[] {
    const done: EntryGroup[] = [];
    const last = this.#parts.at(-1);
    if (last !== undefined && !isNear(last, line)) this.#takeParts(done, null);
    if (line.reading.isPart && this.#mayGrow()) {
      this.#parts.push(line);
      return done;
    }
    if (this.#parts.length > 0) this.#takeParts(done, line);
    else this.#take(line, done);
    return done;
  }

  /** Gives out what no line at that instant, or later, can belong to; all with null. */
  closeAt(instantNs: bigint | null): EntryGroup[] {
    const done: EntryGroup[] = [];
    const last = this.#parts.at(-1);
    if (last !== undefined && (instantNs === null || instantNs - last.entry.timestampNs > joinGapNs)) {
      this.#takeParts(done, null);
    }
    this.#closeInterrupted(instantNs, done);
    if (this.#open !== null && (instantNs === null || !this.#open.isOpenAt(instantNs))) this.#close(done);
    return done;
  }

  #mayGrow(): boolean {
    if (this.#parts.length >= partsMax) return false;
    return this.#parts.reduce((length, { text }) => length + text.length, 0) < partsLengthMax;
  }

  #takeParts(done: EntryGroup[], rest: PhysicalLine | null): void {
    const parts = rest === null ? this.#parts : [...this.#parts, rest];
    this.#parts = [];
    const [first, ...others] = parts;
    if (first !== undefined) this.#take(joinedLine(first, others, this.#read), done);
  }

  #take(line: PhysicalLine, done: EntryGroup[]): void {
    const { timestampNs } = line.entry;
    if (this.#interrupted.length > 0) this.#closeInterrupted(timestampNs, done);
    if (line.kind !== "start") {
      const resumed = this.#interrupted.findLast((group) => group.isGoneOnWith(line));
      const open = this.#open?.isOpenAt(timestampNs) === true ? this.#open : null;
      const isRatherResumed = resumed !== undefined && open?.hasNothingThrown === true;
      if (open !== null && !isRatherResumed && open.offer(line)) return;
      if (resumed?.offer(line) === true) {
        this.#interrupted = this.#interrupted.filter((group) => group !== resumed);
        this.#setAside(done);
        this.#open = resumed;
        return;
      }
    }
    const group = new EntryGroup(line);
    if (!group.mayContinue && this.#open?.isInTrace === true) {
      done.push(group);
      return;
    }
    if (line.kind === "start") this.#setAside(done);
    else this.#close(done);
    if (group.mayContinue) this.#open = group;
    else done.push(group);
  }

  /** A stack trace may go on behind another thread's line; anything else is over. */
  #setAside(done: EntryGroup[]): void {
    if (this.#open?.isInTrace !== true) {
      this.#close(done);
      return;
    }
    this.#interrupted.push(this.#open);
    this.#open = null;
    const oldest = this.#interrupted.length > interruptedMax ? this.#interrupted.shift() : undefined;
    if (oldest !== undefined) finish(oldest, done);
  }

  #closeInterrupted(instantNs: bigint | null, done: EntryGroup[]): void {
    const isOpen = (group: EntryGroup) => instantNs !== null && group.isOpenAt(instantNs);
    for (const group of this.#interrupted) if (!isOpen(group)) finish(group, done);
    this.#interrupted = this.#interrupted.filter(isOpen);
  }

  #close(done: EntryGroup[]): void {
    if (this.#open !== null) finish(this.#open, done);
    this.#open = null;
  }
}

/** With the lines that waited for frames in vain; each stands for itself. */
function finish(group: EntryGroup, done: EntryGroup[]): void {
  const waiting = group.takePending();
  done.push(group, ...waiting.map((line) => new EntryGroup(line)));
}

function isNear(one: PhysicalLine, other: PhysicalLine): boolean {
  return other.entry.timestampNs - one.entry.timestampNs <= joinGapNs;
}
