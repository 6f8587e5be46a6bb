/**
 * Mount namespaces of those who make containers and are in none themselves: what is done there in a container's name is its
 * runtime's doing, before the container has a namespace of its own.
 */
import { readlinkSync } from "node:fs";
import { factsOf, orGone, processesIn } from "./processes.ts";

export class Runtimes {
  readonly #proc: string;
  /** Each with a process outside of all containers that is in it. */
  readonly #witnesses = new Map<number, number>();

  constructor(proc: string) {
    this.#proc = proc;
  }

  add(namespace: number, process: number): void {
    if (!this.#witnesses.has(namespace)) this.#witnesses.set(namespace, process);
  }

  has(namespace: number): boolean {
    return this.#witnesses.has(namespace);
  }

  /**
   * Forgets those that no process outside of containers is in any more, and returns them: the kernel gives their numbers
   * to others, and these may be a container's. Where we may not ask, all are kept.
   */
  review(): readonly number[] {
    if (namespaceOf(this.#proc, first) === undefined) return [];
    const gone: number[] = [];
    for (const [namespace, witness] of this.#witnesses) {
      const isIn = (process: number): boolean =>
        namespaceOf(this.#proc, process) === namespace && isOutside(this.#proc, process);
      if (isIn(witness)) continue;
      const other = processesIn(this.#proc).find(isIn);
      if (other !== undefined) this.#witnesses.set(namespace, other);
      else gone.push(namespace);
    }
    for (const namespace of gone) this.#witnesses.delete(namespace);
    return gone;
  }
}

/** The process that the kernel began never ends, and is the node's. */
const first = 1;

function namespaceOf(proc: string, process: number): number | undefined {
  const link = orGone(() => readlinkSync(`${proc}/${process}/ns/mnt`));
  return link === undefined ? undefined : Number(/\d+/.exec(link)?.[0]);
}

function isOutside(proc: string, process: number): boolean {
  if (process === first) return true;
  const facts = factsOf(proc, process);
  return facts !== undefined && facts.container === undefined;
}
