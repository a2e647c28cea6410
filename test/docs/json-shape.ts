/** A field's path, `polls[].window.fromNs`, with the types that it was seen or is said to have. */
export type Fields = ReadonlyMap<string, ReadonlySet<string>>;

export interface Section {
  readonly title: string;
  readonly fields: Fields;
  readonly examples: readonly unknown[];
}

/** The sections of docs/json.md: the table of fields and the examples of each. */
export function sectionsOf(markdown: string): readonly Section[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((text) => ({
      title: text.split("\n", 1)[0] ?? "",
      fields: new Map(
        [...text.matchAll(/^\| `([^`]+)` \| ([a-z, ]+) \|/gm)].map(([, path = "", types = ""]) => [
          path,
          new Set(types.split(", ")),
        ]),
      ),
      examples: [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = ""]): unknown => JSON.parse(json)),
    }));
}

/**
 * The fields of several documents together. An object has a field of its own only where the page says that it may be null; a name that is not ours
 * becomes `*` where the page says so.
 */
export function fieldsOf(documents: readonly unknown[], documented: Fields): Fields {
  const fields = new Map<string, Set<string>>();
  for (const document of documents) visit(document, "");
  return fields;

  function visit(value: unknown, path: string): void {
    if (Array.isArray(value)) {
      for (const each of value) visit(each, `${path}[]`);
      return;
    }
    if (typeof value !== "object" || value === null) {
      add(path, value === null ? "null" : typeof value);
      return;
    }
    if (documented.has(path)) add(path, "object");
    for (const [name, inner] of Object.entries(value)) {
      const prefix = path === "" ? "" : `${path}.`;
      visit(inner, documented.has(`${prefix}*`) ? `${prefix}*` : `${prefix}${name}`);
    }
  }

  function add(path: string, type: string): void {
    fields.set(path, (fields.get(path) ?? new Set()).add(type));
  }
}

/** What `printed` has that the page does not say, in words. */
export function undocumented(printed: Fields, documented: Fields): readonly string[] {
  return [...printed].flatMap(([path, types]) => {
    const said = documented.get(path);
    if (said === undefined) return [`${path} is not on the page`];
    return [...types].filter((type) => !said.has(type)).map((type) => `${path} was ${type}`);
  });
}
