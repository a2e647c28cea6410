import type { ArgumentName, Arguments, CommandName, grammar } from "./grammar.ts";

type Taken<Name extends CommandName> = (typeof grammar)[Name]["takes"][number] & ArgumentName;

/** One command with what it was given. */
export type CommandOf<Name extends CommandName> = { readonly name: Name } & Readonly<Pick<Arguments, Taken<Name>>>;

/** What a person asked for, from whatever surface. */
export type Command = { readonly [Name in CommandName]: CommandOf<Name> }[CommandName];
