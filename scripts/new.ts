/** Scaffolds a unit: `npm run new control FOLDER/ID` writes the file and its line in the list. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [kind, path] = process.argv.slice(2);
const folders = [
  "workload",
  "identity",
  "network",
  "supply-chain",
  "secrets",
  "namespace",
  "admission",
  "control-plane",
  "node",
];
const [folder, id] = path?.split("/") ?? [];
if (
  kind !== "control" ||
  id === undefined ||
  folder === undefined ||
  !folders.includes(folder) ||
  !/^[a-z][a-z0-9-]*$/.test(id)
) {
  console.error(
    `usage: npm run new control FOLDER/ID   (FOLDER: ${folders.join(", ")}; ID: lower case with dashes)`,
  );
  process.exit(2);
}

const controls = join(import.meta.dirname, "../packages/library/src/controls");
const file = join(controls, folder, `${id}.ts`);
if (existsSync(file)) {
  console.error(`${file} is there already`);
  process.exit(2);
}
const name = id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

writeFileSync(
  file,
  `import { defineControl } from "@plimsoll/core";

export const ${name} = defineControl({
  id: "${id}",
  title: "",
  severity: "medium",
  why: "",
  remediation: "",
  equivalents: [],
  target: "container",
  path: "",
  validate: "",
  message: "",
  noFix: "",
  examples: { pass: [], fail: [] },
});
`,
);
const list = join(controls, folder, "index.ts");
const text = readFileSync(list, "utf8");
const importLine = `import { ${name} } from "./${id}.ts";\n`;
const lastImport = text.lastIndexOf("\nimport ") + 1;
const afterImports = text.indexOf("\n", lastImport) + 1;
const closing = text.indexOf("] as const");
writeFileSync(
  list,
  `${text.slice(0, afterImports)}${importLine}${text.slice(afterImports, closing)}  ${name},\n${text.slice(closing)}`,
);
console.log(`wrote ${file}; fill it in, then \`npm run check\``);
