/**
 * Judges the present by the library and the settings that hold: what single objects tell at once, and what many objects
 * together tell as it is heard from the overview, which is given the same changes.
 */
import {
  createIncremental,
  joinTurns,
  type AttackLibrary,
  type Change,
  type Delta,
  type Exception,
  type Image,
  type DetectionReport,
  type Edit,
  type FrameworkScore,
  type IncrementalOptions,
  type InventoryOptions,
  type IsLate,
  type JointSaid,
  type Result,
  type ResultTurn,
  type ScanSettings,
  type Seen,
  type SnapshotHeader,
} from "@plimsoll/core";
import { libraryWith, type Overview } from "../overview/overview.ts";
import type { Settings } from "../settings/settings.ts";
import { createAnnotated } from "./annotated.ts";

export interface Taken extends Delta {
  /** The overview was given something: its last answers are not of all there is any more. */
  readonly isNews: boolean;
}

export interface Judge {
  /** Judges what single objects tell; the overview is given the same. */
  readonly take: (changes: readonly Change[], header: SnapshotHeader, settings: Settings) => Taken;
  /** Goes on with what was put off, until it is late. */
  readonly settle: (isLate?: IsLate) => Delta;
  /** Settings and clock as it judges by them now. */
  readonly around: () => readonly Change[];
  /** What the overview said; `settle` tells what came of it. */
  readonly hear: (said: readonly JointSaid[]) => void;
  readonly results: () => readonly Result[];
  readonly result: (id: string) => Result | undefined;
  /** What would resolve findings of an object, by its key. */
  readonly editsOf: (key: string) => readonly Edit[];
  readonly scores: () => readonly FrameworkScore[];
  /** What happened and should not, by all that was seen. */
  readonly detections: (seen: Seen) => readonly DetectionReport[] | undefined;
  /** What controls say now of places of which nothing is reported any more. */
  readonly lookAgain: (
    turns: readonly Pick<Result, "id" | "control" | "resource">[],
  ) => ReadonlyMap<string, Result>;
}

/** Milliseconds in which the clock is not moved: exceptions end by days. */
const clockRests = 60_000;

export interface JudgeParts {
  readonly header: SnapshotHeader;
  readonly settings: Settings;
  readonly toolVersion: string;
  readonly library: AttackLibrary | undefined;
  readonly overview: Pick<Overview, "take">;
  /** What is known of images now; the same list until it changes. */
  readonly images: (exploited: readonly string[]) => readonly Image[];
  readonly onRefused: (because: string) => void;
}

/** As the judge and the overview begin. */
export function beginning(
  { server, takenAt }: SnapshotHeader,
  settings: Settings,
  toolVersion: string,
): IncrementalOptions {
  return { toolVersion, server, takenAt, ...scanSettings(settings, []) };
}

export function createJudge({
  header,
  settings: first,
  toolVersion,
  library,
  overview,
  images: imagesNow,
  onRefused,
}: JudgeParts): Judge {
  const { server, takenAt } = header;
  // Paths are the overview's.
  const { edges: _e, ...own } = libraryWith(first.own, library);
  const kept = createIncremental(own, { ...beginning(header, first, toolVersion), listens: true });
  const annotated = createAnnotated(onRefused);
  let known = {
    server: JSON.stringify(server),
    settings: first,
    at: takenAt,
    annotations: annotated.list(),
    images: noImages,
  };
  const around = (now: SnapshotHeader, settings: Settings): readonly Change[] => {
    const text = JSON.stringify(now.server);
    const annotations = settings.annotations ? annotated.list() : noExceptions;
    const images = imagesNow(settings.exploited);
    const isOther = images !== known.images && images.length + known.images.length > 0;
    // Set back it counts as well: what has ended by the clock of before may not have ended yet.
    const isLate = Math.abs(Date.parse(now.takenAt) - Date.parse(known.at)) >= clockRests;
    const changes: readonly Change[] = [
      ...(text === known.server ? [] : [{ op: "server", server: now.server } as const]),
      ...(settings === known.settings && annotations === known.annotations
        ? []
        : [{ op: "settings", settings: scanSettings(settings, annotations) } as const]),
      ...(isOther ? [{ op: "images", images } as const] : []),
      ...(isLate ? [{ op: "time", at: now.takenAt } as const] : []),
    ];
    known = { server: text, settings, at: isLate ? now.takenAt : known.at, annotations, images };
    return changes;
  };
  return {
    take: (changes, now, settings) => {
      annotated.take(changes);
      const more = around(now, settings);
      // Objects first: what settings or the clock mean is judged of all there is.
      const lists = [changes, more].filter((list) => list.length > 0);
      overview.take(lists);
      const deltas = lists.map((list) => kept.apply(list));
      return { ...(deltas.length === 0 ? kept.apply([]) : joined(deltas)), isNews: deltas.length > 0 };
    },
    settle: kept.settle,
    around: () => [
      { op: "server", server: JSON.parse(known.server) as SnapshotHeader["server"] },
      { op: "settings", settings: scanSettings(known.settings, known.annotations) },
      { op: "images", images: known.images },
      { op: "time", at: known.at },
    ],
    hear: kept.hear,
    results: kept.results,
    result: kept.result,
    editsOf: kept.editsOf,
    scores: kept.scores,
    detections: kept.detections,
    lookAgain: kept.lookAgain,
  };
}

function joined(deltas: readonly Delta[]): Delta {
  const results: readonly ResultTurn[] = joinTurns(deltas.flatMap((delta) => delta.results));
  return { results, scores: deltas.flatMap(({ scores }) => scores), pending: deltas.at(-1)!.pending };
}

const noExceptions: readonly Exception[] = [];
const noImages: readonly Image[] = [];

function scanSettings(settings: Settings, annotations: readonly Exception[]): ScanSettings {
  const { exceptions, frameworks, evidence, learning } = settings;
  return {
    exceptions: [...exceptions, ...annotations],
    ...(evidence === undefined ? {} : { thresholds: evidence }),
    learningTime: learning.time,
    ...inventoryOptions(settings),
    ...(frameworks === undefined ? {} : { frameworks }),
  };
}

function inventoryOptions({ teamLabels, environmentLabels, crownJewels }: Settings): InventoryOptions {
  return {
    ...(teamLabels === undefined ? {} : { teamLabels }),
    ...(environmentLabels === undefined ? {} : { environmentLabels }),
    ...(crownJewels === undefined ? {} : { crownJewels }),
  };
}
