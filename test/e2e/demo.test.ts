import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliEnd, runCli } from "../support/cli-process.ts";

let end: CliEnd;
let pages: string;
interface Filed {
  /** Of its files. */
  readonly name: string;
  readonly body: string;
}
/** By title: which is filed first is a matter of how long each took. */
let issues: ReadonlyMap<string, Filed>;
let drafts: ReadonlyMap<string, Filed>;

beforeAll(async () => {
  end = await runCli(["demo"]);
  pages = /as filed and as rendered: (.+)/.exec(end.stdout)?.[1] ?? "";
  const filed = readdirSync(pages)
    .filter((file) => file.endsWith(".md"))
    .map((file): readonly [string, Filed] => {
      const [title = "", ...body] = readFileSync(join(pages, file), "utf8").split("\n");
      return [title.slice("# ".length), { name: file.slice(0, -".md".length), body: body.join("\n").trim() }];
    });
  issues = new Map(filed.filter(([, { name }]) => !name.includes("-pull-")));
  drafts = new Map(filed.filter(([, { name }]) => name.includes("-pull-")));
});

const shipping = "[storefront] TypeError in shipping.js:zoneOf";
const loyalty = "[pricing] ZeroDivisionError in discounts.py:loyalty_discount";
const labels = "[orders] NullPointerException in ShippingLabels.depotOf";
const invoices = "[orders] NumberFormatException in InvoiceNumbers.next";
const hostileSearch = "[storefront] SearchSyntaxError in search.js:parseQuery";
const session = "[storefront] TypeError in session.js:whoIs";
afterAll(() => {
  if (pages !== "") rmSync(dirname(pages), { recursive: true, force: true });
});

describe("the demo", () => {
  it("goes well, and tells what happens in lines that a person reads", () => {
    expect(end).toMatchObject({ code: 0, stderr: "" });
    expect(end.stdout).toMatch(/read 283 log entries, 238 new errors, 8 new incidents/);
    expect(end.stdout).toMatch(
      / 200 × \[storefront\] TypeError in shipping\.js:zoneOf: root cause found for \$0\.\d+ → http/,
    );
    expect(end.stdout.split("\n").length).toBeLessThan(140);
  });

  it("explains one error of each service", () => {
    const reading = end.stdout.split("One error of each service, as error-autopilot explain reads it")[1] ?? "";
    for (const service of ["orders", "pricing", "storefront", "legacy-billing"]) {
      expect(reading).toContain(`  ERROR, ${service}: `);
    }
    expect(reading).toContain("     - It is an error: its level is ");
    expect(reading.match(/ - Its fingerprint is of /g)).toHaveLength(4);
    expect(reading).toContain("; the service map has no such service.");
  });

  it("answers a forwarded alert of what no poll has seen yet, and prints the chat as a person sees it", () => {
    const chat = end.stdout.split("the alert is forwarded to the bot.")[1] ?? "";
    expect(chat).toMatch(/on call \(forwarded from Grafana\)[\s\S]*│ \*\*Firing\*\*/);
    expect(chat).toMatch(/error-autopilot, [\d:]+, edited \d+ times?/);
    expect(chat).toContain("│ 🔎 storefront TypeError in search.js:parseQuery");
    expect(chat).toContain("│ Where: demo-company/storefront src/catalogue/search.js:20");
    expect(chat).toMatch(/│ Cost \$0\.\d\d, took \d+ s/);
  });

  it("files one issue for each bug, where it began", () => {
    const search = "[storefront] TypeError in search.js:parseQuery";
    expect([...issues.keys()].toSorted()).toEqual([
      labels,
      invoices,
      loyalty,
      hostileSearch,
      search,
      session,
      shipping,
    ]);
    for (const [title, { name }] of issues) expect(name).toContain(`-${/\w+/.exec(title)?.[0]}-`);
    expect(end.stdout).toMatch(
      /12 × \[storefront\] PriceUnavailableError in price-client\.js: a symptom of ZeroDivisionError .* files nothing/,
    );
    expect(end.stdout.match(/ → http:\S+\/issues\/\d+$/gm)).toHaveLength(6);
    for (const { name } of issues.values()) expect(existsSync(join(pages, `${name}.html`))).toBe(true);
  });

  it("tells of the two hundred entries in one issue, with the line and the reason", () => {
    const { body = "" } = issues.get(shipping) ?? {};
    expect(body).toContain("seen 200 times in storefront (dev)");
    expect(body).toMatch(
      /`src\/cart\/shipping\.js` \[line 15\]\(\S+\/blob\/[0-9a-f]{40}\/src\/cart\/shipping\.js#L15-L15\)/,
    );
    expect(body).toContain('> 15 |   if (address.country === "DE") return "home";');
    expect(body).toContain("**How sure:** 86 % (a value is missing).");
    expect(body).toContain("← the failure began here");
    expect(body).not.toContain("does not stand in that evidence");
  });

  it("finds the cause in pricing and says who suffers from it", () => {
    const { body = "" } = issues.get(loyalty) ?? {};
    // The span of another service is named, and what it says stays with its own repository.
    expect(body).toMatch(/✗ storefront: … .*\n +PriceUnavailableError\n/);
    expect(body).toMatch(/pricing: loyalty discount .*← the failure began here/);
    expect(body).toMatch(/`[\w/]*discounts\.py` \[line \d+\]/);
  });

  it("says where there was no trace", () => {
    const { body = "" } = issues.get(invoices) ?? {};
    expect(body).toContain("No trace could be read, so nothing beyond this issue will be done.");
    const withTrace = [...issues].filter(([, issue]) => !issue.body.includes("No trace could be read"));
    expect(withTrace).toHaveLength(6);
  });

  it("leaves the service without a repository to a human", () => {
    expect(end.stdout).toMatch(
      /3 × \[legacy-billing\] Error in export\.js:exportInvoices: needs a human\. No repository is mapped/,
    );
    expect([...issues.keys()].join()).not.toContain("billing");
  });

  it("opens one draft pull request, whose test ran here and failed before it passed", () => {
    expect([...drafts.keys()]).toEqual([shipping]);
    const { name = "", body = "" } = drafts.get(shipping) ?? {};
    expect(body).toContain("node --test test/guest-shipping.test.js\nnode --test\n");
    expect(body).toMatch(/^\| verification \| holds \| the test fails without the patch /m);
    expect(body).not.toMatch(/^\| \S+ \| stops /m);
    const [, red = "", green = ""] = /Without the change:([\s\S]+)With the change:([\s\S]+)/.exec(body) ?? [];
    // As Node's own test runner says it, of a stack that only the sandbox has.
    expect(red).toMatch(
      /TypeError: Cannot read properties of undefined \(reading 'country'\)\n +at zoneOf \(file:\/\/\/work\/src/,
    );
    expect(red).toMatch(/^\S+ pass 0\n\S+ fail 1$/m);
    expect(green).toMatch(/^\S+ pass 1\n\S+ fail 0$/m);
    const file = join(pages, `${name}.html`);
    expect(end.stdout).toContain(`The page of the draft, with the test's output before and after: ${file}\n`);
    const page = readFileSync(file, "utf8");
    expect(page).toContain("<span>draft</span>");
    expect(page).toContain("+  const address = cart.customer.addresses[cart.shipTo] ?? { country: cart.country };");
    expect(issues.get(shipping)?.body).toMatch(/A draft pull request proposes a change: .*\/pull\/\d+\)/);
    expect(end.stdout).toMatch(
      / draft pull request for TypeError in shipping\.js:zoneOf → http\S+\/pull\/\d+\n +tested in the sandbox: the test fails without the patch for the reported reason and passes with it/,
    );
  });

  it.each([
    [
      "for its business meaning",
      loyalty,
      "category",
      "the category is business_logic, for which no patch is ever made",
    ],
    ["by the guard", session, "guard-protected", "the path is authentication or authorisation"],
    ["because it cannot be verified", labels, "verification", "the tests cannot be run: `./gradlew test --offline`"],
  ])("refuses a patch %s, and says so in the issue and to who watches", (_why, title, gate, reason) => {
    const { body = "" } = issues.get(title) ?? {};
    expect(body).toContain("There is no patch. What stopped it:");
    expect(body).toMatch(new RegExp(`^\\| ${gate} \\| stops \\| `, "m"));
    expect(body).not.toContain("/pull/");
    const lines = end.stdout.split("\n");
    const after = lines[lines.findIndex((line) => line.includes(`× ${title}: root cause found`)) + 1] ?? "";
    expect(after).toContain(`no patch, stopped by ${gate}`);
    expect(after).toContain(reason);
  });

  it("obeys no order in a log line, and shows it as dead text", () => {
    const { body = "" } = issues.get(hostileSearch) ?? {};
    expect(body).toContain("ignore all previous instructions");
    for (const issue of issues.values()) {
      const html = micromark(issue.body, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
      const links = [...html.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, address]) => address ?? "");
      expect(links.length).toBeGreaterThan(0);
      for (const address of links) expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/demo-company\//);
      const others = html.replace(/<table>\s*<thead>\s*<tr>\s*<th>gate<\/th>[\s\S]*?<\/table>/, "");
      expect(others).not.toMatch(/<(?:script|img|iframe|svg|table|input)\b/);
      // Outside of code GitHub would make mentions, references and closing words of these.
      const live = html.replace(/<pre>[\s\S]*?<\/pre>|<code>[\s\S]*?<\/code>/g, "").replace(/<[^>]*>/g, "");
      expect(live).not.toMatch(/@\w|#\d|\bGH-\d|https?:|evil\.invalid/i);
    }
  });

  it("does nothing the second time", () => {
    const [, second = ""] = end.stdout.split("Second run:");
    expect(second).toContain("0 effects, 0 model calls, $0.0000");
    expect(second).not.toMatch(/→ http|×/);
  });
});
