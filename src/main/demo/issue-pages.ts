import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import type { StoredIssue, World } from "../../demo/github/world.ts";
import type { IssuePair } from "./issues-without-model.ts";
import { type PullPage, pullPageOf } from "./pull-pages.ts";

const style = `body{font:16px/1.5 system-ui,sans-serif;color:#1f2328;max-width:860px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;border-bottom:1px solid #d1d9e0;padding-bottom:.5rem}h2{font-size:1.15rem;margin-top:1.6rem}
pre{background:#f6f8fa;padding:.8rem;border-radius:6px;overflow-x:auto;font-size:.82rem;line-height:1.45}
code{font-family:ui-monospace,monospace}:not(pre)>code{background:#eff1f3;padding:.1em .35em;border-radius:4px;font-size:.88em}
p.meta{color:#59636e}p.meta span{border:1px solid #d1d9e0;border-radius:1em;padding:.1em .7em;font-size:.85em}hr{border:0;border-top:1px solid #d1d9e0}`;

/**
 * The demo's issues and pull requests as files: the Markdown that was filed, and the page that GitHub would make of it.
 * @returns the pages of pull requests
 */
export async function writeIssuePages(world: World, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const pulls: string[] = [];
  for (const issue of world.issues()) {
    const pull = pullPageOf(world, issue.repository, issue.number);
    const name = `${issue.repository.replace("/", "-")}${pull === null ? "" : "-pull"}-${issue.number}`;
    const comments = issue.comments.map(({ author, body }) => `\n---\n${author}:\n\n${body}\n`);
    await writeFile(join(folder, `${name}.md`), `# ${issue.title}\n\n${issue.body}\n${comments.join("")}`);
    const file = join(folder, `${name}.html`);
    await writeFile(file, page(issue, pull));
    if (pull !== null) pulls.push(file);
  }
  return pulls;
}

/** One page of all pairs: what was filed on the left, what would have been filed without a model on the right. */
export async function writeComparedPage(pairs: readonly IssuePair[], language: string, file: string): Promise<void> {
  const sides = pairs.map(
    ({ filed, without }) =>
      `<section><article><h1>${escaped(filed.title)} <small>#${filed.number}, as filed</small></h1>${rendered(filed.body)}</article>
<article><h1>${escaped(without.title)} <small>without a model</small></h1>${rendered(without.body)}</article></section>`,
  );
  await writeFile(
    file,
    `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>With and without a model</title>
<style>${style}
body{max-width:none}section{display:grid;grid-template-columns:1fr 1fr;gap:2rem;border-bottom:3px solid #d1d9e0;padding-bottom:2rem}article{min-width:0}h1{font-size:1.3rem}
</style></head><body>
${sides.join("\n")}
</body></html>
`,
  );
}

function rendered(markdown: string): string {
  return micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

function page(issue: StoredIssue, pull: PullPage | null): string {
  const body = rendered(issue.body);
  const comments = issue.comments
    .map(({ author, body: said }) => `<hr><p class="meta">${escaped(author)}</p>${rendered(said)}`)
    .join("\n");
  const branch =
    pull === null ? "" : `<p class="meta"><span>${pull.state}</span> ${escaped(pull.from)} → ${escaped(pull.into)}</p>`;
  const diff = pull === null ? "" : `<hr><h2>Files changed</h2><pre><code>${escaped(pull.diff)}</code></pre>`;
  const labels = issue.labels.map((label) => `<span>${escaped(label)}</span>`).join(" ");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(issue.title)}</title>
<style>
${style}
</style></head><body>
<h1>${escaped(issue.title)} <small>#${issue.number}</small></h1>
<p class="meta">${escaped(issue.repository)} · opened by ${escaped(issue.author)} · ${labels}</p>
${branch}
${body}
${comments}
${diff}
</body></html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
