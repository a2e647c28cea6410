/** `${NAME}`: the value of an environment variable, or of the file that `NAME_FILE` names. */
export const referencePattern = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/;

/** How a service map names an environment variable. */
export function referenceTo(name: string): string {
  return `\${${name}}`;
}
