/** Bundles the agent alone, so that what runs privileged on a node holds our code and nothing else: agent-bundle.ts TARGET [ENTRY] */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");
const target = process.argv[2];
const entry = process.argv[3] ?? "main";
if (target === undefined) throw new Error("usage: agent-bundle.ts TARGET.js");
const { version } = JSON.parse(readFileSync(join(root, "packages/cli/package.json"), "utf8"));
const build = await rolldown({
  input: join(root, `packages/agent/src/${entry}.ts`),
  platform: "node",
  tsconfig: false,
  external: ["koffi"], // native: it lies beside
  transform: { define: { __PLIMSOLL_VERSION__: JSON.stringify(version) } },
  onLog: (level, log) => {
    if (level === "warn") throw new Error(log.message);
  },
});
const { output } = await build.write({
  file: target,
  format: "es",
  minify: { compress: true, mangle: false },
});
await build.close();
const chunks = output.flatMap((file) => (file.type === "chunk" ? [file] : []));
const foreign = chunks
  .flatMap(({ imports }) => imports)
  .filter((name) => name !== "koffi" && !name.startsWith("node:"));
if (chunks.length !== 1 || foreign.length > 0)
  throw new Error(`the agent would load more than itself: ${foreign.join(", ")}`);
