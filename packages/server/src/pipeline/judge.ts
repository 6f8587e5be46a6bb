/**
 * Judges the present by the library and the settings that hold. The one place that knows how findings and reports come
 * about: findings at once, what looks at many objects piece by piece, paths and priorities when a report is asked for.
 */
import {
  createIncremental,
  joinTurns,
  type Change,
  type Delta,
  type Exception,
  type DetectionReport,
  type FrameworkScore,
  type InventoryOptions,
  type IsLate,
  type Report,
  type Result,
  type ResultTurn,
  type ScanSettings,
  type SnapshotHeader,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import type { Settings } from "../settings/settings.ts";
import { createAnnotated } from "./annotated.ts";

export interface Judge {
  /** Judges what single objects tell. */
  readonly take: (changes: readonly Change[], header: SnapshotHeader, settings: Settings) => Delta;
  /** Goes on with what was put off, until it is late. */
  readonly settle: (isLate?: IsLate) => Delta;
  /** Equal to a scan of everything that was taken, with what it turned beyond the deltas before. */
  readonly report: () => { readonly report: Report; readonly delta: Delta };
  readonly results: () => readonly Result[];
  readonly scores: () => readonly FrameworkScore[];
  /** What happened and should not. */
  readonly detections: () => readonly DetectionReport[] | undefined;
  /** What controls say now of places of which nothing is reported any more. */
  readonly lookAgain: (turns: readonly Pick<Result, "control" | "resource">[]) => ReadonlyMap<string, Result>;
}

/** Milliseconds in which the clock is not moved: exceptions end by days. */
const clockRests = 60_000;

export function createJudge(
  header: SnapshotHeader,
  first: Settings,
  toolVersion: string,
  onRefused: (because: string) => void,
): Judge {
  const { server, takenAt } = header;
  const own = {
    controls: [...library.controls, ...first.own.controls],
    detections: [...(library.detections ?? []), ...first.own.detections],
  };
  const kept = createIncremental(
    { ...library, ...own },
    { toolVersion, server, takenAt, ...scanSettings(first, []) },
  );
  const annotated = createAnnotated(onRefused);
  let known = { server: JSON.stringify(server), settings: first, at: takenAt, annotations: annotated.list() };
  const around = (now: SnapshotHeader, settings: Settings): readonly Change[] => {
    const text = JSON.stringify(now.server);
    const annotations = settings.annotations ? annotated.list() : noExceptions;
    const isLate = Date.parse(now.takenAt) - Date.parse(known.at) >= clockRests;
    const changes: readonly Change[] = [
      ...(text === known.server ? [] : [{ op: "server", server: now.server } as const]),
      ...(settings === known.settings && annotations === known.annotations
        ? []
        : [{ op: "settings", settings: scanSettings(settings, annotations) } as const]),
      ...(isLate ? [{ op: "time", at: now.takenAt } as const] : []),
    ];
    known = { server: text, settings, at: isLate ? now.takenAt : known.at, annotations };
    return changes;
  };
  return {
    take: (changes, now, settings) => {
      annotated.take(changes);
      const more = around(now, settings);
      // Objects first: what settings or the clock mean is judged of all there is.
      const deltas = [changes, more].flatMap((list) => (list.length === 0 ? [] : [kept.apply(list)]));
      return deltas.length === 0 ? kept.apply([]) : joined(deltas);
    },
    settle: kept.settle,
    report: () => {
      const report = kept.report();
      return { report, delta: kept.settle() };
    },
    results: kept.results,
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

function scanSettings(settings: Settings, annotations: readonly Exception[]): ScanSettings {
  const { exceptions, frameworks, evidence } = settings;
  return {
    exceptions: [...exceptions, ...annotations],
    ...(evidence === undefined ? {} : { thresholds: evidence }),
    ...inventoryOptions(settings),
    ...(frameworks === undefined ? {} : { frameworks }),
  };
}

function inventoryOptions({ teamLabels, environmentLabels }: Settings): InventoryOptions {
  return {
    ...(teamLabels === undefined ? {} : { teamLabels }),
    ...(environmentLabels === undefined ? {} : { environmentLabels }),
  };
}
