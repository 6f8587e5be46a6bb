/** Where an attacker may come in: exposed workloads, everybody, and whatever is given. */
import { everyone } from "../inventory/rbac/subjects.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Step } from "./step.ts";
import { vertexKey, type Vertex } from "./vertex.ts";
import { wordsOf } from "./words.ts";

/**
 * Strongest first. `vulnerable`: reached from outside, with a flaw that attackers are known to use. `chosen`: taken as
 * compromised on request.
 */
export const attackEntryKinds = [
  "vulnerable",
  "anonymous",
  "internet",
  "external",
  "authenticated",
  "unknown",
  "chosen",
] as const;

export interface Entry {
  readonly vertex: number;
  readonly kind: (typeof attackEntryKinds)[number];
  /** `Deployment shop/web, from the internet (Service shop/web (LoadBalancer))` */
  readonly text: string;
  /** False where it may not be reachable after all. */
  readonly certain: boolean;
  /** The step from outside that leads here, where there is one. */
  readonly step?: number;
}

/** What to look at, where it is not everything. */
export interface GraphOptions {
  /** Every workload is an entry, as if its code were the attacker's. */
  readonly everyWorkload?: boolean;
  /** The only entries, taken as compromised. */
  readonly from?: readonly Vertex[];
  /** Entries of these kinds alone. */
  readonly kinds?: readonly Entry["kind"][];
  /** How many paths are told at most; default 20. */
  readonly most?: number;
  /** The only targets. */
  readonly to?: readonly Vertex[];
}

interface Ground {
  readonly inventory: Inventory;
  readonly steps: readonly Step[];
  readonly vertices: readonly Vertex[];
  readonly numberOf: (vertex: Vertex) => number | undefined;
  readonly options: GraphOptions;
}

/** Every entry once, by its strongest kind; sorted by kind and name. */
export function entriesOf({ inventory, steps, vertices, numberOf, options }: Ground): readonly Entry[] {
  const found = new Map<number, Entry>();
  const add = (vertex: Vertex, kind: Entry["kind"], text: string, more: Partial<Entry> = {}): void => {
    const number = numberOf(vertex);
    if (number === undefined) return;
    const before = found.get(number);
    if (before !== undefined && rank(before) <= attackEntryKinds.indexOf(kind)) return;
    const whole: Vertex = vertex.kind === "container" ? { kind: "workload", ref: vertex.ref } : vertex;
    found.set(number, { vertex: number, kind, text: `${wordsOf(whole)}${text}`, certain: true, ...more });
  };
  if (options.from !== undefined) {
    for (const vertex of options.from) add(vertex, "chosen", ", taken as compromised");
    return [...found.values()];
  }
  for (const [step, { from, to, by, conditions, unsure }] of steps.entries()) {
    if (from.kind !== "outside") continue;
    if (by === "vulnerable-package") {
      const text = `, from ${wordsOf(from)} by ${conditions[0]}`;
      add(to, "vulnerable", text, { certain: unsure.length === 0, step });
      continue;
    }
    const why = conditions[0] === undefined ? "" : ` (${conditions[0]})`;
    const unread = unsure.some((text) => text.startsWith("whether it is exposed"));
    const kind = unread ? "unknown" : from.place;
    const text = unread ? ", exposure not known" : `, from ${wordsOf(from)}${why}`;
    add(to, kind, text, { certain: unsure.length === 0, step });
  }
  for (const subject of anybody) add({ kind: "subject", subject }, "anonymous", "");
  for (const name of [everyone.authenticated, everyone.accounts])
    add({ kind: "subject", subject: { kind: "Group", namespace: "", name } }, "authenticated", "");
  if (options.everyWorkload === true)
    for (const { root, system } of inventory.workloads)
      if (system === undefined) add({ kind: "workload", ref: root }, "chosen", ", taken as compromised");
  const meant = [...found.values()].filter(({ kind }) => options.kinds?.includes(kind) ?? true);
  return meant
    .map((entry) => ({ entry, key: vertexKey(vertices[entry.vertex]!) }))
    .sort((a, b) => rank(a.entry) - rank(b.entry) || (a.key < b.key ? -1 : 1))
    .map(({ entry }) => entry);
}

const anybody = [
  { kind: "User", namespace: "", name: "system:anonymous" },
  { kind: "Group", namespace: "", name: everyone.unauthenticated },
] as const;

function rank({ kind }: Entry): number {
  return attackEntryKinds.indexOf(kind);
}
