interface Kept<Answer> {
  readonly answer: Promise<Answer>;
  weight: number;
}

/**
 * Remembers answers that can never change, as everything at a full commit id: the least recently used are forgotten beyond `weightMax`. What failed is not
 * remembered.
 */
export function createMemory<Answer>(weightMax: number, weightOf: (answer: Answer) => number) {
  const kept = new Map<string, Kept<Answer>>();
  let weight = 0;

  function forget(key: string): void {
    weight -= kept.get(key)?.weight ?? 0;
    kept.delete(key);
  }

  return async (key: string, ask: () => Promise<Answer>): Promise<Answer> => {
    const known = kept.get(key);
    if (known !== undefined) {
      kept.delete(key);
      kept.set(key, known);
      try {
        return await known.answer;
      } catch {
        // Whoever asked first may only have given up.
      }
    }
    const asked: Kept<Answer> = { answer: ask(), weight: 0 };
    kept.set(key, asked);
    try {
      const answer = await asked.answer;
      if (kept.get(key) === asked) {
        asked.weight = weightOf(answer);
        weight += asked.weight;
      }
      for (const oldest of kept.keys()) {
        if (weight <= weightMax) break;
        forget(oldest);
      }
      return answer;
    } catch (error) {
      if (kept.get(key) === asked) forget(key);
      throw error;
    }
  };
}
