/** What a folder holds, told apart: charts and kustomizations to render, and the files that belong to neither. */
import { statSync } from "node:fs";
import { readKustomization, type Kustomization } from "./kustomize.ts";
import { walk, type Found } from "./walk.ts";

export type Part =
  | Exclude<Found, { readonly kind: "kustomization" }>
  | { readonly kind: "kustomization"; readonly path: string; readonly remote: readonly string[] };

/**
 * The parts of a folder, in sorted order. A kustomization that another one builds upon is not built for itself, and a
 * file that some kustomization names is not a part of its own. The folder is walked twice, so that it may be of any size.
 */
export function* partsOf(folder: string): Generator<Part> {
  const kustomizations = new Map<string, Kustomization>();
  for (const found of walk(folder)) {
    if (found.kind === "kustomization") kustomizations.set(found.path, readKustomization(found.path));
  }
  const owned = new Set([...kustomizations.values()].flatMap(({ owns }) => owns.map(pathOf)));
  for (const found of walk(folder)) {
    if (found.kind !== "kustomization") {
      if (!owned.has(found.path)) yield found;
      continue;
    }
    const { component, remote } = kustomizations.get(found.path) ?? { component: false, remote: [] };
    if (!component && !owned.has(found.path))
      yield {
        kind: "kustomization",
        path: found.path,
        remote: allRemote(found.path, remote, kustomizations),
      };
  }
}

/** A kustomization may be named by its file instead of its folder. */
function pathOf(path: string): string {
  return path.replace(/\/$/, "");
}

/** Addresses named by a kustomization or by one that it builds upon, as far as they lie in the folder. */
function allRemote(
  path: string,
  own: readonly string[],
  kustomizations: ReadonlyMap<string, Kustomization>,
): readonly string[] {
  const seen = new Set([path]);
  const remote = [...own];
  for (const current of seen) {
    for (const name of kustomizations.get(current)?.owns ?? []) {
      if (seen.has(name)) continue;
      const next = kustomizations.get(name) ?? (isFolder(name) ? readKustomization(name) : undefined);
      if (next === undefined) continue;
      seen.add(name);
      remote.push(...next.remote);
    }
  }
  return remote;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
