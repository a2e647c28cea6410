import { z } from "zod";
import { byteSizePattern, parseByteSize } from "./byte-size.ts";
import { durationPattern, parseDuration } from "./duration.ts";
import { referencePattern, referenceTo } from "./reference.ts";

/**
 * Text of a given form. `expected` completes the sentence "must be …" of a mistake; the editor's schema takes a reference in its place, for the
 * editor cannot know the value.
 */
export function textLike(form: RegExp, expected: string, example: string, description: string) {
  return z
    .string({ error: expected })
    .regex(new RegExp(`${form.source}|${referencePattern.source}`, form.flags), { error: expected })
    .meta({ description, examples: [example] });
}

/** Any text on one line that is not empty. */
export function words(expected: string, example: string, description: string) {
  return textLike(/^\S(.*\S)?$/, expected, example, description);
}

/** A key that people choose. */
export function nameLike(form: RegExp, expected: string) {
  return z.string({ error: expected }).regex(form, { error: expected });
}

/** A value that may stand in the environment only; `name` is what the example calls it. */
export function secret(name: string, description: string) {
  const expected = "a reference to an environment variable";
  return z
    .string({ error: expected })
    .min(1, { error: expected })
    .meta({ description, examples: [referenceTo(name)] });
}

/** The address of a server, without a login. */
export function address(example: string, description: string) {
  const expected = `an address such as \`${example}\``;
  return z
    .string({ error: expected })
    .regex(new RegExp(`^https?://[^\\s/?#]+[^\\s?#]*$|${referencePattern.source}`), { error: expected })
    .refine((text) => referencePattern.test(text) || URL.canParse(text), { error: expected })
    .meta({ description, examples: [example] });
}

export function duration(leastText: string, mostText: string, example: string, description: string) {
  const expected = `a duration from ${leastText} to ${mostText}: a number and one of \`ms\`, \`s\`, \`m\`, \`h\`, \`d\``;
  const least = parseDuration(leastText) ?? 0;
  const most = parseDuration(mostText) ?? Number.POSITIVE_INFINITY;
  return z
    .string({ error: expected })
    .regex(durationPattern, { error: expected, abort: true })
    .refine((text) => isWithin(parseDuration(text), least, most), { error: expected })
    .meta({ description, examples: [example] });
}

export function byteSize(leastText: string, mostText: string, example: string, description: string) {
  const expected = `a size from ${leastText} to ${mostText}: a number and one of \`B\`, \`kB\`, \`KiB\`, \`MB\`, \`MiB\``;
  const least = parseByteSize(leastText) ?? 0;
  const most = parseByteSize(mostText) ?? Number.POSITIVE_INFINITY;
  return z
    .string({ error: expected })
    .regex(byteSizePattern, { error: expected, abort: true })
    .refine((text) => isWithin(parseByteSize(text), least, most), { error: expected })
    .meta({ description, examples: [example] });
}

export function wholeNumber(least: number, most: number, example: number, description: string) {
  const expected = `a whole number from ${least} to ${most}`;
  return z
    .number({ error: expected })
    .int({ error: expected })
    .min(least, { error: expected })
    .max(most, { error: expected })
    .meta({ description, examples: [example] });
}

export function dollars(example: number, description: string) {
  const expected = "an amount of US dollars, 0 or more, as a plain number";
  return z
    .number({ error: expected })
    .min(0, { error: expected })
    .meta({ description, examples: [example] });
}

/** A number that may also come from the environment, where everything is text. */
export function idNumber(example: string, description: string) {
  const expected = `a whole number such as \`${example}\``;
  return z
    .union([z.int().positive(), z.string().regex(new RegExp(`^[1-9]\\d*$|${referencePattern.source}`))], {
      error: expected,
    })
    .meta({ description, examples: [Number(example)] });
}

export function oneOf<const T extends readonly [string, ...string[]]>(
  values: T,
  example: T[number],
  description: string,
) {
  const listed = values.map((value) => `\`${value}\``).join(", ");
  return z.enum(values, { error: `one of ${listed}` }).meta({ description, examples: [example] });
}

function isWithin(value: number | null, least: number, most: number): boolean {
  return value !== null && value >= least && value <= most;
}
