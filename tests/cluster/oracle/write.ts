/** Writes what the services are made of, each into a folder that becomes a layer of its image. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { write } from "../../agent/oracle/services.ts";
import { home, services } from "./services.ts";

const [folder] = process.argv.slice(2);
const root = join(import.meta.dirname, "../../..");
/** Of the service in Node: those that it imports, and what they import. */
const modules = [
  "js-yaml",
  "argparse",
  "ajv",
  "fast-deep-equal",
  "fast-uri",
  "json-schema-traverse",
  "require-from-string",
];

for (const { id } of services) {
  const place = join(folder!, id, home);
  write(place, id, { home, listens: "0.0.0.0", modules: "its own" });
  if (id !== "node") continue;
  for (const name of modules)
    cpSync(join(root, "node_modules", name), join(place, "node_modules", name), {
      recursive: true,
      dereference: true,
    });
}
