/** The shape of a cataloger: the files that tell which packages there are, and what it makes of one of them. */
import type { Fields } from "../importer.ts";
import type { ImageCollector } from "../collect.ts";
import type { Entry, Tree } from "./tree.ts";

/** What a cataloger may use, and where it puts what it found. */
export interface Finding extends Pick<ImageCollector, "package" | "left"> {
  readonly tree: Tree;
  /** Of `/etc/os-release`, in lower case: `debian`, `alpine`; empty where it is not told. */
  readonly distribution: string;
}

export interface Cataloger {
  readonly id: string;
  readonly title: string;
  /** By path and entry; cheap: every file of the tree is asked about. */
  readonly wants: (path: string, entry: Entry) => boolean;
  /** Whatever the file holds, it does not throw. */
  readonly read: (path: string, finding: Finding, entry: Entry) => void;
  readonly examples: readonly CatalogerExample[];
}

export interface CatalogerExample {
  readonly title: string;
  /** By path: text, or bytes in base64. A path may name an executable by `executable`. */
  readonly files: { readonly [path: string]: string | { readonly base64: string } };
  readonly executable?: readonly string[];
  /** The packages found, and what was left. */
  readonly gives: {
    readonly packages: readonly Fields[];
    readonly left?: { readonly [why: string]: number };
  };
}

export function defineCataloger<const Id extends string>(
  cataloger: Cataloger & { readonly id: Id },
): Cataloger & { readonly id: Id } {
  return cataloger;
}

/** Bytes of a package database or list. */
export const largestList = 64 << 20;

/** A file's text; undefined, and counted, where it cannot be had. */
export function textOf(path: string, { tree, left }: Finding, most = largestList): string | undefined {
  const bytes = tree.read(path, most);
  if (bytes === undefined) left("package list that cannot be read");
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** Of a list that names folders too, the files: who looks into a folder that others share has touched nothing of the package. */
export function withoutFolders(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>();
  for (const path of paths)
    for (
      let at = path.lastIndexOf("/");
      at > 0 && !folders.has(path.slice(0, at));
      at = path.lastIndexOf("/", at - 1)
    )
      folders.add(path.slice(0, at));
  return paths.filter((path) => !folders.has(path));
}

/** `Name: value` lines up to the first empty one, as in mail; a continued line is left out. */
export function headersOf(block: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    if (line === "") break;
    const at = line.indexOf(":");
    const name = line.slice(0, at);
    if (at > 0 && !/^\s/.test(line) && !headers.has(name)) headers.set(name, line.slice(at + 1).trim());
  }
  return headers;
}
