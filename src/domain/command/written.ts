/** Where commands are said. */
export type Surface = "chat" | "terminal";

/** How a command is written there, for sentences that name one. */
export function written(name: string, surface: Surface): string {
  return surface === "chat" ? `/${name}` : `error-autopilot ${name}`;
}
