import type { ChangedFile } from "./changed-file.ts";
import { calculations, checkValues } from "./rules/changed-values.ts";
import { checkCalls } from "./rules/computed-calls.ts";
import { checkConstantBody } from "./rules/constant-body.ts";
import { dangerousCode } from "./rules/dangerous-code.ts";
import { checkSql } from "./rules/joined-sql.ts";
import { checkContext } from "./rules/misread-context.ts";
import { checkImports } from "./rules/new-imports.ts";
import { checkEffect } from "./rules/no-effect.ts";
import { outsideWorld } from "./rules/outside-world.ts";
import { checkPatterns, type PatternRule } from "./rules/pattern-rule.ts";
import { checkRemovedCode } from "./rules/removed-code.ts";
import { securityRules } from "./rules/security.ts";
import { checkExceptions, handedOver, swallowingWords } from "./rules/swallowed-exceptions.ts";
import { switchedOffChecks } from "./rules/switched-off-checks.ts";
import { checkToldSecrets } from "./rules/told-secrets.ts";
import { checkTests, testSwitches } from "./rules/weakened-tests.ts";
import type { Violation } from "./violation.ts";

const patterns: readonly PatternRule[] = [
  ...switchedOffChecks,
  ...swallowingWords,
  ...handedOver,
  ...testSwitches,
  ...securityRules,
  ...dangerousCode,
  ...outsideWorld,
  ...calculations,
];

/** What the changed lines of one file of code do. */
export function checkContent(file: ChangedFile, sources: readonly string[]): readonly Violation[] {
  if (file.language === null) return [];
  return [
    ...checkPatterns(file, patterns),
    ...checkExceptions(file),
    ...checkTests(file, sources),
    ...checkToldSecrets(file),
    ...checkSql(file),
    ...checkConstantBody(file),
    ...checkRemovedCode(file),
    ...checkValues(file),
    ...checkImports(file, sources),
    ...checkEffect(file),
    ...checkContext(file),
    ...checkCalls(file),
  ];
}
