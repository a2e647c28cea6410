/** File names that stand in many folders of one program: there the folder tells them apart. */
const commonNames = new Set(
  (
    "index __init__ mod lib page layout route routes handler handlers controller controllers service services model models view views util utils helper helpers types schema " +
    "schemas api client clients repository repositories store stores actions reducer middleware config settings constants errors exceptions common base core admin forms " +
    "serializers tasks urls signals permissions filters mixins managers queries mutations resolvers resolver db hooks component container template loader error not-found"
  ).split(" "),
);

/** Folders that say where a program was put or how it was built, not which part of it a file is. */
const rootNames = new Set(
  (
    "src dist build lib out app apps server code main target output bin public static js assets chunks workspace work srv home usr opt var task tmp www html root " +
    "current releases release site project projects repo source sources _next immutable node bundles"
  ).split(" "),
);

/** Where programs are put; the folder below is mostly the program's own, whatever it is called there. */
const deployedTo =
  /^(?:\/(?:srv|opt|usr\/local|usr\/src|var\/www|var\/lib|home\/[^/]+|Users\/[^/]+|builds\/[^/]+|root|tmp|mnt|data)|[A-Za-z]:)\/[^/]+\/(?=.)/;

const codeEndings = /(?:\.(?:min|bundle|chunk|prod|dev|esm|cjs|mjs|umd))*\.[A-Za-z]{1,6}$/;
const hashLengthMax = 32;

/**
 * A file as its part of the program: `/srv/shop/src/cart.ts` and `cart.js` are `cart`, `orders/views.py` is `orders/views`, `main.3f9a1c2b.js` is `main`. The same
 * wherever it was deployed to and whatever a bundler called it; empty where the name is all a bundler's.
 */
export function fileNameOf(path: string): string {
  const plain = path
    .replaceAll("\\", "/")
    .replace(/[?#].*$/, "")
    .replace(/^[a-z][\w+-]{1,20}:\/{1,3}/, "/");
  const parts = plain.replace(deployedTo, "/").split("/");
  const last = parts.pop() ?? "";
  const name = withoutHashes(last.replace(codeEndings, ""));
  if (!commonNames.has(name.toLowerCase())) return name;
  const folder = parts.findLast((part) => part !== "" && part !== "." && part !== ".." && !isRootName(part));
  return folder === undefined ? name : `${folder}/${name}`;
}

/** Whether the name is one that a bundler gave, whose functions a minifier may have renamed. */
export function isBundled(path: string): boolean {
  const last = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).replace(/[?#].*$/, "");
  if (!/\.[cm]?js$/.test(last)) return false;
  const name = last.replace(codeEndings, "");
  return /\.min\.[cm]?js$/.test(last) || /\.(?:bundle|chunk)\./.test(last) || withoutHashes(name) !== name;
}

function isRootName(part: string): boolean {
  return rootNames.has(part.toLowerCase()) || /^(?:v?\d[\w.+-]*|\[.*\])$/.test(part) || withoutHashes(part) === "";
}

/** `main.3f9a1c2b` → `main`, `index-BaXz3kQp` → `index`, `938-3f9a1c2b5d` and `chunk-4BEJ7J7N` → ``. */
function withoutHashes(name: string): string {
  const pieces = name.split(/(?<=.)[-.~_](?=[A-Za-z0-9])/);
  if (pieces.length === 1) return isHash(name) && name.length >= 16 ? "" : name;
  let end = name.length;
  let isCut = false;
  while (pieces.length > 1) {
    const piece = pieces.at(-1) ?? "";
    if (!isHash(piece)) break;
    pieces.pop();
    end -= piece.length + 1;
    isCut = true;
  }
  if (!isCut) return name;
  const rest = name.slice(0, end);
  return /^(?:\d+|chunk|chunk[-.]\d+|vendors?)$/.test(rest) ? "" : rest;
}

/** Eight characters or more in which a word is unlikely: hexadecimal, capitals with digits, or both cases mixed as no name mixes them. */
function isHash(text: string): boolean {
  if (text.length < 6 || text.length > hashLengthMax) return false;
  if (/^[0-9a-f]+$/.test(text)) return /\d/.test(text) ? /[a-f]/.test(text) || text.length >= 8 : text.length >= 12;
  if (text.length < 8) return false;
  if (/^[0-9A-Z]+$/.test(text)) return text.length === 8 || /\d/.test(text);
  return (
    text.length === 8 &&
    (/[a-z]\d|\d[a-z]/.test(text) || /[a-z][A-Z][a-z]*[A-Z]|[A-Z]{2}[a-z]+[A-Z]|[A-Z][a-z]+[A-Z]$/.test(text))
  );
}
