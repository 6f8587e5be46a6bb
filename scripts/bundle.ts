/** Bundles the command into dist/, a package that installs and runs with nothing beside it. */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");
const target = join(root, "dist");

rmSync(target, { recursive: true, force: true });
const licences = await bundle();
writeFileSync(join(target, "THIRD-PARTY.md"), licences);
for (const file of ["README.md", "LICENSE"]) cpSync(join(root, file), join(target, file));
cpSync(join(root, "docs/reference/plimsoll.1"), join(target, "plimsoll.1"));
mkdirSync(join(target, "samples"));
mkdirSync(join(target, "bpf"));
const object = "sense.x64.bin.gz";
cpSync(join(root, "packages/agent/bpf", object), join(target, "bpf", object));
const sample = "samples/cluster.plimsoll.zst";
cpSync(join(root, sample), join(target, sample));
chmodSync(join(target, sample), 0o644);
writeFileSync(join(target, "package.json"), `${JSON.stringify(manifest(), undefined, 2)}\n`);

/** The command and, beside it, a chunk for whatever it loads only when asked; returns what was taken in, and its terms. */
async function bundle(): Promise<string> {
  const build = await rolldown({
    input: {
      main: join(root, "packages/cli/src/main.ts"),
      "overview-thread": join(root, "packages/server/src/overview/thread.ts"),
      "store-thread": join(root, "packages/server/src/store/sqlite/thread.ts"),
    },
    platform: "node",
    tsconfig: false,
    external: ["koffi"], // native: only what observes asks for it
    onLog: (level, log) => {
      if (level === "warn") throw new Error(log.message);
    },
  });
  const { output } = await build.write({
    dir: join(target, "bin"),
    format: "es",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    keepNames: false,
  });
  await build.close();
  chmodSync(join(target, "bin/main.js"), 0o755);
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  return licencesOf(modules);
}

/** The licence of every package that is bundled: those who pass copies on must pass it on too. */
function licencesOf(modules: readonly string[]): string {
  const found = new Set<string>();
  for (const id of modules) {
    const at = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, ""));
    if (at !== null) found.add(at[0]);
  }
  const sections = [...found].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `## ${name} ${version} (${license})\n\n${licenceIn(folder)}`;
  });
  return `# What is bundled, and its terms\n\n${sections.join("\n\n")}\n`;
}

function licenceIn(folder: string): string {
  for (const name of ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license", "LICENSE-MIT"]) {
    try {
      return readFileSync(join(folder, name), "utf8").trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return "The package brings no text of its licence; its name stands above.";
}

function manifest(): object {
  const { koffi } = JSON.parse(readFileSync(join(root, "packages/agent/package.json"), "utf8")).dependencies;
  const { version, license } = JSON.parse(readFileSync(join(root, "packages/cli/package.json"), "utf8"));
  return {
    name: "plimsoll",
    version,
    description: "Kubernetes security posture that says what to change first, and what it could not see",
    keywords: ["kubernetes", "security", "posture", "rbac", "kubectl-plugin"],
    license,
    type: "module",
    bin: { plimsoll: "bin/main.js", "kubectl-plimsoll": "bin/main.js" },
    man: "./plimsoll.1",
    engines: { node: ">=24.15" },
    files: ["bin", "bpf", "samples", "plimsoll.1", "THIRD-PARTY.md"],
    optionalDependencies: { koffi },
  };
}
