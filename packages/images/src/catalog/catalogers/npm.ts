/** Packages of npm: each has a folder below a `node_modules`, and tells itself in its `package.json`. */
import { textAt } from "../../field.ts";
import { purlOf } from "../../purl.ts";
import { defineCataloger, textOf, type Finding } from "../cataloger.ts";
import type { Fields } from "../../importer.ts";

function read(path: string, finding: Finding): void {
  const text = textOf(path, finding, 8 << 20);
  if (text === undefined) return;
  const found = parsed(text);
  const [name, version] = [textAt(found, "name"), textAt(found, "version")];
  if (name === undefined || version === undefined)
    return finding.left("package.json without name and version");
  finding.package({ purl: purlOf("npm", name, version), files: [path] });
}

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

export const npm = defineCataloger({
  id: "npm",
  title: "npm packages",
  wants: (path) => /\/node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(path),
  read,
  examples: [
    {
      title: "scoped, plain, and one that says too little",
      files: {
        "/app/package.json": '{"name":"app","version":"1.0.0"}',
        "/app/node_modules/lodash/package.json": '{"name":"lodash","version":"4.17.20"}',
        "/app/node_modules/@babel/core/package.json": '{"name":"@babel/core","version":"7.0.0"}',
        "/app/node_modules/lodash/lib/package.json": '{"type":"module"}',
        "/app/node_modules/broken/package.json": "{",
      },
      gives: {
        packages: [
          {
            purl: "pkg:npm/%40babel/core@7.0.0",
            name: "@babel/core",
            version: "7.0.0",
            ecosystem: "npm",
            files: ["/app/node_modules/@babel/core/package.json"],
          },
          {
            purl: "pkg:npm/lodash@4.17.20",
            name: "lodash",
            version: "4.17.20",
            ecosystem: "npm",
            files: ["/app/node_modules/lodash/package.json"],
          },
        ],
        left: { "package.json without name and version": 1 },
      },
    },
  ],
});
