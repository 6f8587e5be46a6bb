/** Judges the present by the library and the settings that hold. The one place that knows how a report comes about. */
import {
  createInventory,
  evaluate,
  scan,
  type InventoryOptions,
  type Report,
  type Result,
  type ScanOptions,
  type Snapshot,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import type { Settings } from "../settings/settings.ts";

export function judge(snapshot: Snapshot, settings: Settings, toolVersion: string): Report {
  const { exceptions, frameworks } = settings;
  const options: ScanOptions = {
    toolVersion,
    exceptions,
    ...inventoryOptions(settings),
    ...(frameworks === undefined ? {} : { frameworks }),
  };
  return scan(snapshot, library, options);
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
