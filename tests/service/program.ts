/** Makes a program of a test into one file that starts quickly, and the libraries that stand between one and its disk or clock. */
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";

export interface Program {
  readonly node: string;
  readonly file: string;
  /** Compiled code is kept from one start to the next. */
  readonly environment: { readonly [name: string]: string | undefined };
  readonly folder: string;
}

const root = join(import.meta.dirname, "../..");

export async function bundled(name: string): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-program-"));
  const build = await rolldown({
    input: { program: join(import.meta.dirname, name) },
    platform: "node",
    tsconfig: false,
    logLevel: "silent",
  });
  await build.write({ dir: folder, format: "es", entryFileNames: "[name].mjs" });
  await build.close();
  return {
    node: join(root, "node_modules/.bin/node"),
    file: join(folder, "program.mjs"),
    environment: { ...process.env, NODE_COMPILE_CACHE: join(folder, "cache"), NO_COLOR: "1" },
    folder,
  };
}

/** Made of a source beside this file. Needs a C compiler: without one the test fails, since what it holds was not tried. */
export function libraryOf(name: string, folder: string): string {
  const library = join(folder, `${name}.so`);
  const source = join(import.meta.dirname, name);
  execFileSync("cc", ["-O1", "-fPIC", "-shared", "-o", library, source, "-ldl", "-lpthread"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return library;
}
