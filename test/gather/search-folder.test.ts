import { describe, expect, it } from "vitest";
import { folderToSearch } from "../../src/gather/code/search-folder.ts";

const filesOf = (folder: string, count: number) =>
  Array.from({ length: count }, (_each, index) => `${folder}/f${index}.js`);

describe("the folder in which a name is looked for", () => {
  const small = filesOf("services/cart/src", 5);

  it("is the service's where it has few enough files", () => {
    expect(folderToSearch("services/cart/src/f1.js", small, "services/cart")).toBe("services/cart");
    expect(folderToSearch("services/cart/src/f1.js", small, "")).toBe("");
  });

  it("is the widest around the file that has, in a large repository", () => {
    const paths = [
      ...filesOf("services/cart/src", 9_000),
      ...filesOf("services/cart/test", 900),
      ...filesOf("other", 9_000),
    ];
    expect(folderToSearch("services/cart/src/f1.js", paths, "")).toBe("services");
    const more = [...paths, ...filesOf("services/order", 500)];
    expect(folderToSearch("services/cart/src/f1.js", more, "")).toBe("services/cart");
    expect(folderToSearch("services/cart/src/f1.js", more, "services")).toBe("services/cart");
  });

  it("is the file's own where every wider one is too large", () => {
    expect(folderToSearch("src/f1.js", filesOf("src", 12_000), "")).toBe("src");
  });
});
