/** The cgroups that are there, and whose each is: as the kernel tells of them, or as the tree has them where it could not. */
import type { Spared, Toil } from "./budget.ts";
import { around, cgroupsBelow, ownContainer, type ContainerId, type FoundCgroup } from "./containers.ts";
import type { SenseOptions } from "./senses.ts";

export interface Known {
  readonly container?: ContainerId;
  /** It was made while we looked. */
  readonly fromStart: boolean;
  /** It lies within the container's own, and goes before it. */
  readonly isPart?: true;
  /** What was told of it since this was last asked for. */
  readonly told: Record<Spared, number>;
}

const unknown: Known = { fromStart: false, told: { reads: 0, programs: 0 } };

export class Cgroups {
  readonly #options: Pick<SenseOptions, "hierarchy" | "only">;
  readonly #judged: (cgroup: bigint, isWatched: boolean) => void;
  readonly #known = new Map<bigint, Known>();

  /** `judged`: told of each as soon as it is known whether it is watched. */
  constructor(
    options: Pick<SenseOptions, "hierarchy" | "only">,
    judged: (cgroup: bigint, isWatched: boolean) => void,
  ) {
    this.#options = options;
    this.#judged = judged;
  }

  of(cgroup: bigint): Known {
    return this.#known.get(cgroup) ?? unknown;
  }

  /** Whether it is known, and of no container. */
  isOutside(cgroup: bigint): boolean {
    const known = this.#known.get(cgroup);
    return known !== undefined && known.container === undefined;
  }

  /** A cgroup within a container's is of that container, as `ownerOf` says of paths; those above may be outside of the tree. */
  judge({ cgroup, path, above }: Pick<FoundCgroup, "cgroup" | "path" | "above">, fromStart: boolean): void {
    const outer = above === undefined ? undefined : this.of(above).container;
    const container = around(outer, ownContainer(path, cgroup, this.#options.only));
    this.#known.set(cgroup, {
      fromStart,
      told: { reads: 0, programs: 0 },
      ...(container === undefined ? {} : { container }),
      ...(outer === undefined || outer !== container ? {} : { isPart: true }),
    });
    this.#judged(cgroup, container !== undefined);
  }

  forget(cgroup: bigint): void {
    this.#known.delete(cgroup);
  }

  /** What was told of each since this was last asked. */
  toil(): readonly Toil[] {
    const all: Toil[] = [];
    for (const [cgroup, { container, told }] of this.#known) {
      if (container === undefined) continue;
      for (const what of ["reads", "programs"] as const) {
        if (told[what] > 0) all.push({ cgroup, container, what, told: told[what] });
        told[what] = 0;
      }
    }
    return all;
  }

  /** Walks the tree: judges what it holds and is not known yet, and returns what is known and gone, and containers that came. */
  compare(): { readonly gone: readonly bigint[]; readonly came: readonly ContainerId[] } {
    const there = [...cgroupsBelow(this.#options.hierarchy)];
    const all = new Set(there.map(({ cgroup }) => cgroup));
    const gone = [...this.#known.keys()].filter((cgroup) => !all.has(cgroup));
    const found = there.filter(({ cgroup }) => !this.#known.has(cgroup));
    for (const each of found) this.judge(each, false);
    return { gone, came: found.flatMap(({ cgroup }) => this.of(cgroup).container ?? []) };
  }
}
