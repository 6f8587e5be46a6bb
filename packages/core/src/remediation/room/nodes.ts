/**
 * Whether nodes have room for pods that ask for more: what a node may give, less the requests of the pods on it, as the
 * scheduler counts. May not guess where pods go for reasons that it does not look at.
 */
import { amountText, amountsText, type Amounts } from "./amounts.ts";
import type { NodeRoom as AnyNode, PodRoom, RoomBook } from "./book.ts";
import { mayStand, undecided } from "./places.ts";
import type { Grown, Told } from "./quota.ts";
import type { Rollout } from "./rollout.ts";

/** A node that tells what it has to give. */
type NodeRoom = AnyNode & { readonly allocatable: Amounts };

export interface NodeCase {
  readonly after: Grown;
  readonly rollout: Rollout;
  /** Its own pods, which leave; `undefined`: pods were not read. */
  readonly standing: readonly PodRoom[] | undefined;
}

export function askNodes(book: RoomBook, each: NodeCase): Told {
  const { after, rollout } = each;
  if (rollout.pods === 0) return { refused: [], missing: [], room: [] };
  const wanted = new Map([...after.demand.requests, ["pods", 1] as const].filter(([, amount]) => amount > 0));
  const open = book.nodes().filter((node) => mayStand(after.spec, node));
  if (open.length === 0)
    return lacking(
      "which node its pods may stand on: none was seen that takes them",
      "look at kubectl describe nodes",
    );
  const nodes = open.filter(tells);
  const silent = open.find((node) => !tells(node));
  const told = nodes.length === 0 ? undefined : askThese(nodes, book, each, wanted);
  if (silent === undefined) return told!;
  // Those that tell have room for all, and nothing else decides: what others have is of no matter.
  const isSure = rollout.everyNode !== true && undecided(after.spec).length === 0;
  if (told !== undefined && isSure && told.room.length > 0) return told;
  return lacking(
    `what node ${silent.name} has to give: its status does not tell`,
    `look at kubectl describe node ${silent.name}`,
  );
}

function tells(node: AnyNode): node is NodeRoom {
  return node.allocatable !== undefined;
}

function askThese(nodes: readonly NodeRoom[], book: RoomBook, each: NodeCase, wanted: Amounts): Told {
  const { after, rollout, standing } = each;
  const isBig = !nodes.some(({ allocatable }) => slots(allocatable, wanted) > 0);
  if (isBig) return tooBig(nodes, wanted, after);
  if (standing === undefined)
    return lacking("what the pods on its nodes ask for", "let it read pods in all namespaces");
  const freeOn = (node: NodeRoom): Amounts => left(node, book, standing);
  if (rollout.everyNode === true) return onEach(nodes, each, wanted, freeOn);
  return anywhere(nodes, each, wanted, freeOn);
}

/** Of as many as are asked for, all find room somewhere; where something else decides, each node has room for all. */
function anywhere(
  nodes: readonly NodeRoom[],
  { after, rollout, standing = [] }: NodeCase,
  wanted: Amounts,
  freeOn: (node: NodeRoom) => Amounts,
): Told {
  // An old one may take more of something than a new one.
  const place = new Map(wanted);
  for (const { demand } of standing)
    for (const [name, amount] of demand.requests)
      if (amount > 0) place.set(name, Math.max(amount, place.get(name) ?? 0));
  const needed = rollout.pods + (rollout.holds ? 1 : 0);
  const open = undecided(after.spec);
  if (open.length > 0 && nodes.every((node) => slots(freeOn(node), place) >= needed)) return fits(wanted);
  let sure = 0;
  for (const node of open.length === 0 ? nodes : []) {
    sure += slots(freeOn(node), place);
    if (sure >= needed) return fits(wanted);
  }
  const found = nodes.reduce((sum, node) => sum + slots(freeOn(node), wanted), 0);
  if (found < rollout.pods) return full(nodes, rollout, wanted, after, freeOn, found);
  if (open.length > 0)
    return lacking(
      `whether the nodes that it may stand on for ${open.join(" and ")} have room for ${amountsText(asked(wanted))}`,
      "compare with kubectl describe nodes",
    );
  return lacking(
    "whether the last new pod finds room beside an old one",
    "make room on a node, or update it with maxSurge: 0 and maxUnavailable: 1",
  );
}

function onEach(
  nodes: readonly NodeRoom[],
  { after, rollout, standing = [] }: NodeCase,
  wanted: Amounts,
  freeOn: (node: NodeRoom) => Amounts,
): Told {
  const own = nodes.filter(({ name }) => standing.some(({ node }) => node === name));
  const small = own.filter((node) => slots(freeOn(node), wanted) < (rollout.holds ? 2 : 1));
  const [first] = small;
  if (first === undefined) return fits(wanted);
  if (slots(freeOn(first), wanted) > 0)
    return lacking("whether a node has room for a new pod beside an old one", "update it with maxSurge: 0");
  return unlessGuarded([first], after, [leftText(first, wanted, freeOn(first))]);
}

function tooBig(nodes: readonly NodeRoom[], wanted: Amounts, after: Grown): Told {
  const best = roomiest(nodes, wanted, ({ allocatable }) => allocatable);
  const text = `no node is as large: ${best.node.name} has ${amountText(best.resource, best.amount)} ${best.resource} allocatable, and a pod would ask for ${amountText(best.resource, wanted.get(best.resource)!)} ${best.resource}`;
  return unlessGuarded(nodes, { ...after, spec: {} }, [text]);
}

function full(
  nodes: readonly NodeRoom[],
  { pods }: Rollout,
  wanted: Amounts,
  after: Grown,
  freeOn: (node: NodeRoom) => Amounts,
  found: number,
): Told {
  const best = roomiest(nodes, wanted, freeOn);
  const some = found === 0 ? "" : `there is room for ${found} of ${pods} pods; `;
  return unlessGuarded(nodes, after, [some + leftText(best.node, wanted, freeOn(best.node))]);
}

/** A pool may grow, and a pod of some priority pushes others out. */
function unlessGuarded(nodes: readonly NodeRoom[], { spec }: Grown, refused: readonly string[]): Told {
  const what = refused.join("; ");
  if (nodes.some(({ ofPool }) => ofPool))
    return lacking(
      `whether its pool of nodes grows: ${what}`,
      "look at how far it may, or try the request on one replica",
    );
  const { priority, priorityClassName } = spec;
  if ((typeof priority === "number" && priority > 0) || priorityClassName !== undefined)
    return lacking(
      `whether pods of a lower priority make room: ${what}`,
      "compare with kubectl describe nodes",
    );
  return { refused, missing: [], room: [] };
}

function leftText(node: NodeRoom, wanted: Amounts, free: Amounts): string {
  const { resource, amount } = scarcest(wanted, free);
  const of = node.allocatable.get(resource) ?? 0;
  return `node ${node.name} has ${amountText(resource, Math.max(0, amount))} of ${amountText(resource, of)} ${resource} left without its own pods, and a pod would ask for ${amountText(resource, wanted.get(resource)!)} ${resource}`;
}

interface Best {
  readonly node: NodeRoom;
  readonly resource: string;
  readonly amount: number;
}

/** Where least is lacking of what is scarcest. */
function roomiest(nodes: readonly NodeRoom[], wanted: Amounts, has: (node: NodeRoom) => Amounts): Best {
  const all = nodes.map((node): Best => ({ node, ...scarcest(wanted, has(node)) }));
  const share = ({ resource, amount }: Best): number => amount / wanted.get(resource)!;
  return all.reduce((a, b) => (share(b) > share(a) ? b : a));
}

/** Of those equally scarce the first by name. */
function scarcest(wanted: Amounts, has: Amounts): Omit<Best, "node"> {
  let least = { resource: "", amount: 0, share: Infinity };
  for (const [resource, asked] of wanted) {
    const amount = has.get(resource) ?? 0;
    const share = amount / asked;
    if (share < least.share || (share === least.share && resource < least.resource))
      least = { resource, amount, share };
  }
  return { resource: least.resource, amount: least.amount };
}

/** How many such pods find room. */
function slots(has: Amounts, wanted: Amounts): number {
  let least = Infinity;
  for (const [resource, amount] of wanted)
    least = Math.min(least, Math.floor((has.get(resource) ?? 0) / amount));
  return Math.max(0, least);
}

function left(node: NodeRoom, book: RoomBook, own: readonly PodRoom[]): Amounts {
  const taken = book.takenOn(node.name);
  const here = own.filter((pod) => pod.node === node.name);
  const free = new Map<string, number>();
  for (const [name, amount] of node.allocatable) {
    const released = here.reduce(
      (sum, { demand }) => sum + (name === "pods" ? 1 : (demand.requests.get(name) ?? 0)),
      0,
    );
    free.set(name, amount - (taken.get(name) ?? 0) + released);
  }
  return free;
}

function fits(wanted: Amounts): Told {
  return { refused: [], missing: [], room: [`the nodes, for ${amountsText(asked(wanted))} a pod`] };
}

function asked(wanted: Amounts): Amounts {
  return new Map([...wanted].filter(([name]) => name !== "pods"));
}

function lacking(text: string, remedy: string): Told {
  return { refused: [], missing: [{ text, remedy }], room: [] };
}
