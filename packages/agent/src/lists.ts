/**
 * The packages of a running container, read from its own root file system. Whoever runs in it may be hostile and change it
 * meanwhile: nothing is followed out of it, nothing mounted into it is read, and bytes, files and time are bounded.
 */
import { closeSync, constants, openSync } from "node:fs";
import { catalogOf, folderTree, type Tree } from "@plimsoll/images";
import type { Package } from "@plimsoll/core";
import { factsOf, processesIn, type ProcessFacts } from "./processes.ts";

export interface ReadList {
  readonly packages: readonly Pick<Package, "purl" | "files">[];
  /** What could not be read or was too much, counted by why. */
  readonly left: { readonly [why: string]: number };
}

export interface Limits {
  /** Bytes read of one container's files. */
  readonly bytes: number;
  /** Milliseconds that one may take. */
  readonly time: number;
  /** Bytes of the list as it is sent. */
  readonly sent: number;
  /** As many as the service takes of one image. */
  readonly packages: number;
}

export const usualLimits: Limits = { bytes: 1 << 30, time: 20_000, sent: 12 << 20, packages: 50_000 };

/** The first process of each container that runs now, by the runtime's id. */
export function runningIn(proc: string): ReadonlyMap<string, ProcessFacts> {
  const found = new Map<string, ProcessFacts>();
  for (const process of processesIn(proc)) {
    const facts = factsOf(proc, process);
    if (facts?.container === undefined) continue;
    const before = found.get(facts.container.id);
    if (before === undefined || facts.started < before.started) found.set(facts.container.id, facts);
  }
  return found;
}

/** A text says why nothing could be read. */
export function readListOf(
  proc: string,
  { process, container, started }: ProcessFacts,
  limits: Limits = usualLimits,
  now: () => number = () => performance.now(),
): ReadList | string {
  let root: number;
  try {
    root = openSync(`${proc}/${process}/root`, pointing | constants.O_DIRECTORY);
  } catch (error) {
    const { code } = error as { readonly code?: string };
    return code === "EACCES" || code === "EPERM"
      ? "its files are not ours to see: SYS_PTRACE is missing"
      : "it ended before it was read";
  }
  try {
    // The kernel gives ids of processes again: what was opened is that container's only if it runs still.
    const still = factsOf(proc, process);
    if (still?.started !== started || still.container?.id !== container?.id)
      return "it ended before it was read";
    const tree = folderTree(`/proc/self/fd/${root}`);
    return tree === undefined ? "its files are not ours to see" : listOf(tree, limits, now);
  } finally {
    closeSync(root);
  }
}

/** Linux has it and Node does not name it: a handle that only points, and opens nothing. */
const pointing = 0o10000000;

export function listOf(tree: Tree, limits: Limits, now: () => number): ReadList {
  const end = now() + limits.time;
  let bytes = 0;
  const isSpent = (): boolean => bytes > limits.bytes || now() > end;
  const counted = (read: () => Uint8Array | undefined): Uint8Array | undefined => {
    const found = isSpent() ? undefined : read();
    bytes += found?.length ?? 0;
    return found;
  };
  const metered: Tree = {
    list: tree.list,
    read: (path, most) => counted(() => tree.read(path, Math.min(most, limits.bytes - bytes))),
    part: (path, from, length) => counted(() => tree.part(path, from, length)),
  };
  const { image, left } = catalogOf(metered, { reference: "" }, { isSpent });
  return fitted(image.packages ?? [], left, limits);
}

/** The longest lists of files are left out whole, until the rest can be sent. */
function fitted(found: readonly Package[], left: ReadList["left"], { sent, packages }: Limits): ReadList {
  const sized = found.slice(0, packages).map(({ purl, files = [] }) => {
    const size = Buffer.byteLength(JSON.stringify(files));
    return { purl, files, size };
  });
  let total = sized.reduce((sum, { purl, size }) => sum + purl.length + size + 32, 0);
  const cut = new Set<string>();
  for (const { purl, size } of sized.toSorted((a, b) => b.size - a.size)) {
    if (total <= sent) break;
    cut.add(purl);
    total -= size;
  }
  return {
    packages: sized.map(({ purl, files }) => ({ purl, ...(cut.has(purl) ? {} : { files }) })),
    left: {
      ...left,
      ...(cut.size === 0 ? {} : { "package with more files than are sent": cut.size }),
      ...(found.length <= packages ? {} : { "package beyond those that are sent": found.length - packages }),
    },
  };
}
