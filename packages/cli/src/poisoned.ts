/** What our rules tell of as grave and the settings do not accept, put beside what was seen: near it nothing is learned. */
import { createInventory, withGrave, type Snapshot } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import type { Config } from "./config.ts";
import { exceptionsFor, withOwnControls } from "./settings.ts";

export async function withToldOf(snapshot: Snapshot, config: Config, cwd: string): Promise<Snapshot> {
  const { observations, watches = [], detections = [] } = snapshot;
  if (observations.length === 0) return snapshot;
  const rules = await withOwnControls(library, config.controls, cwd);
  const named = [...rules.controls, ...(rules.detections ?? [])];
  const exceptions = await exceptionsFor(config, snapshot, named, cwd);
  const seen = { observations, watches, detections };
  return { ...snapshot, ...withGrave(seen, rules, createInventory(snapshot), exceptions) };
}
