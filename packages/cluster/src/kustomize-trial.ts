/**
 * What a kustomization would render to with some of its files changed: everything that it names is copied to a folder of its
 * own, in the same places to each other, and rendered there by the same tool. Nothing of the original is written.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import type { ResourceRecord } from "@plimsoll/core";
import { createDraft } from "./draft.ts";
import { isSystemError, whyOf } from "./failure.ts";
import { localized, needsRemote, readKustomization, takeKustomization } from "./kustomize.ts";
import { holdTemporary } from "./temporary.ts";
import { kustomizationNames } from "./walk.ts";

/** What it renders to, or why it cannot be tried. */
export type Trial = { readonly resources: readonly ResourceRecord[] } | { readonly refused: string };

export interface Kustomizing {
  /** The kustomization's own file, and how it is shown to people. */
  readonly file: string;
  readonly shown: string;
  /** Full paths of all files that it is made of, its own among them. */
  readonly files: readonly string[];
  /** Renders it with other texts in place of some files, by full path. */
  readonly render: (changed: ReadonlyMap<string, string>) => Promise<Trial>;
}

const mostFiles = 5_000;
const mostBytes = 64 * 1024 * 1024;

/** `folder`: as the record's source names it, relative to `cwd`. */
export function openKustomization(
  folder: string,
  cwd: string,
  takenAt: string,
): Kustomizing | { readonly refused: string } {
  try {
    const real = realpathSync(resolve(cwd, folder));
    const files = new Set<string>();
    const remote = collect(real, files);
    if (remote !== undefined) return { refused: `it ${needsRemote(remote)}; ${localized(folder)}` };
    const name = kustomizationNames.find((each) => files.has(join(real, each)));
    if (name === undefined) return { refused: "its kustomization is gone" };
    const file = join(real, name);
    return {
      file,
      shown: join(folder, name),
      files: [...files],
      render: (changed) => render({ real, shown: folder, cwd, takenAt, files: [...files] }, changed),
    };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { refused: whyOf(error) };
  }
}

/** Adds what a kustomization is made of; the first address that it would fetch. */
function collect(folder: string, files: Set<string>): string | undefined {
  const own = kustomizationNames.map((name) => join(folder, name)).filter(isFile);
  if (own.length === 0) {
    // Files of a folder that a generator names.
    for (const name of readdirSync(folder)) if (isFile(join(folder, name))) files.add(join(folder, name));
    return undefined;
  }
  if (own.every((file) => files.has(file))) return undefined;
  own.forEach((file) => files.add(file));
  const { owns, remote } = readKustomization(folder);
  if (remote.length > 0) return remote[0];
  for (const path of owns) {
    if (files.size > mostFiles) return undefined;
    if (isFile(path)) files.add(path);
    else if (isFolder(path)) {
      const found = collect(path, files);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

interface Original {
  readonly real: string;
  readonly shown: string;
  readonly cwd: string;
  readonly takenAt: string;
  readonly files: readonly string[];
}

async function render(
  { real, shown, cwd, takenAt, files }: Original,
  changed: ReadonlyMap<string, string>,
): Promise<Trial> {
  let release: (() => void) | undefined;
  try {
    const root = realpathSync(mkdtempSync(join(tmpdir(), "plimsoll-")));
    release = holdTemporary(root);
    const shared = sharedFolder([...files, join(real, ".")]);
    let bytes = 0;
    for (const file of files) {
      const content = changed.get(file) ?? readFileSync(file);
      if ((bytes += content.length) > mostBytes) return { refused: "it is made of more than 64 MiB" };
      const copy = join(root, relative(shared, file));
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(copy, content);
    }
    const draft = createDraft();
    const folder = join(root, relative(shared, real));
    await takeKustomization(draft, { folder, shown, cwd, takenAt }, []);
    const [gap] = draft.gaps;
    return gap === undefined ? { resources: draft.resources } : { refused: gap.message };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { refused: whyOf(error) };
  } finally {
    release?.();
  }
}

/** The deepest folder that holds them all. */
function sharedFolder(files: readonly string[]): string {
  const parts = files.map((file) => dirname(file).split("/"));
  const [first = []] = parts;
  let count = first.length;
  for (const own of parts) {
    let same = 0;
    while (same < count && own[same] === first[same]) same += 1;
    count = same;
  }
  return first.slice(0, count).join("/") || "/";
}
