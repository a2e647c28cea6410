import { newRedactionMemory, type RedactionMemory } from "../domain/redact.ts";

/**
 * A memory that goes on numbering where these texts end: a value that a tool reads must not get the placeholder of another value in the evidence. Which
 * values those were nobody knows any more, on this machine or on another; the same value may have two placeholders, two values never share one.
 */
export function memoryAfter(texts: readonly string[]): RedactionMemory {
  const memory = newRedactionMemory();
  for (const text of texts) {
    for (const [, kind = "", number] of text.matchAll(/⟨([\w-]+):(\d+)⟩/g)) {
      memory.highest.set(kind, Math.max(memory.highest.get(kind) ?? 0, Number(number)));
    }
  }
  return memory;
}
