import type { CodeSide } from "../code-side.ts";
import { asksForAbsence } from "./conditions.ts";

const orJoined = /\|\|| or /;

/** The same constant as before, now also where something is missing, or where it is reached over something that may be. */
export function answeredBefore(before: CodeSide, condition: string, answer: string): boolean {
  const packed = (text: string): string => text.replace(/\s+/g, "").replaceAll("?.", ".").replaceAll("&.", ".");
  const kept = condition.split(orJoined).filter((part) => !asksForAbsence(part.trim()));
  const [one = ""] = kept;
  if (kept.length !== 1 || one === "") return false;
  const was = packed(before.flat);
  const then = packed(answer);
  return [
    `(${packed(one)})return${then}`,
    `(${packed(one)}){return${then}`,
    `if${packed(one)}{return${then}`,
    `if${packed(one)}:return${then}`,
  ].some((each) => was.includes(each));
}
