export interface Stage {
  readonly from: string;
  /** What follows each such instruction, continued lines joined. */
  valuesOf(instruction: string): readonly string[];
}

/** The stages of a Dockerfile, as far as tests look at them: one instruction a line, `\` at the end of a line goes on. */
export function parseDockerfile(text: string): { readonly stages: readonly Stage[]; readonly last: Stage } {
  const instructions = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .replaceAll(/\\\n/g, "")
    .split("\n")
    .flatMap((line) => {
      const [, name, value] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [{ name, value }];
    });
  const starts = instructions.flatMap(({ name }, index) => (name === "FROM" ? [index] : []));
  const stages = starts.map((start, index): Stage => {
    const own = instructions.slice(start, starts[index + 1]);
    return {
      from: own[0]?.value.split(/\s+/)[0] ?? "",
      valuesOf: (instruction) => own.filter(({ name }) => name === instruction).map(({ value }) => value),
    };
  });
  const last = stages.at(-1);
  if (last === undefined) throw new Error("The Dockerfile has no FROM.");
  return { stages, last };
}
