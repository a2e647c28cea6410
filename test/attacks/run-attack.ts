import type { AttackResult } from "./attack-result.ts";
import { type AttackName, attacks } from "./attacks.ts";

/** One seed of an attack; what it throws is a finding too. */
export async function runAttack(name: AttackName, seed: number): Promise<AttackResult> {
  try {
    return await attacks[name](seed);
  } catch (error) {
    const thrown = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { findings: [`it threw: ${thrown}`], figures: {} };
  }
}

/** How to have this seed again. */
export function repeat(name: AttackName, seed: number): string {
  return `npm run soak -- --seed ${seed} --only ${name}`;
}
