/**
 * Two positive brands for text. A negative brand ("tainted") stops nothing: a branded string is still a string.
 * `redact` (redact.ts) is the only maker of `Redacted`, inert.ts the only maker of `Inert`; lint refuses the casts elsewhere.
 */
declare const redacted: unique symbol;
declare const inert: unique symbol;

/** Text that has passed the gate. The only text that the model, files under `state/` and our own log accept. */
export type Redacted = string & { readonly [redacted]: true };

/** Redacted text that can do nothing where it is shown: our own words, fixed alphabets, or a fenced or code-spanned rest. GitHub and Telegram accept only this. */
export type Inert = Redacted & { readonly [inert]: true };
