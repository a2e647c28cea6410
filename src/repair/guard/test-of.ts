/** Words of a name that say nothing of what it is about. */
const commonWords = new Set(
  "test tests spec specs it e2e unit integration src main app lib java kotlin com org index mod internal pkg cmd service services controller handler util utils helper impl base core model models init".split(
    " ",
  ),
);

/** Whether a test is one of a source file: they share a word of their names, or the test speaks of what the source is called. */
export function isTestOf(test: { readonly path: string; readonly text: string }, source: string): boolean {
  const stem = (source.split("/").at(-1) ?? "").replace(/\..*$/, "");
  const wanted = wordsOf(stem);
  const own = new Set(wordsOf((test.path.split("/").at(-1) ?? "").replace(/\.\w+$/, "")));
  if (wanted.some((each) => own.has(each))) return true;
  // `discounts.py` in `pricing/`, tested by `test_pricing.py`; `index.ts` in `cart/` by `cart.test.ts`.
  const folder = wordsOf(source.split("/").at(-2) ?? "");
  if (folder.some((each) => own.has(each))) return true;
  return stem.length >= 3 && new RegExp(`(?<![\\p{L}\\p{N}])${escaped(stem)}(?![\\p{L}\\p{N}])`, "u").test(test.text);
}

function wordsOf(name: string): readonly string[] {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map((each) => each.replace(/s$/, ""));
  return words.filter((each) => each.length >= 3 && !commonWords.has(each));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
