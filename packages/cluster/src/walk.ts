/** Finds what there is to read in a folder: manifests, charts and kustomizations, in sorted order, links followed with care. */
import { readdirSync, realpathSync, statSync, type Dirent } from "node:fs";
import { join, sep } from "node:path";
import { whyOf } from "./failure.ts";

export type Found =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "chart"; readonly path: string }
  | { readonly kind: "kustomization"; readonly path: string }
  | { readonly kind: "unreadable"; readonly path: string; readonly why: string; readonly blocking: boolean };

const ignoredFolders: ReadonlySet<string> = new Set([
  ".git",
  ".hg",
  ".svn",
  ".terraform",
  ".venv",
  "node_modules",
  "__pycache__",
]);
const manifest = /\.(?:ya?ml|json)$/i;
export const kustomizationNames: readonly string[] = [
  "kustomization.yaml",
  "kustomization.yml",
  "Kustomization",
];
export const chartName = "Chart.yaml";

interface Walk {
  /** Everything read must lie below it once links are resolved. */
  readonly root: string;
  /** Real paths of the folders that are done: a link may lead to one of them again. */
  readonly seen: Set<string>;
}

/** What is in a folder and below it. A chart's folder is not looked into: all below it is the chart's. */
export function* walk(folder: string): Generator<Found> {
  let root: string;
  try {
    root = realpathSync(folder);
  } catch (error) {
    yield unreadable(folder, error);
    return;
  }
  yield* walkFolder({ root, seen: new Set() }, folder, root);
}

function* walkFolder(walk: Walk, folder: string, real: string): Generator<Found> {
  if (walk.seen.has(real)) return;
  walk.seen.add(real);
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    yield unreadable(folder, error);
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  if (entries.some(({ name }) => name === chartName)) {
    yield { kind: "chart", path: folder };
    return;
  }
  if (entries.some(({ name }) => kustomizationNames.includes(name)))
    yield { kind: "kustomization", path: folder };
  for (const entry of entries) yield* walkEntry(walk, folder, real, entry);
}

function* walkEntry(walk: Walk, folder: string, real: string, entry: Dirent): Generator<Found> {
  const path = join(folder, entry.name);
  if (entry.isSymbolicLink()) yield* walkLink(walk, path, entry.name);
  else if (entry.isDirectory()) {
    if (!ignoredFolders.has(entry.name)) yield* walkFolder(walk, path, join(real, entry.name));
  } else if (manifest.test(entry.name)) {
    if (entry.isFile()) yield { kind: "file", path };
    else yield { kind: "unreadable", path, why: "no regular file", blocking: false };
  }
}

function* walkLink(walk: Walk, path: string, name: string): Generator<Found> {
  try {
    const real = realpathSync(path);
    const stats = statSync(real);
    if (stats.isDirectory() ? ignoredFolders.has(name) : !manifest.test(name)) return;
    if (real !== walk.root && !real.startsWith(walk.root + sep)) {
      const why = "a link that leads out of the folder was not followed";
      yield { kind: "unreadable", path, why, blocking: false };
    } else if (stats.isDirectory()) yield* walkFolder(walk, path, real);
    else if (stats.isFile() && !walk.seen.has(real)) {
      walk.seen.add(real);
      yield { kind: "file", path };
    }
  } catch (error) {
    if (manifest.test(name)) yield unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Found {
  return { kind: "unreadable", path, why: whyOf(error), blocking: true };
}
