import type { Config } from "../../src/config/config.ts";
import type { ConfigSource } from "../../src/config/config-source.ts";
import { parseConfig } from "../../src/config/parse-config.ts";
import { SmallFileError } from "../../src/config/small-file.ts";

/** The least that is a configuration. */
export const small = `
environments:
  dev:
    loki:
      url: http://localhost:3100
`;

/** Parses on an imaginary machine without any file and any variable. */
export function parse(yamlText: string, over: Partial<ConfigSource> = {}): Config {
  return parseConfig({
    yamlText,
    path: "service-map.yaml",
    env: {},
    readSecretFile: (path) => {
      throw new SmallFileError(`no such file: ${path}`);
    },
    homeDirectory: "/home/operator",
    workingDirectory: "/srv/autopilot",
    ...over,
  });
}
