/** What the kernel counted, by kind, over all processors: nothing is lost that is not counted there. */
import { lookUpMap } from "./program.ts";
import { kinds, type Kind } from "./record.ts";

export interface Counts {
  readonly told: number;
  readonly lost: number;
  readonly repeated: number;
  /** Left out while the container made the agent work too hard. */
  readonly spared: number;
}

/** As bpf/maps.h numbers them. */
const counters = ["told", "lost", "repeated", "spared"] as const;

export class Counters {
  readonly #map: number;
  readonly #processors: number;

  constructor(map: number, processors: number) {
    this.#map = map;
    this.#processors = processors;
  }

  /** Exact: each behaviour was told, or is counted here as lost, as a repetition or as left out. */
  all(): ReadonlyMap<Kind, Counts> {
    return new Map(
      kinds.flatMap((kind) => {
        if (kind === "") return [];
        const [told = 0, lost = 0, repeated = 0, spared = 0] = counters.map((name) => this.of(kind, name));
        return [[kind, { told, lost, repeated, spared }] as const];
      }),
    );
  }

  sum(counter: keyof Counts): number {
    return kinds.reduce((sum, kind) => (kind === "" ? sum : sum + this.of(kind, counter)), 0);
  }

  of(kind: Kind, counter: keyof Counts): number {
    const key = Buffer.alloc(4);
    key.writeUInt32LE(kinds.indexOf(kind) * counters.length + counters.indexOf(counter));
    const values = Buffer.alloc(8 * this.#processors);
    lookUpMap(this.#map, key, values);
    let sum = 0;
    for (let at = 0; at < values.length; at += 8) sum += Number(values.readBigUInt64LE(at));
    return sum;
  }
}
