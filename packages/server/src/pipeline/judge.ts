/** Judges the present by the library and the settings that hold. The one place that knows how a report comes about. */
import {
  createIncremental,
  createInventory,
  evaluate,
  type InventoryOptions,
  type Report,
  type Result,
  type ScanSettings,
  type Snapshot,
  type SnapshotHeader,
  type Change,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import type { Settings } from "../settings/settings.ts";

export interface Judge {
  readonly take: (changes: readonly Change[]) => void;
  /** Equal to a scan of everything that was taken. */
  readonly report: (header: SnapshotHeader, settings: Settings) => Report;
  readonly snapshot: () => Snapshot;
}

/** Milliseconds in which the clock is not moved: exceptions end by days. */
const clockRests = 60_000;

export function createJudge(header: SnapshotHeader, first: Settings, toolVersion: string): Judge {
  const { server, takenAt } = header;
  const kept = createIncremental(library, { toolVersion, server, takenAt, ...scanSettings(first) });
  let known = { server: JSON.stringify(server), settings: first, at: takenAt };
  return {
    take: (changes) => void kept.apply(changes),
    snapshot: kept.snapshot,
    report: (now, settings) => {
      const text = JSON.stringify(now.server);
      const isLate = Date.parse(now.takenAt) - Date.parse(known.at) >= clockRests;
      const changes: Change[] = [
        ...(text === known.server ? [] : [{ op: "server", server: now.server } as const]),
        ...(settings === known.settings
          ? []
          : [{ op: "settings", settings: scanSettings(settings) } as const]),
        ...(isLate ? [{ op: "time", at: now.takenAt } as const] : []),
      ];
      if (changes.length > 0) kept.apply(changes);
      known = { server: text, settings, at: isLate ? now.takenAt : known.at };
      const report = kept.report();
      kept.settle(); // what it turned was told by the report itself
      return report;
    },
  };
}

function scanSettings(settings: Settings): ScanSettings {
  const { exceptions, frameworks } = settings;
  return {
    exceptions,
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

/** What became of findings that a report does not hold any more: the results of their controls, passed ones too. */
export function lookAgain(
  snapshot: Snapshot,
  settings: Settings,
  controls: ReadonlySet<string>,
): ReadonlyMap<string, Result> {
  const chosen = library.controls.filter(({ id }) => controls.has(id));
  if (chosen.length === 0) return new Map();
  const inventory = createInventory(snapshot, inventoryOptions(settings));
  const { judged } = evaluate(inventory, chosen, true);
  return new Map(judged.map(({ result }) => [result.id, result]));
}
