/** What a person may do; each may do what those before may. */
export const roles = ["viewer", "user", "admin"] as const;
export type Role = (typeof roles)[number];
