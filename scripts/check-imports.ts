/**
 * The import rules of `.dependency-cruiser.json`. A cruise that saw no module would pass every rule,
 * so the number of modules is asserted too.
 */
import { spawnSync } from "node:child_process";

const cruise = spawnSync("depcruise", ["src", "--config", ".dependency-cruiser.json", "--output-type", "json"], {
  encoding: "utf8",
  maxBuffer: 256 * 1024 * 1024,
});
if (cruise.error) throw cruise.error;
const { summary } = JSON.parse(cruise.stdout) as {
  summary: { totalCruised: number; violations: { rule: { name: string }; from: string; to: string }[] };
};
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} → ${to}`);
if (summary.totalCruised < 20) {
  console.error(`Only ${summary.totalCruised} modules were read: the import check did not see the code.`);
  process.exit(1);
}
console.log(`imports: ${summary.totalCruised} modules, ${summary.violations.length} violations`);
process.exit(summary.violations.length === 0 ? 0 : 1);
