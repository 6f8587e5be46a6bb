/** Which cgroup is which container: from the paths that container runtimes give them, as they are made and at the start. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export interface ContainerId {
  /** The runtime's id, as in `containerStatuses[].containerID` after the scheme. */
  readonly id: string;
  /** The pod's UID, where the kubelet made the cgroup. */
  readonly pod?: string;
  /** Of its cgroup, below the root of the hierarchy; absent: not known. */
  readonly path?: string;
}

/** Where cgroups are looked up: the pids hierarchy of v1, or v2's only one. */
export interface Hierarchy {
  readonly root: string;
  readonly legacy: boolean;
}

/** `mount`: where the node's /sys/fs/cgroup is seen. */
export function hierarchyAt(mount: string): Hierarchy {
  return existsSync(join(mount, "cgroup.controllers"))
    ? { root: mount, legacy: false }
    : { root: join(mount, "pids"), legacy: true };
}

const podUid = /pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})/;
/** What holds the terminal of a container runs beside it, in a cgroup named after it (`libpod-conmon-<id>.scope`). */
const containerId = /(?:^|\/)(?!(?:[a-z]+-)*conmon-)(?:[a-z]+(?:-[a-z]+)*-)?([0-9a-f]{64})(?:\.scope)?$/;

/**
 * The container whose cgroup has this path; undefined for the cgroups above and below. Understood are the kubelet's two
 * drivers (`/kubepods/…/pod<uid>/<id>`, `kubepods-pod<uid>.slice/cri-containerd-<id>.scope`), Docker's and Podman's.
 */
export function containerOf(path: string): ContainerId | undefined {
  const id = containerId.exec(path)?.[1];
  if (id === undefined) return undefined;
  const pod = podUid.exec(path)?.[1];
  return pod === undefined ? { id, path } : { id, pod: pod.replaceAll("_", "-"), path };
}

/** A cgroup that is one to be watched by its own, told by its path. */
export type OwnContainer = (path: string) => ContainerId | undefined;

/**
 * Whose a cgroup of this path is: the outermost container's that it is or lies in. What a container makes within its own
 * cgroup is its own, though it be named as another's. A container of no pod gives way to a pod's within it: nodes may be
 * containers themselves (kind, k3d).
 */
export function ownerOf(path: string, own: OwnContainer = containerOf): ContainerId | undefined {
  let owner: ContainerId | undefined;
  for (let end = path.indexOf("/", 1); ; end = path.indexOf("/", end + 1)) {
    owner = around(owner, own(end < 0 ? path : path.slice(0, end)));
    if (end < 0 || owner?.pod !== undefined) return owner;
  }
}

/** Whose a cgroup is that lies in one of `outer`'s and is `own` by itself. */
export function around(
  outer: ContainerId | undefined,
  own: ContainerId | undefined,
): ContainerId | undefined {
  return outer === undefined || (outer.pod === undefined && own?.pod !== undefined) ? own : outer;
}

/** The container that a cgroup is by its own: one that a runtime named so, or where `only` some are watched, each of these. */
export function ownContainer(
  path: string,
  cgroup: bigint,
  only: ReadonlySet<bigint> | undefined,
): ContainerId | undefined {
  if (only === undefined) return containerOf(path);
  return only.has(cgroup) ? (containerOf(path) ?? { id: String(cgroup), path }) : undefined;
}

export interface FoundCgroup {
  readonly cgroup: bigint;
  readonly path: string;
  readonly container?: ContainerId;
  /** The cgroup that it lies in; absent: it is where we began. */
  readonly above?: bigint;
}

/** All cgroups of a hierarchy, with the id that the kernel knows each by: its directory's inode. */
export function* cgroupsBelow(hierarchy: Hierarchy, path = "/", above?: bigint): Generator<FoundCgroup> {
  const directory = join(hierarchy.root, path);
  let children: readonly string[];
  let cgroup: bigint;
  try {
    const container = containerOf(path);
    cgroup = statSync(directory, { bigint: true }).ino;
    yield {
      cgroup,
      path,
      ...(container === undefined ? {} : { container }),
      ...(above === undefined ? {} : { above }),
    };
    children = readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
  } catch (error) {
    // A container that ends while we look takes its cgroup with it.
    if (["ENOENT", "ENODEV"].includes(String((error as { code?: unknown }).code))) return;
    throw error;
  }
  for (const child of children) yield* cgroupsBelow(hierarchy, join(path, child), cgroup);
}
