import type { World } from "./world.ts";

/** The page that people see at an issue's address, as plain Markdown; null when the address is of something else. */
export function issuePage(target: string, world: World): string | null {
  const found = /^\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/(\d+)$/.exec(target);
  const issue = found === null ? null : world.issue(found[1] ?? "", Number(found[2]));
  if (issue === null) return null;
  const labels = issue.labels.length === 0 ? "" : ` · ${issue.labels.join(", ")}`;
  const head = `# ${issue.title} #${issue.number}\n\n${issue.state} · ${issue.author}${labels}`;
  const comments = issue.comments.map(({ author, body }) => `---\n${author}:\n\n${body}`);
  return `${[head, issue.body, ...comments].join("\n\n")}\n`;
}
