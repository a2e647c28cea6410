/** How the usual test runners name a test that failed; the first group is the name. */
const forms: readonly RegExp[] = [
  // pytest
  /^(?:FAILED|ERROR) (\S+::\S+)/,
  // unittest
  /^(?:FAIL|ERROR): (\S+ \([\w.]+\))/,
  // TAP: node --test, bats
  /^\s*not ok \d+ -? ?(.+?)(?: # .*)?$/,
  // node --test on a terminal
  /^\s*✖ (.+?)(?: \([\d.]+ ?ms\))?$/,
  // jest, vitest
  /^\s*(?:●|×|✕) (.+?)(?: \(?\d+ ?m?s\)?)?$/,
  // go test
  /^\s*--- FAIL: (\S+)/,
  // JUnit's own runner
  /^\d+\) (\w+\([\w.$]+\))$/,
  // Maven
  /^\[ERROR\]\s+([\w.$]+\.\w+)(?:[:\s]|$)/,
  // Gradle
  /^([\w.$]+(?: > .+)+) FAILED$/,
  // cargo
  /^test (\S+) \.\.\. FAILED$/,
  // PHPUnit
  /^\d+\) ([\w\\]+::\w+)/,
  // RSpec
  /^rspec (\S+:\d+)/,
];
const namesMax = 1_000;
const nameLengthMax = 300;

/** Names of failing tests in the order of the alphabet; empty where no known runner named one. */
export function failingTests(output: string): readonly string[] {
  const names = new Set<string>();
  for (const line of output.split("\n")) {
    if (line.length > 2_000) continue;
    for (const form of forms) {
      const name = form.exec(line)?.[1]?.trim();
      if (name !== undefined && name !== "" && names.size < namesMax) names.add(name.slice(0, nameLengthMax));
    }
  }
  return [...names].sort();
}
