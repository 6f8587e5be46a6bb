/**
 * Whose sightings are forgotten: of what is gone, where nothing was told of it for as long as settings keep history; and
 * which images: those that no workload runs. What is there is never forgotten, nor what cannot be seen to be gone.
 */
import {
  containerKey,
  createInventory,
  refOf,
  workloadKinds,
  type ContainerKey,
  type Snapshot,
} from "@plimsoll/core";
import { scannedPrefix, type Given } from "./given.ts";
import type { Present } from "./present.ts";
import type { Sightings } from "./seen.ts";
import { outlived, usedBy } from "./used.ts";

/** What was handed in of an image before it is run waits so long, and no longer than history is kept. */
const mostDaysUnused = 30;
const day = 86_400_000;
/** Where one of these cannot be seen, nothing is known to be unused. */
const blinding: ReadonlySet<string> = new Set(["*", ...workloadKinds]);

export interface Forgetting {
  /** Forgets what was last told up to a sequence, and was not there when it was last asked either. */
  readonly forget: (sightings: Sightings, present: Present, upTo: number) => void;
  /** Forgets what was handed in of images that no workload ran at this look and the last, and what newer images have outlived. */
  readonly forgetImages: (given: Given, snapshot: Snapshot, historyDays: number) => void;
}

export function createForgetting(): Forgetting {
  /** Not there at the last look: what is made anew is away for a moment. */
  let missed = new Set<string>();
  let unused = new Set<string>();
  return {
    forgetImages: (given, snapshot, historyDays) => {
      dropOutlived(given, snapshot.resources);
      const isBlind = snapshot.gaps.some(({ kinds }) => kinds.some((kind) => blinding.has(kind)));
      const oldest = Date.parse(snapshot.header.takenAt) - Math.min(historyDays, mostDaysUnused) * day;
      const old = given.heads().filter(({ readAt = "" }) => !(Date.parse(readAt) > oldest));
      if (old.length === 0 || isBlind) return;
      const { workloads } = createInventory(snapshot);
      const isUsed = usedBy(workloads.flatMap(({ containers }) => containers.map(({ image }) => image)));
      const now = new Set(old.filter(({ head }) => !isUsed(head)).map(({ key }) => key));
      for (const key of now) if (unused.has(key)) given.put({ key });
      unused = now;
    },
    forget: (sightings, present, upTo) => {
      const old = sightings.toldUpTo(upTo);
      const isThere = old.length === 0 ? () => true : presence(present);
      const away = old.filter((container) => !isThere(container));
      const gone = away.map(containerKey).filter((key) => missed.has(key));
      missed = new Set(away.map(containerKey));
      for (const key of gone) missed.delete(key);
      sightings.forget(gone);
    },
  };
}

/** A new image was handed in, or rolled out, under the name of an older one. */
export function dropOutlived(given: Given, resources: Snapshot["resources"]): void {
  const heads = given.heads().filter(({ key }) => key.startsWith(scannedPrefix));
  if (heads.length === 0) return;
  const pods = resources.filter(({ resource }) => resource.kind === "Pod");
  for (const key of outlived(heads, pods)) given.put({ key });
}

/** It is there itself, or something is that it owns; of kinds that cannot be seen now nothing is known to be gone. */
function presence(present: Present): (container: ContainerKey) => boolean {
  const there = new Set<string>();
  for (const { resource } of present.records()) {
    const { kind, namespace = "", name } = refOf(resource);
    there.add(placeOf(namespace, kind, name));
    for (const owner of resource.metadata.ownerReferences ?? [])
      there.add(placeOf(namespace, owner.kind, owner.name));
  }
  const blind = new Set(present.gaps().flatMap(({ kinds }) => kinds.map((kind) => kind.split("/").at(-1)!)));
  return ({ namespace, workloadKind, workload }) =>
    blind.has(workloadKind) || blind.has("*") || there.has(placeOf(namespace, workloadKind, workload));
}

function placeOf(namespace: string, kind: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}
