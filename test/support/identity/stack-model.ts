import type { Exception, Frame } from "../../../src/domain/error-entry.ts";

/** A function of the program that failed, or of a library. */
export interface Site {
  /** Class, package or file, without what its language puts around it. */
  readonly place: string;
  readonly name: string;
  readonly line: number;
  readonly isOwn: boolean;
}

/** A failure as a language's runtime would print it. */
export interface Failure {
  readonly type: string;
  readonly message: string;
  /** Throw site first. */
  readonly sites: readonly Site[];
  /** Type and message of what it was wrapped in, and how far up. */
  readonly wrapped: { readonly type: string; readonly message: string; readonly at: number } | null;
  /** Where the program lies. */
  readonly root: string;
  /** Of libraries, and of what a compiler or bundler makes up. */
  readonly build: string;
}

export const languages = [
  "java",
  "kotlin",
  "node",
  "bundle",
  "python",
  "go",
  "csharp",
  "ruby",
  "php",
  "elixir",
] as const;
export type Language = (typeof languages)[number];

/** The exceptions as the parsers give them, outermost first. */
export function exceptionsOf(language: Language, failure: Failure): readonly Exception[] {
  const frames = failure.sites.map((site) => frameOf(language, site, failure));
  const root: Exception = { type: typeOf(language, failure.type), message: failure.message, frames };
  if (failure.wrapped === null) return [root];
  const { at, type, message } = failure.wrapped;
  // A wrapper is thrown a few lines below the call that failed, and the JVM leaves out what both have in common.
  const outer = frames
    .slice(at)
    .map((frame, index) => (index === 0 ? { ...frame, line: (frame.line ?? 0) + 7 } : frame));
  const isCut = language === "java" || language === "kotlin";
  const inner = isCut
    ? frames.slice(0, at + 1)
    : language === "python" || language === "csharp"
      ? frames.slice(0, at + 1)
      : frames;
  return [
    { type: typeOf(language, type), message, frames: outer },
    { ...root, frames: inner },
  ];
}

function typeOf(language: Language, name: string): string {
  switch (language) {
    case "java":
    case "kotlin":
      return `java.lang.${name}`;
    case "csharp":
      return `System.${name}`;
    case "ruby":
    case "php":
      return language === "php" ? `Acme\\${name}` : `Acme::${name}`;
    default:
      return name;
  }
}

function frameOf(language: Language, { place, name, line, isOwn }: Site, { root, build }: Failure): Frame {
  const frame = (function_: string | null, module: string | null, file: string | null): Frame => ({
    function: function_,
    module,
    file,
    line,
    column: null,
    isOwn,
  });
  const lower = place.toLowerCase();
  switch (language) {
    case "java":
      return isOwn
        ? frame(`lambda$${name}$${build.length}`, `com.acme.${place}`, `${place}.java`)
        : frame(name, `org.springframework.${place}`, `${place}.java`);
    case "kotlin":
      return isOwn
        ? frame("invokeSuspend", `com.acme.${place}$${name}$${build.length}`, `${place}.kt`)
        : frame(name, `kotlinx.coroutines.${place}`, `${place}.kt`);
    case "node":
      return isOwn
        ? frame(`async ${place}.${name}`, null, `${root}/src/${lower}.ts`)
        : frame(`${place}.${name}`, "express", `${root}/node_modules/express/lib/${lower}.js`);
    case "bundle":
      return isOwn
        ? frame(name, null, `${root}/dist/${lower}-${build}.js`)
        : frame(name, "express", `${root}/node_modules/express/${lower}.js`);
    case "python":
      return isOwn
        ? frame(name, null, `${root}/${lower}.py`)
        : frame(name, `django.${lower}`, `/usr/lib/python3/site-packages/django/${lower}.py`);
    case "go":
      return isOwn
        ? frame(
            `(*${place}).${name}.func${build.length}`,
            `github.com/acme/shop/${lower}`,
            `${root}/${lower}/${lower}.go`,
          )
        : frame(name, `net/http`, `/usr/local/go/src/net/http/${lower}.go`);
    case "csharp":
      return isOwn
        ? frame("MoveNext()", `Acme.Shop.${place}.<${name}>d__${build.length}`, `${root}/${place}.cs`)
        : frame(name, `Microsoft.AspNetCore.${place}`, null);
    case "ruby":
      return isOwn
        ? frame(`block (${build.length} levels) in ${name}`, null, `${root}/app/${lower}.rb`)
        : frame(name, null, `/gems/rack-${build}/lib/${lower}.rb`);
    case "php":
      return isOwn
        ? frame(name, `Acme\\Shop\\${place}`, `${root}/src/${place}.php`)
        : frame(name, `Symfony\\${place}`, `${root}/vendor/symfony/${place}.php`);
    case "elixir":
      return isOwn
        ? frame(`"-${name}/2-fun-${build.length}-"`, `Shop.${place}`, `lib/shop/${lower}.ex`)
        : frame(`${name}/4`, `Plug.${place}`, `lib/plug/${lower}.ex`);
  }
}
