/**
 * A folder of this machine as a tree: an unpacked image, or `/proc/PID/root` of a running container. Whoever fills it may be
 * hostile and change it meanwhile: every step is opened by itself without following links, links are resolved here and within
 * the folder, and only what was found to be a regular file is ever opened for reading.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  type Stats,
} from "node:fs";
import type { Entry, Tree } from "./tree.ts";

/** Linux has it and Node does not name it: a handle that only points, and opens nothing. */
const pointing = 0o10000000;
const mostLinks = 40;
/** One file system: what is mounted into a container is no part of its image. */
type Device = number;

/** Undefined where the folder is not there, or not ours to see. */
export function folderTree(base: string): Tree | undefined {
  const root = handle(base, constants.O_DIRECTORY);
  if (root === undefined) return undefined;
  const device = fstatSync(root).dev;
  const mount = mountOf(root);
  closeSync(root);
  const own = (at: number, use: () => Uint8Array | undefined): Uint8Array | undefined =>
    mountOf(at) === mount ? use() : undefined;
  return {
    list: (folder) => within(base, folder, (at) => entriesOf(at, device)),
    read: (path, most) => within(base, path, (at) => own(at, () => contentOf(at, 0, undefined, most))),
    part: (path, from, length) =>
      within(base, path, (at) => own(at, () => contentOf(at, from, length, length))),
  };
}

/**
 * Which mount an open file lies on. What is mounted into a container is never read, through no link either: it is no part of
 * the image, and a file system that its owner answers for could let a reader wait for ever.
 */
function mountOf(at: number): string {
  return /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${at}`, "utf8"))?.[1] ?? "";
}

function handle(path: string, flags: number): number | undefined {
  try {
    return openSync(path, pointing | flags);
  } catch {
    return undefined;
  }
}

/** Opens a path step by step below `base`, hands the handle on, and closes all that was opened. */
function within<Value>(
  base: string,
  path: string,
  use: (at: number) => Value | undefined,
): Value | undefined {
  const opened: number[] = [];
  const open = (place: string, flags: number): number | undefined => {
    const found = handle(place, flags);
    if (found !== undefined) opened.push(found);
    return found;
  };
  try {
    const root = open(base, constants.O_DIRECTORY);
    const at = root === undefined ? undefined : walk(root, stepsOf(path), open);
    return at === undefined ? undefined : use(at);
  } catch {
    // It went away, or may not be read, between one step and the next.
    return undefined;
  } finally {
    for (const each of opened) closeSync(each);
  }
}

function walk(
  root: number,
  steps: readonly string[],
  open: (place: string, flags: number) => number | undefined,
): number | undefined {
  const way = [root];
  const left = steps.toReversed();
  let links = 0;
  for (let step = left.pop(); step !== undefined; step = left.pop()) {
    if (step === "..") {
      if (way.length > 1) way.pop();
      continue;
    }
    const next = open(`/proc/self/fd/${way.at(-1)!}/${step}`, constants.O_NOFOLLOW);
    if (next === undefined) return undefined;
    if (!fstatSync(next).isSymbolicLink()) {
      way.push(next);
      continue;
    }
    links += 1;
    if (links > mostLinks) return undefined;
    const target = readlinkSync(`/proc/self/fd/${way.at(-1)!}/${step}`);
    if (target.startsWith("/")) way.length = 1;
    left.push(...stepsOf(target).toReversed());
  }
  return way.at(-1);
}

function stepsOf(path: string): readonly string[] {
  return path.split("/").filter((step) => step !== "" && step !== ".");
}

function entriesOf(at: number, device: Device): readonly Entry[] | undefined {
  if (!fstatSync(at).isDirectory()) return undefined;
  const folder = `/proc/self/fd/${at}`;
  return readdirSync(folder).flatMap((name) => {
    const stats = lstatSync(`${folder}/${name}`, { throwIfNoEntry: false });
    if (stats === undefined || (stats.isDirectory() && stats.dev !== device)) return [];
    const size = stats.isFile() ? stats.size : 0;
    return [{ name, kind: kindOf(stats), size, executable: (stats.mode & 0o111) !== 0 }];
  });
}

function kindOf(stats: Stats): Entry["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  return stats.isSymbolicLink() ? "link" : "other";
}

/** `length`: undefined for all of it, and then nothing where that is more than `most`. */
function contentOf(
  at: number,
  from: number,
  length: number | undefined,
  most: number,
): Uint8Array | undefined {
  const stats = fstatSync(at);
  if (!stats.isFile() || (length === undefined && stats.size > most)) return undefined;
  const file = openSync(
    `/proc/self/fd/${at}`,
    constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK,
  );
  try {
    const bytes = new Uint8Array(Math.max(0, Math.min(length ?? stats.size, stats.size - from)));
    let read = 0;
    while (read < bytes.length) {
      const got = readSync(file, bytes, read, bytes.length - read, from + read);
      if (got === 0) break;
      read += got;
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}
