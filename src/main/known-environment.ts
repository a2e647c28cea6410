import { WrongInputError } from "./wrong-input-error.ts";

/** A mistyped name must not look like an environment in which nothing happens. @throws WrongInputError */
export function requireEnvironment(
  name: string | null,
  map: { readonly file: string; readonly environments: Readonly<Record<string, unknown>> },
): void {
  if (name === null || Object.hasOwn(map.environments, name)) return;
  const known = Object.keys(map.environments).join(", ");
  throw new WrongInputError(`No environment "${name.slice(0, 100)}" is in ${map.file}. There are: ${known}.`);
}
