/** What a folder holds, told apart: charts and kustomizations to render, and the files that belong to neither. */
import { statSync } from "node:fs";
import { isSystemError } from "./failure.ts";
import { readKustomization, type Kustomization } from "./kustomize.ts";
import { walk, type Found } from "./walk.ts";

export type Part =
  | Exclude<Found, { readonly kind: "kustomization" }>
  /** `remote`: what it, or one that it builds upon, would have to fetch. */
  | { readonly kind: "kustomization"; readonly path: string; readonly remote: readonly string[] };

/**
 * The parts of a folder, in sorted order. A kustomization that another one builds upon is not built for itself, and a
 * file that one names is not a part of its own. The folder is walked twice, so that it may be of any size.
 */
export function* partsOf(folder: string): Generator<Part> {
  const kustomizations = new Map<string, Kustomization>();
  for (const found of walk(folder)) {
    if (found.kind === "kustomization") kustomizations.set(found.path, readKustomization(found.path));
  }
  const { builds, owned } = planOf(kustomizations);
  for (const found of walk(folder)) {
    if (found.kind !== "kustomization") {
      if (!owned.has(found.path)) yield found;
    } else {
      const remote = builds.get(found.path);
      if (remote !== undefined) yield { ...found, remote };
    }
  }
}

interface Plan {
  /** Kustomizations to build, with the addresses that they need. */
  readonly builds: ReadonlyMap<string, readonly string[]>;
  /** All that they name, directly or through others. */
  readonly owned: ReadonlySet<string>;
}

/** First those that nobody names; then, of those that only name each other, the first: nothing is left out in silence. */
function planOf(kustomizations: ReadonlyMap<string, Kustomization>): Plan {
  const named = new Set([...kustomizations.values()].flatMap(({ owns }) => owns));
  const whole = [...kustomizations].filter(([, { component }]) => !component).map(([path]) => path);
  const outermost = whole.filter((path) => !named.has(path));
  const builds = new Map<string, readonly string[]>();
  const owned = new Set<string>();
  for (const path of [...outermost, ...whole]) {
    if (builds.has(path) || owned.has(path)) continue;
    const { owns, remote } = reach(path, kustomizations);
    builds.set(path, remote);
    for (const name of owns) if (name !== path) owned.add(name);
  }
  return { builds, owned };
}

/** What a kustomization and all that it builds upon name. Those outside the folder are looked into as well. */
function reach(
  path: string,
  kustomizations: ReadonlyMap<string, Kustomization>,
): Pick<Kustomization, "owns" | "remote"> {
  const seen = new Set([path]);
  const owns: string[] = [];
  const remote: string[] = [];
  for (const current of seen) {
    const found = kustomizations.get(current) ?? (isFolder(current) ? readKustomization(current) : undefined);
    if (found === undefined) continue;
    owns.push(...found.owns);
    remote.push(...found.remote);
    for (const name of found.owns) seen.add(name);
  }
  return { owns, remote };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}
