import { createHash } from "node:crypto";
import { readPrompt } from "./read-prompt.ts";

/** A prompt of ours, and the digest by which it is known. */
export function promptOf(name: string): { readonly text: string; readonly version: string } {
  const text = readPrompt(name);
  return { text, version: createHash("sha256").update(text).digest("hex").slice(0, 12) };
}
