import { isBehindEscape, isDigit } from "./places.ts";
import { anywhere, atStart, onlyWhere, type Trigger } from "./trigger-scan.ts";

/**
 * What personal numbers begin with, and nearly no other number of a log does. A look at the lengths of its groups tells instants, amounts, addresses
 * and ids before any pattern is tried.
 */
export const numberTriggers: readonly Trigger[] = [
  ...onlyWhere(mayBePersonal, atStart("0")),
  // `+82`, and no time zone.
  ...onlyWhere((text, at) => text.charCodeAt(at + 1) !== zero, anywhere("+0")),
  ...onlyWhere((text, at) => /^\(\d{2,4}\) ?\d/.test(text.slice(at, at + 8)), anywhere("(0")),
];

const zero = 48;
const groupsMax = 4;
/** More digits are nobody's. */
const digitsMax = 20;
const signsMax = 3;

function mayBePersonal(text: string, at: number): boolean {
  // Hours, days, ports and the like, at once.
  let end = at + 1;
  while (end - at <= digitsMax && isDigit(text.charCodeAt(end))) end++;
  if (end - at < 10 && !isBetween(text.charCodeAt(end))) return false;
  const [first = 0, second = 0, third = 0] = groupsAt(text, at);
  return isPersonal(text, at, first, second, third) && isAlone(text, at);
}

function isPersonal(text: string, at: number, first: number, second: number, third: number): boolean {
  if (isPersonalInOnePiece(text, at, first)) return true;
  const digit = text.charCodeAt(at) - zero;
  if ((digit === 0 || text.startsWith("82", at)) && first + second + third >= 8) return true;
  switch (first) {
    case 1: // 1-555-010-1234
      return digit === 1 && second === 3 && third === 3;
    case 2: // 11-12-123456-78
      return second === 2 && third === 6;
    case 3: // 123-45-67890, 123-45-6789, 555-010-1234
      return (second === 2 && (third === 5 || third === 4)) || (second === 3 && third === 4);
    case 4: // 4111 1111 1111 1111, 3782 822463 10005, 1588-0000
      return (second === 4 && (third === 4 || digit === 1)) || (second === 6 && third >= 4);
    case 6: // 900101-1234567
      return second === 7;
    default:
      return false;
  }
}

/** Its beginning must tell: the digit of a card's network, a date of birth, `010`, `070`, `82`. */
function isPersonalInOnePiece(text: string, at: number, digits: number): boolean {
  if (digits >= 14) return digits <= digitsMax && text.charCodeAt(at) >= zero + 2;
  if (digits < 10) return false;
  return /^(?:0[17]\d{8}|82|0082|\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[1-8]\d{6})/.test(text.slice(at, at + 13));
}

/** The lengths of the groups of digits at `at`: 3, 4 and 4 of `010-1234-5678`. */
function groupsAt(text: string, at: number): readonly number[] {
  const groups: number[] = [];
  let index = at;
  while (groups.length < groupsMax) {
    const begun = index;
    while (index - begun <= digitsMax && isDigit(text.charCodeAt(index))) index++;
    if (index === begun) break;
    groups.push(index - begun);
    const end = index;
    while (index - end < signsMax && isBetween(text.charCodeAt(index))) index++;
    if (index === end) break;
  }
  return groups;
}

/** Blank, no-break space, `(`, `)`, `-`, `.`, `·`. */
function isBetween(one: number): boolean {
  return one === 32 || one === 45 || one === 46 || one === 40 || one === 41 || one === 0xa0 || one === 0xb7;
}

/** Neither part of a longer name or number before it. */
function isAlone(text: string, at: number): boolean {
  return !/[\w.+-]/.test(text.charAt(at - 1)) || isBehindEscape(text, at) || text.startsWith(":-", at - 2);
}
