import { instant } from "./answers.ts";
import { type Operation, refused, type Surroundings } from "./api.ts";
import { inRepository } from "./in-repository.ts";

/** Branches, commits, trees and contents of files. */
export const codeOperations: Readonly<Record<string, Operation>> = {
  "git/get-ref": inRepository("contents", "read", ({ path }, around, repository) => {
    const code = around.world.code(repository);
    if (code.branches().length === 0) return refused(409, "Git Repository is empty.");
    const branch = /^heads\/(.+)$/.exec(path["ref"] ?? "")?.[1] ?? "";
    const sha = code.head(branch);
    return sha === null ? refused(404, "Not Found") : { status: 200, body: refBody(repository, branch, sha, around) };
  }),

  "git/create-ref": inRepository("contents", "write", ({ body }, around, repository) => {
    const branch = /^refs\/heads\/(.+)$/.exec(String(body["ref"]))?.[1];
    if (branch === undefined || !isBranchName(branch)) return refused(422, "Reference name is not valid");
    const sha = String(body["sha"]);
    switch (around.world.code(repository).createBranch(branch, sha)) {
      case "exists":
        return refused(422, "Reference already exists");
      case "no-such-commit":
        return refused(422, "Object does not exist");
      case "created":
        return { status: 201, body: refBody(repository, branch, sha, around) };
    }
  }),

  "git/get-commit": inRepository("contents", "read", ({ path }, around, repository) => {
    const commit = around.world.code(repository).commit(path["commit_sha"] ?? "");
    if (commit === null) return refused(404, "Not Found");
    const { api, web } = around.addresses;
    const url = (kind: string, sha: string): string => `${api}/repos/${repository}/git/${kind}/${sha}`;
    const page = (sha: string): string => `${web}/${repository}/commit/${sha}`;
    const by = (name: string) => ({ name, email: `${name}@users.noreply.github.com`, date: instant(commit.atMs) });
    return {
      status: 200,
      body: {
        sha: commit.sha,
        node_id: `C_${commit.sha}`,
        url: url("commits", commit.sha),
        html_url: page(commit.sha),
        author: by(commit.author),
        committer: by("GitHub"),
        tree: { sha: commit.tree, url: url("trees", commit.tree) },
        message: commit.message,
        parents: commit.parents.map((sha) => ({ sha, url: url("commits", sha), html_url: page(sha) })),
        verification: { verified: true, reason: "valid", signature: null, payload: null, verified_at: null },
      },
    };
  }),

  "git/get-tree": inRepository("contents", "read", ({ path }, around, repository) => {
    const sha = path["tree_sha"] ?? "";
    const code = around.world.code(repository);
    const entries = code.tree(sha);
    if (entries === null) return refused(404, "Not Found");
    const url = `${around.addresses.api}/repos/${repository}/git/trees/${sha}`;
    const tree = entries.map((entry) => ({ path: entry.path, mode: entry.mode, type: entry.type, sha: entry.sha }));
    return { status: 200, body: { sha: code.commit(sha)?.tree ?? sha, url, tree, truncated: false } };
  }),

  "git/get-blob": inRepository("contents", "read", ({ path }, around, repository) => {
    const sha = path["file_sha"] ?? "";
    const content = around.world.code(repository).blob(sha);
    if (content === null) return refused(404, "Not Found");
    const url = `${around.addresses.api}/repos/${repository}/git/blobs/${sha}`;
    const lines =
      Buffer.from(content)
        .toString("base64")
        .match(/.{1,60}/g) ?? [];
    const body = { sha, url, node_id: `B_${sha}`, size: content.length, encoding: "base64" };
    return { status: 200, body: { ...body, content: lines.map((line) => `${line}\n`).join("") } };
  }),
};

function refBody(repository: string, branch: string, sha: string, { addresses }: Surroundings) {
  const api = `${addresses.api}/repos/${repository}/git`;
  return {
    ref: `refs/heads/${branch}`,
    node_id: `REF_${Buffer.from(branch).toString("base64url")}`,
    url: `${api}/refs/heads/${branch}`,
    object: { type: "commit", sha, url: `${api}/commits/${sha}` },
  };
}

/** As git takes them, roughly. */
function isBranchName(name: string): boolean {
  return /^(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)|\/\.))[^\s~^:?*[\\\p{C}]+$/u.test(name) && !/^[/.-]|[/.]$/.test(name);
}
