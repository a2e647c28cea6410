import type { Exception } from "../../domain/error-entry.ts";

/** Groups inside groups. */
const depthMax = 10;
const membersMax = 30;
/** `  +-+---------------- 1 ----------------`: the first member; its bar is two further in. */
const firstMember = /^( *)\+-\+-{4,40} \d{1,4} -{4,40}$/m;

/** Whether the text has an exception group, whose members stand in a frame of bars. */
export function hasGroup(text: string): boolean {
  return text.includes("+-+----") || text.includes("+ Exception Group Traceback");
}

/**
 * An exception group and its members, each a chain of its own or a group again: outermost first, members behind their group, then what the group was raised from.
 * @param readChain what a text without groups says, outermost first
 */
export function readGroup(
  text: string,
  readChain: (text: string) => readonly Exception[],
  depth = 0,
): readonly Exception[] {
  const found = firstMember.exec(text);
  if (found === null || depth >= depthMax) return readChain(withoutBars(text));
  const column = (found[1]?.length ?? 0) + 2;
  const head = readChain(withoutBars(text.slice(0, found.index)));
  const lines = text.slice(found.index + found[0].length + 1).split("\n");
  const between = `${" ".repeat(column)}+--`;
  const members: string[][] = [[]];
  let end = lines.length;
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith(between)) members.at(-1)?.push(line.slice(column - 2));
    else if (/ \d{1,4} -+$/.test(line) && members.length < membersMax) members.push([]);
    else if (/^ *\+-+$/.test(line)) {
      end = index + 1;
      break;
    } else members.at(-1)?.push(line.slice(column - 2));
  }
  const inside = members.flatMap((member) => readGroup(member.join("\n"), readChain, depth + 1));
  const rest = end < lines.length ? readGroup(lines.slice(end).join("\n"), readChain, depth + 1) : [];
  return [...rest, ...head.slice(0, 1), ...inside, ...head.slice(1)];
}

function withoutBars(text: string): string {
  return text.replace(/^ {0,40}[|+](?: |$)/gm, "");
}
