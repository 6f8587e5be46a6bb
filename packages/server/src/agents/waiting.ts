/** What was seen of containers that no pod has told of yet: kept for a while, bounded, and counted where it never is. */
import type { Clock } from "@plimsoll/cluster";
import { joinSeen, type Seen } from "@plimsoll/core";
import type { Containers, Found } from "./containers.ts";

export interface Waiting {
  readonly add: (node: string, id: string, seen: Seen) => void;
  /** Takes out what can be named now; forgets what has waited too long. */
  readonly named: () => readonly {
    readonly node: string;
    readonly found: Found;
    readonly id: string;
    readonly seen: Seen;
  }[];
  readonly counts: () => WaitingCounts;
}

export interface WaitingCounts {
  readonly containers: number;
  /** Never named: of a pod that is known (its sandbox, mostly), of none, and too many at once. */
  readonly sandboxes: number;
  readonly nameless: number;
  readonly crowded: number;
}

interface Held {
  readonly node: string;
  readonly at: number;
  seen: Seen;
}

const longestWait = 120_000;
/** An owner that was not read for so long is not there to be read. */
const longestUnsettled = 10_000;
const mostContainers = 5_000;
const mostEntries = 200_000;
/** Of one node, so that none crowds out the others. */
const mostOfNode = 1_000;

export function createWaiting(clock: Clock, containers: Containers): Waiting {
  const held = new Map<string, Held>();
  const ofNode = new Map<string, number>();
  let [entries, sandboxes, nameless, crowded] = [0, 0, 0, 0];
  const drop = (id: string, { node, seen }: Held): void => {
    held.delete(id);
    entries -= sizeOf(seen);
    const left = (ofNode.get(node) ?? 1) - 1;
    if (left === 0) ofNode.delete(node);
    else ofNode.set(node, left);
  };
  const giveUp = (seen: Seen): void => {
    const [pod = ""] = [...seen.watches.map((each) => each.pod), ...seen.observations.map(podOf)];
    if (containers.hasPod(pod)) sandboxes += 1;
    else nameless += 1;
  };
  return {
    add: (node, id, seen) => {
      const before = held.get(id);
      const isFull = held.size >= mostContainers || (ofNode.get(node) ?? 0) >= mostOfNode;
      if (entries + sizeOf(seen) > mostEntries || (before === undefined && isFull)) {
        crowded += 1;
        return;
      }
      // Another node's word of the same container: the pod will tell whose it is, and it is not both's.
      if (before !== undefined && before.node !== node) return;
      entries += sizeOf(seen);
      if (before === undefined) {
        held.set(id, { node, at: clock.elapsed(), seen });
        ofNode.set(node, (ofNode.get(node) ?? 0) + 1);
      } else {
        entries -= sizeOf(before.seen);
        entries -= sizeOf(seen);
        before.seen = joinSeen([before.seen, seen]);
        entries += sizeOf(before.seen);
      }
    },
    named: () => {
      const now = clock.elapsed();
      const ready: { node: string; found: Found; id: string; seen: Seen }[] = [];
      for (const [id, each] of held) {
        const found = containers.find(id);
        const age = now - each.at;
        if (found !== undefined && (found.settled || age > longestUnsettled)) {
          drop(id, each);
          ready.push({ node: each.node, found, id, seen: each.seen });
        } else if (age > longestWait) {
          drop(id, each);
          giveUp(each.seen);
        }
      }
      return ready;
    },
    counts: () => ({ containers: held.size, sandboxes, nameless, crowded }),
  };
}

function sizeOf({ observations, watches }: Seen): number {
  return observations.length + watches.length;
}

function podOf({ support: [first] }: Seen["observations"][number]): string {
  return first?.pod ?? "";
}
