import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cutBlocks,
  fenced,
  fillTemplate,
  identifier,
  inlineCode,
  joinInert,
  link,
  own,
  parseTemplate,
  prose,
  TemplateError,
} from "../../src/domain/inert.ts";
import { redact } from "../../src/domain/redact.ts";
import type { Inert } from "../../src/domain/text.ts";
import { actions, elements, liveText, render } from "./rendered.ts";

const hostile: readonly string[] = [
  "fixes #12 and closes GH-3",
  "@octocat and @org/team please look",
  "Fixes octo/repo#7, octo/repo@0123456789abcdef0123456789abcdef01234567",
  "see https://evil.invalid/x?y=(z) and www.evil.invalid and mailto:a.b@evil.invalid",
  "![pixel](https://evil.invalid/p.png) [click](javascript:alert(1)) [ref]: https://evil.invalid",
  "<img src=x onerror=alert(1)> <script>alert(1)</script> <!-- hidden --> <details open>",
  "&#64;octocat &commat;octocat &#35;12 &lt;b&gt;",
  "\\@octocat \\#12 \\[a](b) \\",
  "``` \n<img src=x>\n```",
  "````\n```\n@octocat\n````",
  "`@octocat` ``@octocat` `` ` `` @octocat",
  "~~~\n@octocat\n~~~",
  "# heading #12\nsetext\n===\nsetext\n---\n***\n- - -",
  "- list\n* list\n+ list\n1. list\n2) list\n> quote\n    code\n\tcode",
  "| a | b |\n|---|---|\n| @octocat | #1 |",
  "a\n:-\nb\n:-:\n",
  "$x$ $$y$$ $`z`$",
  "[^1] text [^1]: note\n- [ ] task\n> [!WARNING]",
  "deadbeef0123456 abc1234 0123456789abcdef0123456789abcdef01234567",
  "*a* **b** _c_ __d__ ~e~ ~~f~~ :shipit: ***",
  "line\r@octocat\u2028#12\u2029<b>\u0085- x\u000b# y\u000c> z",
  "a\u202Eb\u200Bc\u2066d\uFEFFe\u00ADf\u{E0041}g\u0000h\u001B[31mi\u115Fj\u3164k\uFE0Fl",
  "<https://evil.invalid> <a@evil.invalid> http://evil.invalid",
  "text  \nbreak\\\nnext",
  "{{slot}} %s",
  "`".repeat(50),
  "`a`#1`b`@c`d`<i>",
  "`` ` ``@x`` ` ``",
  "]( https://evil.invalid )",
  "/assign @octocat\n/approve",
];

/** Elements that paragraphs, our own lists and emphasis give; nothing of it loads, links or runs. */
const paragraphs = ["p", "br"];
const carriers: readonly (readonly [name: string, around: (inert: Inert) => Inert, elements: readonly string[]])[] = [
  ["alone", (inert) => inert, []],
  ["in a sentence", (inert) => own`It says: ${inert}. And so on.`, []],
  ["in a list", (inert) => own`- ${inert}\n- two`, ["ul", "li"]],
  ["in a numbered list", (inert) => own`1. ${inert}\n2. two`, ["ol", "li"]],
  ["in a quote", (inert) => own`> ${inert}`, ["blockquote"]],
  ["in a heading", (inert) => own`## ${inert}`, ["h2"]],
  ["in bold", (inert) => own`**Claim:** ${inert} **end**`, ["strong"]],
  ["twice without a gap", (inert) => own`${inert}${inert}`, []],
  ["joined by nothing", (inert) => joinInert([inert, own`and`, inert, inert], ""), []],
  ["joined by lines", (inert) => joinInert([own`- a`, inert, own`- b`, inert], "\n"), ["ul", "li"]],
  [
    "in a template",
    (inert) => fillTemplate(parseTemplate("## Why\n\n- {{a}}, {{a}}\n\n{{a}}"), { a: inert }),
    ["h2", "ul", "li"],
  ],
  [
    "in details",
    (inert) => own`<details><summary>Trace</summary>\n${inert}\n\n</details>\n\n${inert}`,
    ["details", "summary"],
  ],
  ["in a summary", (inert) => own`<details><summary>${inert}</summary>\n\nx\n</details>`, ["details", "summary"]],
  ["in our own code", (inert) => own`Run \`${inert}\` again`, []],
  ["in our own fence", (inert) => own`\`\`\`sh\n${inert}\n\`\`\``, ["pre"]],
  [
    "in a row of a table",
    (inert) => own`| a | b |\n|---|---|\n| ${inert} | x |`,
    ["table", "thead", "tbody", "tr", "th", "td"],
  ],
];
const renderers: readonly (readonly [name: string, (text: string) => Inert, elements: readonly string[]])[] = [
  ["fenced", (text) => fenced(redact(text)), ["pre"]],
  ["inlineCode", (text) => inlineCode(redact(text)), []],
  ["prose", (text) => prose(redact(text)), []],
  ["identifier", (text) => identifier(text, 200), ["em", "strong"]],
];

describe("what a hostile text does when it is rendered as GitHub does", () => {
  for (const [renderer, toInert, own] of renderers) {
    for (const [carrier, around, others] of carriers) {
      it(`${renderer}, ${carrier}: nothing`, () => {
        for (const text of hostile) {
          const markdown = around(toInert(text));
          expect({ markdown, actions: actions(markdown, [...paragraphs, ...own, ...others]) }).toEqual({
            markdown,
            actions: [],
          });
        }
      });
    }
  }

  const fragment = fc.oneof(
    fc.constantFrom(...hostile),
    fc.constantFrom(
      "`",
      "``",
      "```",
      "~~~",
      "\n",
      "\n\n",
      " ",
      "\t",
      "    ",
      "@a",
      "#1",
      "<b>",
      "[",
      "](",
      ")",
      "!",
      "|",
      "-",
      "=",
      "---",
      "*",
      "_",
      "\\",
      "&",
      ";",
      "$",
      "text\n",
      "\r",
      "\u2028",
      "1.",
      ">",
      "a/b",
      "x",
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  it("nothing, whatever it is made of and however it is composed", () => {
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 12 }),
        fc.constantFrom(...renderers.slice(0, 3)),
        fc.constantFrom(...carriers),
        (parts, [, toInert, own], [, around, others]) => {
          expect(actions(around(toInert(parts.join(""))), [...paragraphs, ...own, ...others])).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("the same check sees text that was not made inert", () => {
    for (const text of [
      "see #12",
      "@octocat",
      "a&#64;b",
      "<img src=x>",
      "https://evil.invalid",
      "[a](b)",
      "GH-3",
      "a\u200Bb",
      "abc1234",
      "$x$",
    ]) {
      expect(actions(text, ["p"])).not.toEqual([]);
    }
  });
});

describe("fenced", () => {
  it("shows the text as it is", () => {
    const text = "at com.example.Foo\n```\n<b> & `x`";
    expect(render(fenced(redact(text)))).toBe(
      '<pre><code class="language-text">at com.example.Foo\n```\n&lt;b&gt; &amp; `x`\n</code></pre>',
    );
  });

  it("shows any text as one block, with line ends and hidden characters made visible", () => {
    fc.assert(
      fc.property(fc.array(fragmentOfText, { maxLength: 10 }), (parts) => {
        const html = render(fenced(redact(parts.join(""))));
        expect(html.match(/<pre>/g)).toHaveLength(1);
        expect(html).toMatch(/^<pre><code class="language-text">[^<]*<\/code><\/pre>$/);
      }),
      { numRuns: 500 },
    );
  });

  it("names every kind of hidden character", () => {
    expect(fenced(redact("a\u202Eb\u200B\u{E0041}\u0007\uD800"))).toContain(
      "a⟨U+202E⟩b⟨U+200B⟩⟨U+E0041⟩⟨U+0007⟩⟨U+D800⟩",
    );
    expect(fenced(redact("a\r\nb\rc\u000bd\u000ce\u0085f\u2028g\u2029h\ti"))).toContain("a\nb\nc\nd\ne\nf\ng\nh\ti");
  });
});
const fragmentOfText = fc.oneof(
  fc.constantFrom("`", "```", "````", "\n", " ", "~~~", "<b>", "text"),
  fc.string({ unit: "binary", maxLength: 6 }),
);

describe("inlineCode", () => {
  it.each(["x", "`", "``", "a`b", "`a", "a`", " a ", "", "a``b`c", "a\nb", "|", "<b>"])(
    "shows %j as one code span",
    (text) => {
      const html = render(own`${inlineCode(redact(text))}.`);
      expect(html.match(/<code>/g)).toHaveLength(1);
      expect(html).toMatch(/^<p><code>[^<]*<\/code>\.<\/p>$/);
    },
  );
  it("keeps what is in it", () => {
    expect(render(inlineCode(redact("a ``b`` `c`")))).toBe("<p><code>a ``b`` `c`</code></p>");
  });
});

describe("prose", () => {
  it("leaves ordinary sentences as they were written", () => {
    for (const sentence of [
      "The guest checkout has no customer, so customer.email is read from null (line 42).",
      "It happens for 3 % of the orders, between 12:00 and 13:00; nobody noticed!",
      'The call to render_invoice fails: "amount" is missing, isn\'t it?',
      "`OrderService.create` reads `order.customer` without a check.",
      "주문 서비스의 `OrderService.create`에서 고객 정보가 없는 경우를 확인하지 않습니다.",
      "If x > y && z, then a -> b at 5.5 ms.",
    ]) {
      expect(prose(redact(sentence))).toBe(sentence);
    }
  });

  it("shows as code what would act, and nothing more than that", () => {
    expect(prose(redact("Ask @octocat (see src/orders/create.ts:42, #12)."))).toBe(
      "Ask `@octocat` (see `src/orders/create.ts:42`, `#12`).",
    );
    expect(prose(redact("R&D is &amp; __init__ of a::b"))).toBe("R\\&D is `&amp`; `__init__` of `a::b`");
  });

  it("reads as it was meant where it has lists, numbers, headings and blocks of code", () => {
    expect(prose(redact("## Cause\n- one\n  * two\n1. three\n```java\nint x = a[0];\n```\nend"))).toBe(
      "Cause\n• one\n• two\n1\\. three\n`int x = a[0];`\nend",
    );
    expect(liveText(prose(redact("1. three **bold**")))).toContain("1. three **bold**");
  });

  it("never opens a block", () => {
    for (const text of hostile) for (const name of elements(prose(redact(text)))) expect(["p", "br"]).toContain(name);
  });
});

describe("identifier", () => {
  it("keeps names and nothing else", () => {
    expect(identifier("com.example.Order$Line:42")).toBe("com.example.Order$Line:42");
    expect(identifier("a b<c>@d#1`e`|[f](g)")).toBe("a_b_c__d_1_e___f__g_");
    expect(identifier("x".repeat(100))).toHaveLength(80);
    expect(identifier("abc", 2)).toBe("ab");
  });

  it("makes no address, reference, formula, rule or list", () => {
    expect(identifier("https://www.evil.invalid/GH-12")).toBe("https:/www_evil.invalid/GH_12");
    expect(identifier("$x$ $$y$$")).toBe("_x___y_");
    for (const text of ["---", "===", "***", ":-:", "___"]) expect(identifier(text)).toBe("_");
    expect(identifier("1.")).toBe("1_");
    expect(identifier("deadbeef1")).toBe("deadbe_ef1");
    expect(identifier("12345678 v1-0123456789abcdef")).toBe("12345678_v1-0123456789abcdef");
  });

  it("passes the gate: a name may be a secret", () => {
    expect(identifier("kim@example.com")).toBe("_email:1_");
    expect(identifier("ghp_abcdefghijklmnopqrstuvwxyz0123456789")).toBe("_github-token:1_");
  });
});

describe("link", () => {
  const hosts = ["github.com", "grafana.internal:3000"];
  it("leads to the configured hosts only", () => {
    expect(link(own`code`, "https://github.com/a/b#L1-L2", hosts)).toBe("[code](https://github.com/a/b#L1-L2)");
    expect(link(own`trace`, "http://grafana.internal:3000/x", hosts)).toBe("[trace](http://grafana.internal:3000/x)");
    for (const url of [
      "https://evil.invalid/",
      "https://github.com.evil.invalid/",
      "https://github.com@evil.invalid/",
      "https://user:pass@github.com/",
      "https://grafana.internal/",
      "javascript:alert(1)//github.com",
      "ftp://github.com/",
      "no url",
      "",
      "https://github.com/?token=ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    ]) {
      expect(link(own`code`, url, hosts)).toBe("code");
    }
  });

  it("stays one link, whatever the address has in it", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            ")",
            "(",
            " ",
            "\n",
            "<",
            ">",
            '"',
            "'",
            "`",
            "\\",
            "|",
            "[",
            "]",
            "$",
            "&copy;",
            "*",
            "가",
            "a",
            "/",
            "?",
            "#",
          ),
        ),
        (parts) => {
          const markdown = link(own`text`, `https://github.com/${parts.join("")}`, hosts);
          expect(render(own`a ${markdown} b`)).toMatch(
            /^<p>a <a href="https:\/\/github\.com\/[^"<>\s]*">text<\/a> b<\/p>$/,
          );
        },
      ),
    );
  });

  it("becomes no image", () => {
    expect(render(own`${prose(redact("It failed!"))}${link(own`x`, "https://github.com/", hosts)}`)).toContain(
      '! <a href="https://github.com/">',
    );
  });
});

describe("templates", () => {
  it("fills every slot, and drops lines whose slots are all empty", () => {
    const template = parseTemplate("# {{title}}\n{{none}} {{none}}\n- {{none}}\n{{title}}!");
    expect(fillTemplate(template, { title: own`T`, none: own`` })).toBe("# T\n- \nT!");
  });

  it("fills nothing twice: braces in a value stay", () => {
    expect(fillTemplate(parseTemplate("{{a}}"), { a: inlineCode(redact("{{b}}")) })).toBe("`{{b}}`");
  });

  it("refuses a slot without a value, and braces that are no slot", () => {
    expect(() => fillTemplate(parseTemplate("{{a}} {{b}}"), { a: own`x` })).toThrow(TemplateError);
    expect(() => fillTemplate(parseTemplate("{{toString}}"), {})).toThrow("{{toString}}");
    expect(() => parseTemplate("Hello {{ name }}")).toThrow(TemplateError);
  });
});

describe("cutBlocks", () => {
  const more = own`(more)`;
  it("keeps everything that fits", () => {
    expect(cutBlocks([own`aaaa`, own`bbbb`], 10, more)).toBe("aaaa\n\nbbbb");
    expect(cutBlocks([], 10, more)).toBe("");
  });
  it("leaves out whole blocks, and says so within the length", () => {
    expect(cutBlocks([own`aaaa`, own`bbbb`, own`cccc`], 15, more)).toBe("aaaa\n\n(more)");
    expect(cutBlocks([own`aaaaaaaaaaaaaaaa`, own`b`], 15, more)).toBe("(more)");
  });
  it("never passes the length, and never cuts inside a block", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }),
        fc.integer({ min: 6, max: 200 }),
        (sizes, lengthMax) => {
          const blocks = sizes.map((size, index) => identifier(`${index}`.padEnd(size, "x")));
          const cut = cutBlocks(blocks, lengthMax, more);
          expect(cut.length).toBeLessThanOrEqual(lengthMax);
          for (const block of cut.split("\n\n")) if (block !== "") expect([...blocks, more]).toContain(block);
        },
      ),
    );
  });
});

describe("ten megabytes", () => {
  it.each(["`", "\u202E", "x ", "`a`", "<b> ", "```\n"])("of %j become no more than a page can show", (unit) => {
    const text = redact(unit.repeat(10_000_000 / unit.length));
    for (const block of [fenced(text), inlineCode(text), prose(text)]) {
      // Every character may become a visible number, and a run of backticks stands between two longer ones.
      expect(block.length).toBeLessThan(10 * 65_536);
      expect(cutBlocks([block, own`x`], 65_536, own`(more)`).length).toBeLessThanOrEqual(65_536);
    }
    expect(identifier(text).length).toBeLessThanOrEqual(80);
  });
});
