/**
 * What sensors saw, weighed over a changing cluster as a scan weighs it. Until it is refreshed it says what it said
 * before; what stands upon its answers is told only where one of them is another.
 */
import type { Enough } from "../model/evidence.ts";
import type { Seen } from "../evidence/merge.ts";
import type { Silent } from "../inventory/exposure.ts";
import type { Image } from "../model/image.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Workload } from "../model/workload.ts";
import { weighingOf, type Weighing } from "../risk/evidence.ts";
import { withUse } from "../risk/vulnerabilities.ts";
import type { Port } from "../inventory/network/connectivity.ts";
import { viewOf, type World } from "./view.ts";

export type Around = Pick<Snapshot, "observations" | "images"> &
  Pick<Partial<Snapshot>, "watches" | "detections">;

export interface Scales {
  /** As it was last refreshed; undefined where nobody observed. */
  readonly weighing: () => Weighing | undefined;
  readonly isValid: () => boolean;
  /** True where it was made anew, and any finding may be weighed otherwise. */
  readonly refresh: () => boolean;
  /** For the room of exposures while it is made: what it is answered is remembered, and asked again. */
  readonly silent: () => Silent | undefined;
  /** With what was seen of their packages. */
  readonly images: () => readonly Image[];
}

interface Answered {
  readonly workload: Workload;
  readonly ports: readonly Port[];
  readonly answer: string | undefined;
}

/** `least`: by the settings that hold. */
export function createScales(world: World, around: () => Around, least: () => Enough): Scales {
  const { tags } = world;
  let current: Weighing | undefined;
  let used: { readonly of: readonly Image[]; readonly images: readonly Image[] } | undefined;
  let answered: Answered[] = [];
  const memo = tags.memo((read) => {
    read("observations");
    read("images");
    read("server"); // any settings are told by that name
    const inventory = viewOf(world, read, false, "as-read");
    const seen = around();
    const weighing = weighingOf(seen, inventory, least());
    return { weighing, images: weighing === undefined ? seen.images : withUse(seen, inventory, least()) };
  });
  const silent = (workload: Workload, ports: readonly Port[]): string | undefined => {
    const answer = current?.silent(workload, ports);
    answered.push({ workload, ports, answer });
    return answer;
  };
  return {
    weighing: () => current,
    isValid: memo.isValid,
    refresh: () => {
      if (memo.isValid()) return false;
      const { weighing, images } = memo.get();
      const isOther = (weighing === undefined) !== (current === undefined);
      current = weighing;
      if (
        isOther ||
        answered.some(({ workload, ports, answer }) => weighing?.silent(workload, ports) !== answer)
      )
        tags.bump("silent");
      if (used !== undefined && JSON.stringify(used.images) !== JSON.stringify(images)) tags.bump("use");
      used = { of: around().images, images };
      return true;
    },
    silent: () => {
      answered = [];
      return current === undefined ? undefined : silent;
    },
    // Images that came since are shown as they are until they are weighed.
    images: () => (used?.of === around().images ? used.images : around().images),
  };
}

/** Whom anything is said of that was said otherwise before: by workload, or by account. */
export function movedPlaces(before: Around, after: Around): ReadonlySet<string> {
  const [old, now] = [byPlace(before), byPlace(after)];
  const moved = new Set<string>();
  for (const place of new Set([...old.keys(), ...now.keys()]))
    if (!isSame(old.get(place), now.get(place))) moved.add(place);
  return moved;
}

export function placesIn(around: Around): ReadonlySet<string> {
  return new Set(byPlace(around).keys());
}

/** Where what is seen of this workload may stand: under its root, or under its account. */
export function placesOf({ root, serviceAccount }: Workload): readonly string[] {
  return [
    placeText(root.namespace, root.kind, root.name),
    placeText(serviceAccount.namespace, "ServiceAccount", serviceAccount.name),
  ];
}

function byPlace({
  observations,
  watches = [],
  detections = [],
}: Around): ReadonlyMap<string, readonly object[]> {
  return Map.groupBy(
    [...observations, ...watches, ...detections],
    ({ container: { namespace, workloadKind, workload } }) => placeText(namespace, workloadKind, workload),
  );
}

function placeText(namespace: string, kind: string, name: string): string {
  return JSON.stringify([namespace, kind, name]);
}

function isSame(a: readonly object[] | undefined, b: readonly object[] | undefined): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((entry, index) => entry === b[index] || JSON.stringify(entry) === JSON.stringify(b[index]));
}

/** All of the connections that were seen that is told anywhere: between whom, on which ports, last on which day. */
export function trafficText({ observations }: Around): string {
  const seen = observations.flatMap(({ container, detail, support }) => {
    if (detail.kind !== "connection" || detail.peer === undefined || detail.refused === true) return [];
    const last = support.reduce((latest, each) => (each.last > latest ? each.last : latest), "");
    const { namespace, workloadKind, workload } = container;
    return [
      [namespace, workloadKind, workload, detail.direction, detail.port, detail.peer, last.slice(0, 10)],
    ];
  });
  return JSON.stringify(seen);
}

const inNamespaces = new WeakMap<readonly object[], ReadonlyMap<string, Seen>>();

/** What was seen in some namespaces. */
export function seenIn(around: Around, namespaces: ReadonlySet<string>): Seen {
  const { observations } = around;
  let index = inNamespaces.get(observations);
  if (index === undefined) inNamespaces.set(observations, (index = indexed(around)));
  const found = [...namespaces].sort().flatMap((namespace) => index.get(namespace) ?? []);
  return {
    observations: found.flatMap((each) => each.observations),
    watches: found.flatMap((each) => each.watches),
    detections: found.flatMap((each) => each.detections),
  };
}

function indexed({ observations, watches = [], detections = [] }: Around): ReadonlyMap<string, Seen> {
  const of = ({ container }: { readonly container: { readonly namespace: string } }): string =>
    container.namespace;
  const [acts, looks, alarms] = [
    Map.groupBy(observations, of),
    Map.groupBy(watches, of),
    Map.groupBy(detections, of),
  ];
  const namespaces = new Set([...acts.keys(), ...looks.keys(), ...alarms.keys()]);
  return new Map(
    [...namespaces].map((namespace) => [
      namespace,
      {
        observations: acts.get(namespace) ?? [],
        watches: looks.get(namespace) ?? [],
        detections: alarms.get(namespace) ?? [],
      },
    ]),
  );
}
