/**
 * What could not have been seen: for each container and kind of behaviour how long, how many replicas, from when on and by
 * whom it was watched, and for each lack how to see it. "Never seen" means something only where the ledger is complete.
 */
import type { EvidenceCoverage, Ledger, Enough } from "../model/evidence.ts";
import {
  observationKinds,
  type ContainerKey,
  type Interval,
  type MeasuredKind,
  type WatchedKind,
} from "../model/observation.ts";
import type { Observation, Sight, Watch } from "../model/observation.ts";
import { containerKey, placeKey } from "./behaviour.ts";
import { enough, type Expected } from "./expected.ts";
import { hoursOf, united, weekdaysOf } from "./interval.ts";
import { lacksOf, type Watched } from "./lack.ts";
import { shed, type Seen } from "./merge.ts";

/** The ledger of a container: with an image, of that image; without, of the one that runs now (or of all, where not known). */
export type Ledgers = (container: ContainerKey) => Ledger;

export function createLedgers(
  seen: Pick<Seen, "watches" | "observations">,
  expectedOf: (container: ContainerKey) => Expected,
  least: Enough = enough,
): Ledgers {
  const byPlace = Map.groupBy(seen.watches, ({ container }) => placeKey({ ...container, container: "" }));
  const requests = seen.watches.filter(({ sight }) => sight["api-request"] !== undefined);
  const lost = shed(seen);
  const made = new Map<string, Ledger>();
  return (container) => {
    const key = containerKey(container);
    const before = made.get(key);
    if (before !== undefined) return before;
    const near = byPlace.get(placeKey({ ...container, container: "" })) ?? [];
    const ledger = ledgerOf(container, { near, requests, lost }, expectedOf(container), least);
    made.set(key, ledger);
    return ledger;
  };
}

interface Near {
  /** Of the same workload. */
  readonly near: readonly Watch[];
  /** Of whatever sees requests to the API: the log of the API server sees those of accounts that made none yet, too. */
  readonly requests: readonly Watch[];
  readonly lost: ReadonlyMap<string, number>;
}

function ledgerOf(
  container: ContainerKey,
  { near, requests, lost }: Near,
  expected: Expected,
  least: Enough,
): Ledger {
  const all = near.filter((watch) => isOf(watch, container));
  const watches = all.filter((watch) => isImage(watch, container, expected));
  const account: Expected = { ...expected, runs: "account" };
  const kinds = Object.fromEntries(
    observationKinds.map((kind) => [
      kind,
      kind === "api-request" && requests.length > 0
        ? coverageOf(kind, { all: requests, watches: requests, own: near, expected: account, lost }, least)
        : coverageOf(kind, { all, watches, own: undefined, expected, lost }, least),
    ]),
  ) as Ledger["kinds"];
  return { kinds, blindKinds: observationKinds.filter((kind) => kinds[kind].sight === "none") };
}

/** What could not have been measured of a container: the ledger of its peaks, by the same thresholds. */
export type MeasuredLedger = (container: ContainerKey, kind: MeasuredKind) => EvidenceCoverage;

/** `watches`: of the container's workload. */
export function measuredLedger(
  watches: readonly Watch[],
  expectedOf: (container: ContainerKey) => Expected,
  least: Enough = enough,
): MeasuredLedger {
  return (container, kind) => {
    const expected = expectedOf(container);
    const all = watches.filter((watch) => isOf(watch, container));
    const own = all.filter((watch) => isImage(watch, container, expected));
    return coverageOf(kind, { all, watches: own, own: undefined, expected, lost: new Map() }, least);
  };
}

/** The watches that measured that of the container, under the image that runs now. */
export function measuredWatches(
  watches: readonly Watch[],
  container: ContainerKey,
  kind: MeasuredKind,
  expected: Expected,
): readonly Watch[] {
  return watches.filter(
    (watch) =>
      watch.container.container === container.container &&
      isImage(watch, container, expected) &&
      sightOf(watch, kind, expected) !== undefined,
  );
}

function isMeasured(kind: WatchedKind): kind is MeasuredKind {
  return kind === "memory" || kind === "cpu";
}

/** A cgroup goes with its container: what ends by itself is measured whole where somebody looked between its end and that. */
function sightOf({ sight, peaks }: Watch, kind: WatchedKind, { runs }: Expected): Sight | undefined {
  if (!isMeasured(kind)) return sight[kind];
  const [figure, atEnd] =
    kind === "memory" ? [peaks?.memoryBytes, peaks?.memoryAtEnd] : [peaks?.cpuMillicores, peaks?.cpuAtEnd];
  if (figure === undefined) return undefined;
  return runs === "always" || atEnd === 1 ? "whole" : "partial";
}

/** What the ledger of a container says of one kind where nobody watched it and nothing was seen. */
export function unwatchedCoverage(
  kind: WatchedKind,
  expected: Expected,
  least: Enough = enough,
): EvidenceCoverage {
  return coverageOf(kind, { all: [], watches: [], own: undefined, expected, lost: new Map() }, least);
}

/** Of that container, or of its pod as a whole. */
function isOf({ container }: Watch, { container: name }: ContainerKey): boolean {
  return container.container === name || container.container === "";
}

/** A sensor that does not tell the image is believed, and the ledger says so. */
function isImage(watch: Watch, { image }: ContainerKey, { images }: Expected): boolean {
  const told = watch.container.image;
  if (told === undefined || told === image) return true;
  const names = image === undefined || images.includes(image) ? images : [image];
  return !isComparable(told, names) || names.includes(told);
}

/** A digest tells nothing of a tag, nor the other way round. */
function isComparable(told: string, names: readonly string[]): boolean {
  return names.some((name) => isDigest(name) === isDigest(told));
}

function isDigest(image: string): boolean {
  return image.startsWith("sha256:");
}

interface Sources {
  /** Of any image. */
  readonly all: readonly Watch[];
  readonly watches: readonly Watch[];
  /** Those whose shed events count, where not all do. */
  readonly own: readonly Watch[] | undefined;
  readonly expected: Expected;
  readonly lost: ReadonlyMap<string, number>;
}

function coverageOf(kind: WatchedKind, sources: Sources, least: Enough): EvidenceCoverage {
  const { watches, expected, lost, all, own } = sources;
  const seeing = watches.filter((watch) => sightOf(watch, kind, expected) !== undefined);
  const whole = seeing.filter((watch) => sightOf(watch, kind, expected) === "whole");
  const used = whole.length > 0 ? whole : seeing;
  const intervals = united(...used.map((watch) => intervalsOf(watch, expected)));
  const pods = new Set(used.map(({ pod }) => pod).filter((pod) => pod !== ""));
  const current = expected.pods === undefined ? pods : pods.intersection(new Set(expected.pods));
  const watched: Watched = {
    kind,
    sensors: [...new Set(used.map(({ sensor }) => sensor))].sort(),
    sight: whole.length > 0 ? "whole" : seeing.length > 0 ? "partial" : "none",
    // The kernel keeps the peak of memory from the cgroup's first page on, whenever somebody comes to read it.
    startupSeen: kind === "memory" ? used.length > 0 : used.some(({ fromStart }) => fromStart),
    replicasSeen: current.size,
    ...totalOf(expected, pods),
    ...spanOf(intervals),
    hours: hoursOf(intervals),
    weekdays: weekdaysOf(intervals),
    ...(expected.runs === "scheduled" ? { cronCycles: pods.size } : {}),
    rolloutsSince: expected.rollouts.filter((moment) => moment > (intervals[0]?.from ?? "~")).length,
    // Events that were lost are not what is measured.
    drops: isMeasured(kind) ? 0 : dropsOf(used),
    shed: [...new Set((own ?? used).map(({ container }) => containerKey(container)))].reduce(
      (sum, key) => sum + (lost.get(`${kind} ${key}`) ?? 0),
      0,
    ),
  };
  const lacks = lacksOf(watched, {
    expected,
    least,
    attached: [...new Set(watches.map(({ sensor }) => sensor))].sort(),
    otherImages: [...new Set(all.flatMap(({ container }) => container.image ?? []))].sort(),
    imageTold: used.some(({ container }) => container.image !== undefined),
    imageKnown: used.some(
      ({ container }) => container.image === undefined || isComparable(container.image, expected.images),
    ),
    unseenPods: [...(expected.pods ?? [])].filter((pod) => !pods.has(pod)),
  });
  return { ...watched, lacks, complete: !lacks.some(({ counts }) => counts) };
}

/** A pod that is still there was watched as long as its source was heard of; one that is gone, to its last sign. */
function intervalsOf({ pod, watched, heard }: Watch, { pods, runs }: Expected): readonly Interval[] {
  return runs === "account" || pods?.includes(pod) === true ? heard : watched;
}

function totalOf(
  { runs, pods, replicas }: Expected,
  seen: ReadonlySet<string>,
): { readonly replicasTotal?: number } {
  if (runs !== "always") return {};
  if (pods !== undefined && pods.length > 0) return { replicasTotal: pods.length };
  return replicas === undefined ? {} : { replicasTotal: Math.max(replicas, seen.size) };
}

function spanOf(intervals: readonly Interval[]): { readonly since?: string; readonly until?: string } {
  const [first, last] = [intervals[0], intervals.at(-1)];
  return first === undefined || last === undefined ? {} : { since: first.from, until: last.to };
}

/** A source's losses stand in each of its watches, and are its losses once. */
function dropsOf(watches: readonly Watch[]): number {
  const bySource = new Map<string, number>();
  for (const { sensor, provenance, drops } of watches) {
    const key = JSON.stringify([sensor, provenance]);
    bySource.set(key, Math.max(bySource.get(key) ?? 0, drops));
  }
  return [...bySource.values()].reduce((sum, drops) => sum + drops, 0);
}

/** What observations say of a claim that a witness would prove: `not-observed` only where nothing was lacking. */
export function stateOf(
  witnesses: readonly Observation[],
  coverage: EvidenceCoverage,
): "observed" | "not-observed" | "unknown" {
  return witnesses.length > 0 ? "observed" : coverage.complete ? "not-observed" : "unknown";
}
