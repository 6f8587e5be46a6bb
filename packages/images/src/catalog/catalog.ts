/** Walks an image's files and gathers the packages that they tell of, with the files of each. */
import type { Image } from "@plimsoll/core";
import { createCollector } from "../collect.ts";
import type { Imported } from "../importer.ts";
import type { Finding } from "./cataloger.ts";
import { catalogers } from "./catalogers/index.ts";
import type { Tree } from "./tree.ts";

/** What no cataloger reads: said wherever a catalog is shown, since silence there means nothing. */
export const uncatalogued = [
  "Ruby gems, PHP, Rust and .NET packages",
  "rpm databases before rpm 4.16",
  "programs of Go before 1.18 or stripped of their build information",
] as const;

/** Entries, and folders below folders, beyond which a tree is not walked further. */
const mostEntries = 1_000_000;
const deepest = 64;
/** Not of an image, but of the kernel and the runtime. */
const foreign: ReadonlySet<string> = new Set(["/proc", "/sys", "/dev"]);

/** `isSpent`: asked before each folder; once it holds, the rest is not looked at, which is counted. */
export interface Budget {
  readonly isSpent: () => boolean;
}

/** Bounded by the size of the tree, and by a budget where one is given; nothing in it makes it throw. */
export function catalogOf(tree: Tree, image: Pick<Image, "reference" | "digest">, budget?: Budget): Imported {
  const collector = createCollector(false);
  const finding: Finding = { ...collector, tree, distribution: distributionOf(tree) };
  let entries = 0;
  const folders: { readonly path: string; readonly depth: number }[] = [{ path: "/", depth: 0 }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const { path: below, depth } = folder;
    if (budget?.isSpent() === true) {
      collector.left("tree that takes more than is spent on it");
      return collector.result(image, "plimsoll");
    }
    const listed = tree.list(below);
    if (listed === undefined) collector.left("folder that cannot be read");
    for (const entry of listed ?? []) {
      entries += 1;
      if (entries > mostEntries) {
        collector.left("tree with more files than are looked at");
        return collector.result(image, "plimsoll");
      }
      const path = below === "/" ? `/${entry.name}` : `${below}/${entry.name}`;
      if (entry.kind === "folder" && !foreign.has(path)) {
        if (depth < deepest) folders.push({ path, depth: depth + 1 });
        else collector.left("folder too deep to be looked into");
      } else if (entry.kind === "file") {
        for (const cataloger of catalogers)
          if (cataloger.wants(path, entry)) cataloger.read(path, finding, entry);
      }
    }
  }
  return collector.result(image, "plimsoll");
}

function distributionOf(tree: Tree): string {
  const bytes = tree.read("/etc/os-release", 65_536) ?? tree.read("/usr/lib/os-release", 65_536);
  const text = bytes === undefined ? "" : new TextDecoder().decode(bytes);
  return (/^ID=["']?([A-Za-z0-9._-]+)/m.exec(text)?.[1] ?? "").toLowerCase();
}
