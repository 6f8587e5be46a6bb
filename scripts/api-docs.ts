/** Writes docs/reference/openapi.json from the service's routes; `--check` only says whether it is up to date. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openApi } from "../packages/server/src/api/openapi.ts";
import manifest from "../packages/cli/package.json" with { type: "json" };

const file = join(import.meta.dirname, "../docs/reference/openapi.json");
const text = `${JSON.stringify(openApi(manifest.version), undefined, 2)}\n`;

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("docs/reference/openapi.json is out of date: run `npm run docs`.");
  process.exitCode = 1;
}
