import { createHash } from "node:crypto";
import { readPrompt } from "./read-prompt.ts";

/** A prompt of ours, and the digest by which it is known. */
export function promptOf(name: string): { readonly text: string; readonly version: string } {
  return promptFrom(readPrompt(name));
}

export function promptFrom(text: string): { readonly text: string; readonly version: string } {
  return { text, version: createHash("sha256").update(text).digest("hex").slice(0, 12) };
}
