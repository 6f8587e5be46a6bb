/** The files of a chart's folder. Links are followed inside the folder only. */
import { readdirSync, readFileSync, realpathSync, statSync, type Dirent } from "node:fs";
import { join, sep } from "node:path";
import { whyOf } from "../../failure.ts";
import { failure } from "../template/fault.ts";
import { longestChart, longestFile, mostFiles, type Entry } from "./archive.ts";
import { readIgnore, type Ignore } from "./ignore.ts";

export interface Folder {
  readonly entries: readonly Entry[];
  /** Links that lead out of the folder, which were not followed. */
  readonly strays: readonly string[];
}

interface Walk {
  readonly root: string;
  readonly ignore: Ignore;
  readonly entries: Entry[];
  readonly strays: string[];
  total: number;
}

const deepest = 50;

/** Throws `RenderError` for what cannot be read: helm fails as well. */
export function readFolder(folder: string): Folder {
  const root = realpathSync(folder);
  const walk: Walk = { root, ignore: readIgnore(ignoreText(root)), entries: [], strays: [], total: 0 };
  visit(walk, root, "", 0);
  return walk;
}

function ignoreText(root: string): string {
  try {
    return readFileSync(join(root, ".helmignore"), "utf8");
  } catch {
    return ""; // there is none
  }
}

function visit(walk: Walk, folder: string, prefix: string, depth: number): void {
  if (depth > deepest) throw failure("folders nested more than 50 deep");
  let found: Dirent[];
  try {
    found = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw failure(`${prefix}: ${whyOf(error)}`);
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of found) {
    const name = prefix + entry.name;
    const path = entry.isSymbolicLink()
      ? followed(walk, join(folder, entry.name), name)
      : join(folder, entry.name);
    if (path === undefined) continue;
    const stats = statSync(path);
    if (walk.ignore(name, stats.isDirectory())) continue;
    if (stats.isDirectory()) visit(walk, path, `${name}/`, depth + 1);
    else if (!stats.isFile()) throw failure(`cannot load irregular file ${name}`);
    else take(walk, path, name, stats.size);
  }
}

function followed(walk: Walk, path: string, name: string): string | undefined {
  try {
    const real = realpathSync(path);
    if (real === walk.root || real.startsWith(walk.root + sep)) return real;
  } catch (error) {
    throw failure(`${name}: ${whyOf(error)}`);
  }
  walk.strays.push(name);
  return undefined;
}

function take(walk: Walk, path: string, name: string, size: number): void {
  walk.total += size;
  if (size > longestFile) throw failure(`chart file ${JSON.stringify(name)} is larger than 5 MiB`);
  if (walk.total > longestChart) throw failure("the chart is larger than 100 MiB");
  if (walk.entries.length >= mostFiles) throw failure("a chart of more than 20,000 files");
  try {
    walk.entries.push({ name, bytes: readFileSync(path) });
  } catch (error) {
    throw failure(`${name}: ${whyOf(error)}`);
  }
}
