/** What the kernel leaves out of whom: the map that its programs look into before they tell a read or a program. */
import type { Spared, Sparing, Toil } from "./budget.ts";
import type { Cgroups } from "./cgroups.ts";
import { deleteFromMap, lookUpMap, updateMap } from "./program.ts";
import { kinds, type Kind } from "./record.ts";

const kindOf: Readonly<Record<Spared, Kind>> = { reads: "file", programs: "exec" };

export class KernelSparing implements Sparing {
  readonly #map: number;
  readonly #cgroups: Cgroups;

  constructor(map: number, cgroups: Cgroups) {
    this.#map = map;
    this.#cgroups = cgroups;
  }

  toil(): readonly Toil[] {
    return this.#cgroups.toil();
  }

  spare(cgroup: bigint, what: Spared): void {
    updateMap(this.#map, keyOf(cgroup, what), Buffer.alloc(8));
  }

  spared(cgroup: bigint, what: Spared): number | undefined {
    const value = Buffer.alloc(8);
    return lookUpMap(this.#map, keyOf(cgroup, what), value) ? Number(value.readBigUInt64LE()) : undefined;
  }

  tellAgain(cgroup: bigint, what: Spared): void {
    deleteFromMap(this.#map, keyOf(cgroup, what));
  }

  forget(cgroup: bigint): void {
    for (const what of ["reads", "programs"] as const) this.tellAgain(cgroup, what);
  }
}

function keyOf(cgroup: bigint, what: Spared): Buffer {
  const key = Buffer.alloc(16);
  key.writeBigUInt64LE(cgroup, 0);
  key.writeBigUInt64LE(BigInt(kinds.indexOf(kindOf[what])), 8);
  return key;
}
