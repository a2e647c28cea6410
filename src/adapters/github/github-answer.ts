import { z } from "zod";
import { HttpError, type HttpFailure } from "../http.ts";

/** What came back, whatever the status. Header names are in lower case. */
export interface GitHubAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** No whole answer came: the request may have been carried out. `because` is a clause without addresses or secrets. */
export interface NoAnswer {
  readonly kind: "no-answer";
  readonly because: string;
}

const answered = z.object({
  status: z.number(),
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
    data: z.unknown(),
  }),
});

/** Asks once. The client throws for statuses of 400 and above, and for lost connections: both become values. */
export async function ask(
  call: () => Promise<{ status: number; headers: GitHubAnswer["headers"]; data: unknown }>,
): Promise<GitHubAnswer | NoAnswer> {
  try {
    const { status, headers, data } = await call();
    return { kind: "answer", status, headers, data };
  } catch (error) {
    const parsed = answered.safeParse(error);
    if (parsed.success) return { kind: "answer", ...parsed.data.response };
    return { kind: "no-answer", because: clauseOf(error) };
  }
}

export function headerOf(answer: GitHubAnswer, name: string): string | null {
  const value = answer.headers[name];
  return value === undefined ? null : String(value);
}

/** GitHub's clock as its `Date` header tells it; null where there is none. */
export function serverTimeMs(answer: GitHubAnswer): number | null {
  const timeMs = Date.parse(headerOf(answer, "date") ?? "");
  return Number.isNaN(timeMs) ? null : timeMs;
}

const refusal = z.object({
  message: z.string(),
  errors: z
    .array(
      z.union([
        z.string(),
        z.object({ field: z.string().optional(), code: z.string().optional(), message: z.string().optional() }),
      ]),
    )
    .optional(),
});

const wordsLengthMax = 300;

/** GitHub's own words of a refusal, on one line; unredacted. */
export function wordsOf({ data }: GitHubAnswer): string {
  const parsed = refusal.safeParse(data);
  if (!parsed.success) return "an answer that is not GitHub's";
  const details = (parsed.data.errors ?? []).map((error) =>
    typeof error === "string" ? error : [error.field, error.message ?? error.code].filter(Boolean).join(" "),
  );
  return [parsed.data.message, ...details]
    .join("; ")
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ")
    .slice(0, wordsLengthMax);
}

const clauses: Readonly<Partial<Record<HttpFailure, string>>> = {
  timeout: "no whole answer came in time",
  "too-large": "the answer was too large to be read",
};

function clauseOf(error: unknown): string {
  const names: string[] = [];
  for (let each: unknown = error; each instanceof Error && names.length < 4; each = each.cause) {
    if (each instanceof HttpError) return clauses[each.failure] ?? "no usable answer came";
    names.push("code" in each && typeof each.code === "string" ? each.code : each.name);
  }
  if (names.includes("AbortError")) return "it was broken off here";
  const code = names.find((name) => /^[A-Z][A-Z0-9_]{3,}$/.test(name));
  return `the connection failed or broke off${code === undefined ? "" : ` (${code})`}`;
}
