const looksMax = 4_000;
const lookEveryMs = 5;

/** Resolves when it is so: for what another process does, which no clock of the test can hurry. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let look = 0; look < looksMax; look++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  throw new Error("it did not come to that");
}
