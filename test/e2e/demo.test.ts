import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliEnd, runCli } from "../support/cli-process.ts";

let end: CliEnd;
let pages: string;
/** By `repository-number`. */
let issues: ReadonlyMap<string, { readonly title: string; readonly body: string }>;

beforeAll(async () => {
  end = await runCli(["demo"]);
  pages = /as filed and as rendered: (.+)/.exec(end.stdout)?.[1] ?? "";
  issues = new Map(
    readdirSync(pages)
      .filter((name) => name.endsWith(".md"))
      .map((name) => {
        const [title = "", ...body] = readFileSync(join(pages, name), "utf8").split("\n");
        return [name.replace(/^demo-company-|\.md$/g, ""), { title, body: body.join("\n").trim() }];
      }),
  );
});
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
    expect([...issues].map(([name, { title }]) => `${name} ${title}`).toSorted()).toEqual([
      "orders-1 # [orders] NullPointerException in ShippingLabels.depotOf",
      "orders-2 # [orders] NumberFormatException in InvoiceNumbers.next",
      "pricing-1 # [pricing] ZeroDivisionError in discounts.py:loyalty_discount",
      "storefront-1 # [storefront] TypeError in shipping.js:zoneOf",
      "storefront-2 # [storefront] SearchSyntaxError in search.js:parseQuery",
      "storefront-3 # [storefront] TypeError in session.js:whoIs",
      "storefront-4 # [storefront] TypeError in search.js:parseQuery",
    ]);
    expect(end.stdout).toMatch(
      /12 × \[storefront\] PriceUnavailableError in price-client\.js: a symptom of ZeroDivisionError .* files nothing/,
    );
    expect(end.stdout.match(/ → http:/g)).toHaveLength(6);
    for (const name of issues.keys()) expect(existsSync(join(pages, `demo-company-${name}.html`))).toBe(true);
  });

  it("tells of the two hundred entries in one issue, with the line and the reason", () => {
    const { body = "" } = issues.get("storefront-1") ?? {};
    expect(body).toContain("seen 200 times in storefront (dev)");
    expect(body).toMatch(
      /`src\/cart\/shipping\.js` \[line 15\]\(\S+\/blob\/[0-9a-f]{40}\/src\/cart\/shipping\.js#L15-L15\)/,
    );
    expect(body).toContain('> 15 |   if (address.country === "DE") return "home";');
    expect(body).toContain("Confidence 86 %, category null_dereference.");
    expect(body).toContain("← the failure began here");
    expect(body).not.toContain("does not stand in that evidence");
  });

  it("finds the cause in pricing and says who suffers from it", () => {
    const { body = "" } = issues.get("pricing-1") ?? {};
    // The span of another service is named, and what it says stays with its own repository.
    expect(body).toMatch(/✗ storefront: … .* PriceUnavailableError\n/);
    expect(body).toMatch(/pricing: loyalty discount .*← the failure began here/);
    expect(body).toMatch(/`[\w/]*discounts\.py` \[line \d+\]/);
  });

  it("says where there was no trace", () => {
    const { body = "" } = issues.get("orders-2") ?? {};
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

  it("obeys no order in a log line, and shows it as dead text", () => {
    const { body = "" } = issues.get("storefront-2") ?? {};
    expect(body).toContain("ignore all previous instructions");
    for (const issue of issues.values()) {
      const html = micromark(issue.body, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
      const links = [...html.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, address]) => address ?? "");
      expect(links.length).toBeGreaterThan(0);
      for (const address of links) expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/demo-company\//);
      expect(html).not.toMatch(/<(?:script|img|iframe|svg|table|input)\b/);
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
