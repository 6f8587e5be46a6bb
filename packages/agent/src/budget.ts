/**
 * Keeps the agent to its share of a processor: while it is above, the kernel leaves out detail of those containers that make
 * it work most, and tells it again when they are calm. Who floods the agent loses detail of his own, not of his neighbours.
 */
import type { ContainerId } from "./containers.ts";

/** What can be left out: files that are only read, or of programs all runs but the first of each. */
export type Spared = "reads" | "programs";

/** What a container made the agent look at. */
export interface Toil {
  readonly cgroup: bigint;
  readonly container: ContainerId;
  readonly what: Spared;
  readonly told: number;
}

export interface Sparing {
  /** Since this was last asked. */
  toil(): readonly Toil[];
  spare(cgroup: bigint, what: Spared): void;
  /** How many were left out so far; undefined where the cgroup is gone. */
  spared(cgroup: bigint, what: Spared): number | undefined;
  tellAgain(cgroup: bigint, what: Spared): void;
}

/** Detail of a container is left out from now on, or not any more. */
export interface Turn {
  readonly container: ContainerId;
  readonly what: Spared;
  readonly isSpared: boolean;
  /** How many were left out. */
  readonly spared: number;
}

export interface BudgetOptions {
  /** Of one processor: 0.25 is a quarter. */
  readonly share: number;
  readonly senses: Sparing;
  readonly onTurn: (turn: Turn) => void;
}

/** Steps (seconds) above the share before detail is left out, and below half of it before that is told again. */
const patience = 3;
const calm = 5;
/** A container is spared that made so much of all that was told, and so many a second: fewer are not what it costs. */
const least = 0.1;
const leastRate = 500;

interface Kept extends Toil {
  /** Microseconds that one of what is left out would take. */
  readonly cost: number;
  /** Left out up to the last step. */
  spared: number;
  calmFor: number;
}

export class Budget {
  readonly #options: BudgetOptions;
  readonly #spared = new Map<string, Kept>();
  #at: number | undefined;
  #used = 0;
  #aboveFor = 0;
  /** Since it is above. */
  readonly #toil = new Map<string, Toil>();
  #toilUsed = 0;
  #toilFor = 0;

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  /** To be called once a second. `at`: milliseconds; `used`: microseconds of processor time, both since whenever. */
  step(at: number, used: number): void {
    const elapsed = at - (this.#at ?? at);
    const spent = used - this.#used;
    this.#at = at;
    this.#used = used;
    const toil = this.#options.senses.toil();
    if (elapsed <= 0) return;
    const allowed = this.#options.share * elapsed * 1_000;
    this.#relax(spent, allowed / 2);
    if (spent <= allowed) {
      this.#forgetToil();
      return;
    }
    this.#aboveFor += 1;
    this.#toilUsed += spent;
    this.#toilFor += elapsed;
    for (const each of toil) {
      const key = keyOf(each);
      this.#toil.set(key, { ...each, told: each.told + (this.#toil.get(key)?.told ?? 0) });
    }
    if (this.#aboveFor < patience) return;
    this.#spare();
    this.#forgetToil();
  }

  /** What is left out now. */
  spared(): readonly Pick<Toil, "container" | "what">[] {
    return [...this.#spared.values()];
  }

  /** The same in words. */
  blind(): readonly string[] {
    const all = Map.groupBy(this.spared(), ({ what }) => what);
    const percent = Math.round(this.#options.share * 100);
    return [...all].map(([what, list]) => {
      const containers = new Set(list.map(({ container }) => container.id)).size;
      const whose = `${containers} container${containers === 1 ? "" : "s"}`;
      return `${words[what]} of ${whose}, for now: telling them takes more than ${percent} % of a processor`;
    });
  }

  #spare(): void {
    const all = [...this.#toil.values()].reduce((sum, { told }) => sum + told, 0);
    const cost = this.#toilUsed / all;
    const enough = Math.max(least * all, (leastRate * this.#toilFor) / 1_000);
    for (const [key, toil] of this.#toil) {
      if (toil.told < enough || this.#spared.has(key)) continue;
      this.#spared.set(key, { ...toil, cost, spared: 0, calmFor: 0 });
      this.#turn(toil, true, 0);
      this.#options.senses.spare(toil.cgroup, toil.what);
    }
  }

  /** Those come back first that would make the least work. */
  #relax(spent: number, allowed: number): void {
    const { senses } = this.#options;
    const more: { readonly key: string; readonly kept: Kept; readonly microseconds: number }[] = [];
    for (const [key, kept] of this.#spared) {
      const spared = senses.spared(kept.cgroup, kept.what);
      if (spared === undefined) {
        this.#spared.delete(key);
        this.#turn(kept, false, kept.spared);
        continue;
      }
      more.push({ key, kept, microseconds: (spared - kept.spared) * kept.cost });
      kept.spared = spared;
    }
    let sum = spent;
    for (const { key, kept, microseconds } of more.toSorted((a, b) => a.microseconds - b.microseconds)) {
      sum += microseconds;
      kept.calmFor = sum < allowed ? kept.calmFor + 1 : 0;
      if (kept.calmFor < calm) continue;
      senses.tellAgain(kept.cgroup, kept.what);
      this.#spared.delete(key);
      this.#turn(kept, false, kept.spared);
    }
  }

  #turn({ container, what }: Toil, isSpared: boolean, spared: number): void {
    this.#options.onTurn({ container, what, isSpared, spared });
  }

  #forgetToil(): void {
    this.#aboveFor = 0;
    this.#toilUsed = 0;
    this.#toilFor = 0;
    this.#toil.clear();
  }
}

const words: Readonly<Record<Spared, string>> = {
  reads: "files that are only read",
  programs: "runs of a program after its first",
};

function keyOf({ cgroup, what }: Toil): string {
  return `${cgroup} ${what}`;
}
