import type { AppSetup } from "./access.ts";
import type { RepositorySetup, StoredComment, StoredIssue } from "./world.ts";

/** Addresses that answers contain: of the API, and of the pages for people. */
export interface Addresses {
  readonly api: string;
  readonly web: string;
}

type Body = Readonly<Record<string, unknown>>;

/** GitHub writes instants in whole seconds. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function userBody(login: string, { api, web }: Addresses): Body {
  const url = `${api}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: [...login].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7),
    node_id: `U_${Buffer.from(login).toString("base64url")}`,
    avatar_url: `${web}/avatars/${encodeURIComponent(login)}`,
    gravatar_id: "",
    url,
    html_url: `${web}/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: login.endsWith("[bot]") ? "Bot" : "User",
    site_admin: false,
  };
}

/** Of `GET /user`. */
export function ownUserBody(login: string, addresses: Addresses): Body {
  return {
    ...userBody(login, addresses),
    user_view_type: "public",
    name: null,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: instant(0),
    updated_at: instant(0),
  };
}

export function appBody(app: AppSetup, addresses: Addresses): Body {
  return {
    id: Number(app.appId),
    slug: app.slug,
    node_id: `A_${app.appId}`,
    owner: userBody("app-owner", addresses),
    name: app.slug,
    description: null,
    external_url: `${addresses.web}/apps/${app.slug}`,
    html_url: `${addresses.web}/apps/${app.slug}`,
    created_at: instant(0),
    updated_at: instant(0),
    permissions: permissionsOf(app),
    events: [],
  };
}

export function permissionsOf(app: AppSetup): Readonly<Record<string, string>> {
  const { issues, contents, pull_requests, workflows, administration } = app;
  const given = { issues, contents, pull_requests, workflows, administration };
  return {
    metadata: "read",
    ...Object.fromEntries(Object.entries(given).filter(([, level]) => level === "read" || level === "write")),
  };
}

export function issueBody(issue: StoredIssue, addresses: Addresses): Body {
  const url = `${addresses.api}/repos/${issue.repository}/issues/${issue.number}`;
  const html = `${addresses.web}/${issue.repository}/${issue.isPullRequest ? "pull" : "issues"}/${issue.number}`;
  return {
    id: issue.id,
    node_id: `I_${issue.id}`,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    user: userBody(issue.author, addresses),
    labels: issue.labels.map((name, index) => ({
      id: issue.id * 100 + index,
      node_id: `L_${issue.id}_${index}`,
      url: `${addresses.api}/repos/${issue.repository}/labels/${encodeURIComponent(name)}`,
      name,
      color: "ededed",
      default: false,
      description: null,
    })),
    assignee: null,
    assignees: [],
    milestone: null,
    comments: issue.comments.length,
    created_at: instant(issue.createdAtMs),
    updated_at: instant(issue.updatedAtMs),
    closed_at: issue.state === "closed" ? instant(issue.updatedAtMs) : null,
    author_association: "COLLABORATOR",
    url,
    html_url: html,
    repository_url: `${addresses.api}/repos/${issue.repository}`,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    ...(issue.isPullRequest
      ? { pull_request: { url, html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch`, merged_at: null } }
      : {}),
  };
}

export function commentBody(issue: StoredIssue, comment: StoredComment, addresses: Addresses): Body {
  const issueUrl = `${addresses.api}/repos/${issue.repository}/issues/${issue.number}`;
  return {
    id: comment.id,
    node_id: `IC_${comment.id}`,
    url: `${addresses.api}/repos/${issue.repository}/issues/comments/${comment.id}`,
    html_url: `${addresses.web}/${issue.repository}/issues/${issue.number}#issuecomment-${comment.id}`,
    issue_url: issueUrl,
    body: comment.body,
    user: userBody(comment.author, addresses),
    author_association: "COLLABORATOR",
    created_at: instant(comment.createdAtMs),
    updated_at: instant(comment.updatedAtMs),
  };
}

const repositoryLinks = [
  "archive assignees blobs branches collaborators comments commits compare contents contributors deployments downloads events forks",
  "git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages merges milestones notifications pulls",
  "releases stargazers statuses subscribers subscription tags teams trees",
].flatMap((line) => line.split(" "));

export function repositoryBody(
  repository: RepositorySetup & { readonly id: number },
  openIssues: number,
  mayPush: boolean,
  addresses: Addresses,
): Body {
  const [owner = "", name = ""] = repository.name.split("/");
  const api = `${addresses.api}/repos/${repository.name}`;
  const html = `${addresses.web}/${repository.name}`;
  return {
    ...Object.fromEntries(repositoryLinks.map((link) => [`${link}_url`, `${api}/${link}`])),
    id: repository.id,
    node_id: `R_${repository.id}`,
    name,
    full_name: repository.name,
    owner: userBody(owner, addresses),
    private: repository.isPrivate ?? false,
    html_url: html,
    url: api,
    clone_url: `${html}.git`,
    git_url: `${html}.git`,
    ssh_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    description: null,
    language: null,
    license: null,
    fork: repository.forkOf !== undefined,
    archived: repository.isArchived ?? false,
    disabled: false,
    has_issues: repository.hasIssues ?? true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    has_downloads: true,
    default_branch: repository.defaultBranch ?? "main",
    forks: 0,
    forks_count: 0,
    network_count: 0,
    open_issues: openIssues,
    open_issues_count: openIssues,
    size: 1,
    stargazers_count: 0,
    subscribers_count: 0,
    watchers: 0,
    watchers_count: 0,
    created_at: instant(0),
    updated_at: instant(0),
    pushed_at: instant(0),
    permissions: { admin: false, maintain: false, push: mayPush, triage: mayPush, pull: true },
  };
}
