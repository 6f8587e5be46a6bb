/**
 * What a container does: its distinct behaviours, by image, with the replicas that each was seen in. What only one
 * replica of several did, what began near a detection, and what is somebody's doing by `exec` is shown with its flag and
 * not learned, unless a person accepts it. It does not guard against an image that was bad from its first start on.
 */
import type { Detection } from "../model/detection.ts";
import type { Ledger, Enough } from "../model/evidence.ts";
import type { ContainerKey, Observation, ObservationDetail, ObservationKind } from "../model/observation.ts";
import type { Support, Watch } from "../model/observation.ts";
import { collapse } from "./collapse.ts";
import { compareText, containerKey, placeKey, supportKey } from "./behaviour.ts";
import type { Expected } from "./expected.ts";
import { createLedgers } from "./ledger.ts";
import { firstSeen, type Seen } from "./merge.ts";
import { shapeOf, type Shape } from "./shape.ts";

/** In how many replicas a behaviour must be seen to be learned. */
export interface Quorum {
  /** At least so many, or all where there are fewer. */
  readonly least: number;
  /** At least this share of those watched, 0..1. */
  readonly share: number;
}

export const quorum: Quorum = { least: 2, share: 0.1 };

/** So many different ids make one pattern. */
export const enoughIds = 5;

/** What begins so close to a detection (milliseconds) in the same pod is not learned. */
export const nearDetection = 60_000;

export interface ProfileOptions {
  readonly expectedOf: (container: ContainerKey) => Expected;
  readonly quorum?: Quorum;
  readonly enough?: Enough;
  /** `Behaviour.key` of what a person looked at and calls normal. */
  readonly accepted?: ReadonlySet<string>;
}

export type FlagId =
  | "few-replicas" // fewer than the quorum did it
  | "near-detection" // it began when a detection was told of the same pod
  | "exec" // only by somebody's `exec` into the container
  | "set-up" // only the runtime, before the container's own first process
  | "claimed"; // only the workload's own output says so

/** Why a behaviour is not learned. */
export interface Flag {
  readonly id: FlagId;
  readonly text: string;
}

export interface Behaviour {
  /** The same for the same behaviour in every profile of the container: by it a person accepts it. */
  readonly key: string;
  /** Of the first witness; with `patterns`, one example of many. */
  readonly detail: ObservationDetail;
  /** Its variable texts (`textsOf`) as patterns (`matchesPattern`), where enough different ids were seen. */
  readonly patterns?: readonly string[];
  /** All that was seen of it; never empty. For what a fix would refuse, look at these. */
  readonly witnesses: readonly Observation[];
  /** Replicas that did it, of those watched by a sensor that sees it. */
  readonly replicas: number;
  readonly replicasWatched: number;
  readonly first: string;
  readonly last: string;
  /** Events, as the sensor counts them that saw most. */
  readonly count: number;
  readonly sensors: readonly string[];
  readonly flags: readonly Flag[];
  /** Part of what is normal: no flags, or accepted. Only this may be allowed by what is generated. */
  readonly learned: boolean;
}

/** What one container does under one image. */
export interface Profile {
  readonly container: ContainerKey;
  readonly behaviours: readonly Behaviour[];
  /** What could not be seen, for each kind. */
  readonly ledger: Ledger;
  readonly detections: readonly Detection[];
}

/** One for each container and image that was seen doing something or was watched; sorted by `containerKey`. */
export function profilesOf(seen: Seen, options: ProfileOptions): readonly Profile[] {
  const ledgers = createLedgers(seen, options.expectedOf, options.enough);
  const observations = Map.groupBy(seen.observations, ({ container }) => containerKey(container));
  const detections = Map.groupBy(seen.detections, ({ container }) =>
    placeKey({ ...container, container: "" }),
  );
  const watches = Map.groupBy(seen.watches, ({ container }) => placeKey({ ...container, container: "" }));
  const containers = new Map(
    [...seen.observations, ...seen.watches].map(({ container }) => [containerKey(container), container]),
  );
  return [...containers]
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, container]) => {
      const place = placeKey({ ...container, container: "" });
      const own = (detections.get(place) ?? []).filter((entry) => isNear(entry.container, container));
      const watched = (watches.get(place) ?? []).filter((watch) => isNear(watch.container, container));
      return {
        container,
        behaviours: behavioursOf(observations.get(key) ?? [], own, watched, options),
        ledger: ledgers(container),
        detections: own,
      };
    });
}

/** Of the same container and image, or told of the pod as a whole, or without an image. */
function isNear(told: ContainerKey, container: ContainerKey): boolean {
  return (
    (told.container === container.container || told.container === "") &&
    (told.image === undefined || told.image === container.image)
  );
}

/** What one cluster saw, its pods and sources named apart from those of others, so that it can be joined with theirs. */
export function inCluster(seen: Seen, cluster: string): Seen {
  const name = (text: string): string => (text === "" ? "" : `${cluster}/${text}`);
  const supports = (list: readonly Support[]): readonly Support[] =>
    list
      .map((entry) => ({ ...entry, pod: name(entry.pod), provenance: `${cluster}/${entry.provenance}` }))
      .sort((a, b) => compareText(supportKey(a), supportKey(b)));
  return {
    observations: seen.observations.map((entry) => ({ ...entry, support: supports(entry.support) })),
    watches: seen.watches.map((entry) => ({
      ...entry,
      pod: name(entry.pod),
      provenance: `${cluster}/${entry.provenance}`,
    })),
    detections: seen.detections.map((entry) => ({ ...entry, support: supports(entry.support) })),
  };
}

/** Where an observation stands: what is clean makes patterns and counts for the quorum. */
interface Weighed {
  /** As it was seen, names and addresses of peers included. */
  readonly observation: Observation;
  readonly shape: Shape;
  /** Support that did not begin near a detection. */
  readonly clean: readonly Support[];
  readonly stain: FlagId | undefined;
}

function behavioursOf(
  observations: readonly Observation[],
  detections: readonly Detection[],
  watches: readonly Watch[],
  options: ProfileOptions,
): readonly Behaviour[] {
  const watched = replicasWatched(watches);
  const weighed = observations.map((observation) => weigh(observation, detections));
  const groups = Map.groupBy(weighed, ({ shape, stain = "" }) => `${stain} ${shape.fixed}`);
  const found = [...groups.values()].flatMap((group) =>
    collapse(group, ({ shape }) => shape.templates, group[0]!.stain === undefined ? enoughIds : Infinity).map(
      ({ patterns, members }) => behaviourOf(patterns, members, watched, options),
    ),
  );
  return absorbed(found).sort((a, b) => compareText(a.key, b.key));
}

/** What is flagged and was also done in a way that is learned (another origin, before the detection) is told once. */
function absorbed(found: readonly Behaviour[]): Behaviour[] {
  const learned = new Set(found.filter((entry) => entry.learned).map(({ key }) => key));
  return found.filter((entry) => entry.learned || !learned.has(entry.key));
}

function weigh(observation: Observation, detections: readonly Detection[]): Weighed {
  const { support, trust, origin } = observation;
  const clean = support.filter((entry) => !detections.some((detection) => beganNear(entry, detection)));
  return {
    observation,
    shape: shapeOf(observation.detail),
    clean,
    stain:
      origin === "exec" || origin === "set-up"
        ? origin
        : trust === "claimed"
          ? "claimed"
          : clean.length === 0
            ? "near-detection"
            : undefined,
  };
}

function beganNear({ pod, first }: Support, detection: Detection): boolean {
  const began = Date.parse(first);
  return detection.support.some(
    (told) =>
      told.pod === pod &&
      began >= Date.parse(told.first) - nearDetection &&
      began <= Date.parse(told.last) + nearDetection,
  );
}

/** Pods that were watched by a sensor that sees a kind. */
function replicasWatched(watches: readonly Watch[]): (kind: ObservationKind) => ReadonlySet<string> {
  const made = new Map<ObservationKind, ReadonlySet<string>>();
  return (kind) => {
    const before = made.get(kind);
    if (before !== undefined) return before;
    const pods = new Set(watches.filter(({ sight }) => sight[kind] !== undefined).map(({ pod }) => pod));
    made.set(kind, pods);
    return pods;
  };
}

function behaviourOf(
  patterns: readonly string[] | undefined,
  members: readonly Weighed[],
  watchedOf: (kind: ObservationKind) => ReadonlySet<string>,
  { quorum: wanted = quorum, accepted }: ProfileOptions,
): Behaviour {
  const { detail, fixed, own } = members[0]!.shape;
  const key = `${fixed} ${patterns === undefined ? own : JSON.stringify(patterns)}`;
  const pods = new Set(members.flatMap(({ clean }) => clean.map(({ pod }) => pod)));
  const all = members.flatMap(({ observation }) => observation.support);
  const did = new Set(all.map(({ pod }) => pod));
  const known = watchedOf(detail.kind);
  const watched = did.isSubsetOf(known) ? known : known.union(did);
  const flags = flagsOf(members[0]!.stain, pods.size, named(watched), wanted);
  return {
    key,
    detail,
    ...(patterns === undefined ? {} : { patterns }),
    witnesses: members.map(({ observation }) => observation),
    replicas: named(did),
    replicasWatched: named(watched),
    first: members.map(({ observation }) => firstSeen(observation)).reduce((a, b) => (a < b ? a : b)),
    last: all.reduce((most, { last }) => (last > most ? last : most), all[0]!.last),
    count: countOf(members),
    sensors: [...new Set(members.map(({ observation }) => observation.sensor))].sort(),
    flags,
    learned: flags.length === 0 || accepted?.has(key) === true,
  };
}

/** Pods that have a name; where none has, one of which no more is known. */
function named(pods: ReadonlySet<string>): number {
  const count = pods.has("") ? pods.size - 1 : pods.size;
  return Math.max(count, Math.min(pods.size, 1));
}

function countOf(members: readonly Weighed[]): number {
  const [only, ...more] = members;
  if (more.length === 0) return only!.observation.support.reduce((sum, { count }) => sum + count, 0);
  const bySensor = new Map<string, number>();
  for (const { observation } of members)
    for (const { count } of observation.support)
      bySensor.set(observation.sensor, (bySensor.get(observation.sensor) ?? 0) + count);
  return Math.max(...bySensor.values());
}

const stainTexts: { readonly [Id in FlagId]: string } = {
  "few-replicas": "",
  "near-detection": "it began when a detection was told of the same pod",
  exec: "only by somebody's exec into the container",
  "set-up": "only by the runtime, before the container's first process",
  claimed: "only the workload's own output says so",
};

function flagsOf(
  stain: FlagId | undefined,
  did: number,
  watched: number,
  { least, share }: Quorum,
): readonly Flag[] {
  if (stain !== undefined) return [{ id: stain, text: stainTexts[stain] }];
  const needed = Math.max(Math.min(least, watched), Math.ceil(share * watched));
  if (did >= needed) return [];
  return [
    {
      id: "few-replicas",
      text: `only ${did} of ${watched} replicas did it: the work of one of them, or of an intruder`,
    },
  ];
}
