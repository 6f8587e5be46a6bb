/** Attack paths of a changing cluster: the graph is drawn again as far as what changed is in it. */
import type { MembersOf } from "../controls/ledger.ts";
import { attackGraph, namespacesIn, type BuiltGraph } from "../graph/build.ts";
import type { AttackEdge } from "../graph/edge.ts";
import type { GraphOptions } from "../graph/entries.ts";
import { updateGraph } from "../graph/update.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Observation } from "../model/observation.ts";
import type { Edit } from "../model/report.ts";
import { attackOn, isBare, type Attack } from "../risk/attack.ts";
import { trafficOf } from "../risk/traffic.ts";
import type { Before, Memo, Read } from "./tags.ts";
import { viewOf, type World } from "./view.ts";

export interface Paths {
  readonly isPending: () => boolean;
  readonly get: () => Attack | undefined;
  /** Objects of this kind changed in what a graph reads, by when; `workload`: in the pods that they make. */
  readonly changed: (kind: string, workload: boolean) => void;
}

interface Findings {
  readonly edits: () => readonly Edit[];
  readonly membersOf: MembersOf;
}

/** What a graph cannot be brought up to date for. */
const wholesale = ["coverage", "images", "use", "silent", "server", "labels"];

/** Bump `findings` when results or edits change. */
export function createPaths(
  world: World,
  edges: readonly AttackEdge[],
  findings: Findings,
  options: GraphOptions | undefined,
  observations: () => readonly Observation[],
): Paths {
  const { tags } = world;
  const since = new Set<string>();
  let workloads = true;
  let rest = tags.memo<void>(() => undefined);
  const graph = tags.memo<BuiltGraph>((read, before) => {
    const inventory = viewOf(world, read, true);
    const made =
      before === undefined || workloads || !rest.isValid()
        ? attackGraph(inventory, edges, options)
        : brought(before, inventory, world, read, since);
    if (made !== before?.value) tags.bump("graph");
    since.clear();
    workloads = false;
    rest = restOf(world);
    return made;
  });
  const attack: Memo<Attack | undefined> = tags.memo((read) => {
    const inventory = viewOf(world, read, true);
    read("findings");
    read("graph");
    read("traffic");
    if (isBare(inventory)) return undefined;
    const { membersOf } = findings;
    const edits = findings.edits();
    const chosen = options === undefined ? {} : { chosen: options };
    const traffic = observations().length === 0 ? undefined : trafficOf(observations(), inventory);
    return attackOn(graph.get(), { inventory, edges, edits, membersOf, traffic, ...chosen });
  });
  return {
    isPending: () => !graph.isValid() || !attack.isValid(),
    get: () => {
      graph.get();
      return attack.get();
    },
    changed: (kind, workload) => {
      since.add(kind);
      workloads ||= workload;
    },
  };
}

/** Stays valid until something other than objects changes. */
function restOf({ tags }: World): Memo<void> {
  const memo = tags.memo<void>((read) => wholesale.forEach(read));
  memo.get();
  return memo;
}

function brought(
  before: Before<BuiltGraph>,
  inventory: Inventory,
  { tags }: World,
  read: Read,
  since: ReadonlySet<string>,
): BuiltGraph {
  for (const tag of before.reads) read(tag);
  const all = tags.through(before.reads);
  const kinds = [...since].filter((kind) => kind === "v1/Namespace" || all.has(`kind ${kind}`));
  const isSame = kinds.length === 0 && namespacesIn(inventory) === before.value.parts.namespaces;
  return isSame ? before.value : updateGraph(before.value, inventory, kinds);
}
