/**
 * Whose sightings are forgotten: of what is gone, where nothing was told of it for as long as settings keep history. What
 * is there is never forgotten, nor what cannot be seen to be gone.
 */
import { containerKey, refOf, type ContainerKey } from "@plimsoll/core";
import type { Present } from "./present.ts";
import type { Sightings } from "./seen.ts";

export interface Forgetting {
  /** Forgets what was last told up to a sequence, and was not there when it was last asked either. */
  readonly forget: (sightings: Sightings, present: Present, upTo: number) => void;
}

export function createForgetting(): Forgetting {
  /** Not there at the last look: what is made anew is away for a moment. */
  let missed = new Set<string>();
  return {
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
