import { createHash, verify } from "node:crypto";

type Level = "none" | "read" | "write";

/** What a fine-grained token and an App are given one by one; a classic token has all of it, or nothing. */
export interface Levels {
  readonly issues: Level;
  readonly contents?: Level;
  readonly pull_requests?: Level;
  /** More than is ever needed. */
  readonly workflows?: "write";
  readonly administration?: "read" | "write";
}

/** One token, and what it may do. `repositories` null: all of them. */
export type TokenSetup =
  | {
      readonly kind: "classic";
      readonly token: string;
      readonly login: string;
      readonly scopes: readonly string[];
    }
  | (Levels & {
      readonly kind: "fine-grained";
      readonly token: string;
      readonly login: string;
      readonly repositories: readonly string[] | null;
    });

export interface AppSetup extends Levels {
  readonly appId: string;
  readonly slug: string;
  readonly installationId: number;
  /** PEM: JSON web tokens are really verified. */
  readonly publicKey: string;
  readonly repositories: readonly string[] | null;
}

/** Who is asking. */
export type Actor =
  | {
      readonly kind: "classic" | "fine-grained" | "installation";
      readonly login: string;
      readonly isBot: boolean;
      readonly scopes: readonly string[];
      readonly canSee: (repository: { readonly name: string; readonly isPrivate?: boolean }) => boolean;
      readonly levelOf: (
        permission: "issues" | "contents" | "pull_requests",
        repository: { readonly name: string; readonly isPrivate?: boolean },
      ) => Level;
    }
  | { readonly kind: "app"; readonly app: AppSetup };

/** Tokens of users and of one App; installation tokens are given out and known again. */
export interface Access {
  /** Null: bad credentials. */
  actor(authorization: string | undefined): Actor | null;
  installationToken(): string | null;
  readonly app: AppSetup | null;
  revoke(token: string): void;
}

export function newAccess(tokens: readonly TokenSetup[], app: AppSetup | null): Access {
  const known = new Map<string, Actor>(tokens.map((setup) => [setup.token, actorOf(setup)]));
  let given = 0;
  return {
    app,
    actor(authorization) {
      const token = /^(?:token|bearer) (\S+)$/i.exec(authorization ?? "")?.[1];
      if (token === undefined) return null;
      return known.get(token) ?? (app !== null && isSignedBy(app, token) ? { kind: "app", app } : null);
    },
    installationToken() {
      if (app === null) return null;
      given += 1;
      const token = `ghs_${createHash("sha256").update(`${app.slug} ${given}`).digest("hex").slice(0, 36)}`;
      known.set(token, {
        kind: "installation",
        login: `${app.slug}[bot]`,
        isBot: true,
        scopes: [],
        canSee: ({ name }) => isListed(app.repositories, name),
        levelOf: (permission) => app[permission] ?? "none",
      });
      return token;
    },
    revoke: (token) => void known.delete(token),
  };
}

function actorOf(setup: TokenSetup): Actor {
  if (setup.kind === "fine-grained") {
    const isListedHere = (name: string): boolean => isListed(setup.repositories, name);
    return {
      kind: "fine-grained",
      login: setup.login,
      isBot: false,
      scopes: [],
      canSee: ({ name, isPrivate }) => isPrivate !== true || isListedHere(name),
      // What is public can be read with any token.
      levelOf: (permission, { name, isPrivate }) => {
        const given = setup[permission] ?? "none";
        return isListedHere(name) && given !== "none" ? given : isPrivate === true ? "none" : "read";
      },
    };
  }
  const covers = (isPrivate: boolean | undefined): boolean =>
    setup.scopes.includes("repo") || (isPrivate !== true && setup.scopes.includes("public_repo"));
  return {
    kind: "classic",
    login: setup.login,
    isBot: false,
    scopes: setup.scopes,
    canSee: ({ isPrivate }) => isPrivate !== true || setup.scopes.includes("repo"),
    levelOf: (_permission, { isPrivate }) => (covers(isPrivate) ? "write" : "read"),
  };
}

function isListed(repositories: readonly string[] | null, name: string): boolean {
  return repositories === null || repositories.some((listed) => listed.toLowerCase() === name.toLowerCase());
}

/** Its time is not judged: it is made with the machine's clock, and the world here has its own. */
function isSignedBy(app: AppSetup, token: string): boolean {
  const [header, payload, signature] = token.split(".");
  if (header === undefined || payload === undefined || signature === undefined) return false;
  if (!verify("sha256", Buffer.from(`${header}.${payload}`), app.publicKey, Buffer.from(signature, "base64url"))) {
    return false;
  }
  const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  if (typeof claims !== "object" || claims === null) return false;
  const { iss, iat, exp } = claims as Readonly<Record<string, unknown>>;
  return String(iss) === app.appId && typeof iat === "number" && typeof exp === "number" && exp - iat <= 660;
}
