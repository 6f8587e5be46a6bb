/** Which of the processes that /proc shows are watched: those of containers, or of the cgroups that somebody named. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { ownContainer, ownerOf, type ContainerId } from "./containers.ts";
import { orGone, type ProcessFacts } from "./processes.ts";
import type { SenseOptions } from "./senses.ts";

const mostRemembered = 10_000;

export class Chosen {
  readonly #options: Pick<SenseOptions, "hierarchy" | "only">;
  readonly #known = new Map<string, ContainerId | undefined>();

  constructor(options: Pick<SenseOptions, "hierarchy" | "only">) {
    this.#options = options;
  }

  of({ cgroup, container }: Pick<ProcessFacts, "cgroup" | "container">): ContainerId | undefined {
    const { only, hierarchy } = this.#options;
    if (only === undefined) return container;
    if (!this.#known.has(cgroup)) {
      if (this.#known.size >= mostRemembered) this.#known.clear();
      const own = (path: string): ContainerId | undefined => {
        const id = orGone(() => statSync(join(hierarchy.root, path), { bigint: true }).ino);
        return id === undefined ? undefined : ownContainer(path, id, only);
      };
      this.#known.set(cgroup, ownerOf(cgroup, own));
    }
    return this.#known.get(cgroup);
  }
}
