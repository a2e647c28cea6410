const products = [
  { sku: "sku-101", title: "blue enamel mug" },
  { sku: "sku-118", title: "cast iron pan" },
  { sku: "sku-207", title: "linen tea towel" },
];

/** The customer wrote something that is no search. */
export class SearchSyntaxError extends Error {
  name = "SearchSyntaxError";
}

/** Products that hold every word and every "quoted phrase" of the query. */
export function search(query) {
  const terms = parseQuery(query);
  return products.filter((product) => terms.every((term) => product.title.includes(term)));
}

function parseQuery(query) {
  const terms = [];
  let rest = query.trim();
  while (rest !== "") {
    if (rest.startsWith('"')) {
      const end = rest.indexOf('"', 1);
      if (end === -1) throw new SearchSyntaxError(`no closing quote in search for ${query}`);
      terms.push(rest.slice(1, end));
      rest = rest.slice(end + 1).trim();
    } else {
      const [word] = rest.split(/\s+/, 1);
      terms.push(word.toLowerCase());
      rest = rest.slice(word.length).trim();
    }
  }
  return terms;
}
