import type { Role } from "./chat/chat.ts";
import type { Mode } from "./mode.ts";

/** What a person can ask for, from whatever surface. */
export type Command =
  | { readonly name: "status" | "incidents" | "run" | "pause" | "resume" | "cost" | "report" | "config" | "help" }
  | { readonly name: "show" | "why" | "retry"; readonly incident: string }
  | { readonly name: "investigate"; readonly text: string }
  | {
      readonly name: "ignore";
      readonly incident: string;
      readonly forMs: number | null;
      readonly because: string | null;
    }
  | { readonly name: "mode"; readonly mode: Mode | "clear" | null }
  | { readonly name: "logs"; readonly count: number };
export type CommandName = Command["name"];

/** The least role for each. Stopping is cheap, so everybody on the list may stop. */
export const roleFor: Readonly<Record<CommandName, Role>> = {
  status: "viewer",
  incidents: "viewer",
  show: "viewer",
  why: "viewer",
  cost: "viewer",
  report: "viewer",
  config: "viewer",
  help: "viewer",
  pause: "viewer",
  run: "user",
  investigate: "user",
  retry: "user",
  logs: "user",
  ignore: "admin",
  resume: "admin",
  mode: "admin",
};

export const commandNames = Object.keys(roleFor) as readonly CommandName[];
