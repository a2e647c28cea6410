/**
 * Built JavaScript for the published package, because Node does not strip types below node_modules: `dist/` mirrors `src/`,
 * with the files that are read at run time beside the code that reads them.
 */
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
const compiled = spawnSync("tsc", ["--project", "tsconfig.build.json"], { stdio: "inherit" });
if (compiled.status !== 0) process.exit(1);
for (const path of ["demo/company", "demo/github/openapi.json"])
  cpSync(`src/${path}`, `dist/${path}`, { recursive: true });
