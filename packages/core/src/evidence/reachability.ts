/**
 * How far a package was seen to be used: installed, touched, loaded, executed. By files: those that a bill of materials
 * says belong to the package, held against those that containers of the image opened, mapped and ran.
 */
import type { Package } from "../model/image.ts";
import type { Observation, ObservationDetail } from "../model/observation.ts";

export const rungs = ["installed", "touched", "loaded", "executed"] as const;
/** Each includes those before it. */
export type Rung = (typeof rungs)[number];

export interface Use {
  readonly rung: Rung;
  /** What showed it; absent on the lowest rung. */
  readonly witness?: Observation;
}

/** Looks up how far a package was used by those whose observations these are. */
export function usesOf(observations: readonly Observation[]): (found: Package) => Use {
  const files = new Map<string, Use>();
  for (const observation of observations) {
    // What somebody ran in a container by hand, and what its runtime did, is no use of the application's.
    if (observation.origin === "exec" || observation.origin === "set-up") continue;
    for (const [path, rung] of rungsOf(observation.detail)) {
      const before = files.get(path);
      if (before === undefined || rungs.indexOf(before.rung) < rungs.indexOf(rung))
        files.set(path, { rung, witness: observation });
    }
  }
  const sorted = [...files.keys()].sort();
  return (found) => {
    let best: Use = { rung: "installed" };
    for (const use of touching(found, files, sorted)) {
      const lifted =
        found.ecosystem === "golang" && use.rung === "executed" ? { ...use, rung: "loaded" as const } : use;
      if (rungs.indexOf(lifted.rung) > rungs.indexOf(best.rung)) best = lifted;
    }
    return best;
  };
}

/** Whether some of its files are known that code could be in: without them the package's silence says nothing. */
export function isTraceable({ files = [], ecosystem }: Package): boolean {
  return files.some(
    (file) => rootOf(file, ecosystem) !== undefined || !(isManifest(file) || isDocument(file)),
  );
}

function rungsOf(detail: ObservationDetail): readonly (readonly [string, Rung])[] {
  switch (detail.kind) {
    case "exec": {
      const run = detail.script === undefined ? [detail.path] : [detail.path, detail.script];
      return run.map((path) => [normalised(path), "executed"]);
    }
    case "library":
      return [[normalised(detail.path), "loaded"]];
    case "file":
      if (detail.operation !== "open" || detail.refused === true) return [];
      return [[normalised(detail.path), isCode(detail.path) ? "loaded" : "touched"]];
    default:
      return [];
  }
}

/** By its name, or since it lies where programs do: what an interpreter runs, it opens like any other file. */
function isCode(path: string): boolean {
  return (
    /\.(?:so(?:\.[0-9.]+)?|py[codz]?|whl|egg|zip|[cm]?[jt]s|[jt]sx|node|wasm|rb|[jwe]ar|class|jmod|p[lm]|php|phar|lua|beam|dll|(?:ba)?sh|tcl)$/.test(
      path,
    ) || /\/(?:s?bin|libexec)\/[^/]+$/.test(path)
  );
}

/** One name for what goes by several: merged /usr, Python's caches. */
function normalised(path: string): string {
  return path
    .replace(/^\/(bin|sbin|lib|lib32|lib64)\//, "/usr/$1/")
    .replace(/\/__pycache__\/([^/]+?)\.(?:cpython|pypy)-\d+(?:\.opt-\d)?\.pyc$/, "/$1.py");
}

function* touching(
  { files = [], ecosystem }: Package,
  seen: ReadonlyMap<string, Use>,
  sorted: readonly string[],
): Generator<Use> {
  for (const file of files) {
    const root = rootOf(file, ecosystem);
    if (root !== undefined) yield* below(normalised(root), seen, sorted);
    else if (!isManifest(file)) {
      const use = seen.get(normalised(file));
      if (use !== undefined) yield use;
    }
  }
}

/** The folder that a package of this kind has for itself, where the file is the one that describes it. */
function rootOf(file: string, ecosystem: string): string | undefined {
  if (ecosystem !== "npm") return undefined;
  return /^(.*\/)package\.json$/.exec(file)?.[1];
}

/** Describes a package, and says nothing of the use of it. */
function isManifest(file: string): boolean {
  return /(?:\.(?:dist|egg)-info\/.+|\.egg-info|\/(?:package|composer)\.json|\/(?:package-lock|yarn|Gemfile|Cargo|composer|poetry)\.(?:json|lock)|\.gemspec|\/go\.(?:mod|sum)|\/requirements[^/]*\.txt)$/.test(
    file,
  );
}

/** By its name it is read and never run. It is all that some tools know of packages of PHP, .NET, Conda or R. */
function isDocument(file: string): boolean {
  return /\.(?:json|ya?ml|toml|xml|lock|resolved|properties|txt|md|rst|nuspec|rockspec|podspec|cabal)$|\/(?:DESCRIPTION|release)$/i.test(
    file,
  );
}

/** What was seen in a folder, packages within it aside. */
function* below(root: string, seen: ReadonlyMap<string, Use>, sorted: readonly string[]): Generator<Use> {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < root) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < sorted.length && sorted[at]!.startsWith(root); at += 1) {
    if (!sorted[at]!.slice(root.length).includes("node_modules/")) yield seen.get(sorted[at]!)!;
  }
}
