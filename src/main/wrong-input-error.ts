/** What a command was given is none of what it takes: wrong usage, told in a whole sentence with the cure. */
export class WrongInputError extends Error {
  override readonly name = "WrongInputError";
  readonly isRetryable = false;
}
