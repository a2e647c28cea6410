import type { Access, Actor } from "./access.ts";
import type { Addresses } from "./answers.ts";
import type { World } from "./world.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that fits the description, from somebody who is known. */
export interface ApiRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  /** Path and query as they came. */
  readonly target: string;
}

export interface Surroundings {
  readonly world: World;
  readonly access: Access;
  readonly addresses: Addresses;
  readonly nowMs: () => number;
  /** What is younger stands in no list yet. */
  readonly listingLagMs: () => number;
}

export type Operation = (request: ApiRequest, around: Surroundings) => Answer;
export type User = Exclude<Actor, { kind: "app" }>;

/** GitHub's form of an error. */
export function refused(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  errors?: readonly Readonly<Record<string, string>>[],
): Answer {
  const body = { message, documentation_url: "https://docs.github.com/rest", status: String(status) };
  return { status, body: errors === undefined ? body : { ...body, errors }, headers };
}
