/** Judges single objects by the controls that look at nothing else, many objects at a time. */
import {
  isCelControl,
  targetKinds,
  type CelControl,
  type Control,
  type Library,
} from "../controls/control.ts";
import { evaluate } from "../controls/evaluate.ts";
import type { Evaluation } from "../controls/ledger.ts";
import { checkFor } from "../controls/version.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Result } from "../model/finding.ts";
import { refKey, type ResourceRecord, type ResourceRef } from "../model/resource.ts";
import { standardsOf } from "../remediation/objects/pod-security-standards.ts";
import { thresholds } from "../remediation/verdicts/gathered.ts";
import { createJudge, type Judge } from "../remediation/verdicts/judge.ts";
import type { ScanOptions } from "../scan.ts";
import type { Rooms } from "./rooms.ts";
import { seenIn, type Around } from "./scales.ts";
import type { Holding } from "./stock.ts";
import { viewOf, type World } from "./view.ts";

/** Controls by what they have to look at. */
export interface Kinds {
  /** One object at a time, and there is something to ask of it in this version. */
  readonly single: readonly CelControl[];
  /** Several objects together. */
  readonly joint: readonly Control[];
  /** All that judge single objects: of kinds that were not read they say so. */
  readonly cel: readonly CelControl[];
}

export function kindsOfControls(controls: readonly Control[], version: string | undefined): Kinds {
  const cel = controls.filter(isCelControl);
  return {
    cel,
    single: cel.filter((control) => checkFor(control, version) !== undefined),
    joint: controls.filter((control) => !isCelControl(control)),
  };
}

/** Judges these objects alone, as they were or are. */
export function judgeHoldings(
  holdings: readonly Holding[],
  controls: readonly CelControl[],
  world: World,
  everyResult: boolean,
): Evaluation {
  const records = holdings.flatMap(({ record }) => record ?? []);
  const byKind = new Map<string, ResourceRecord[]>();
  for (const record of records) {
    const kind = `${record.resource.apiVersion}/${record.resource.kind}`;
    const list = byKind.get(kind);
    if (list === undefined) byKind.set(kind, [record]);
    else list.push(record);
  }
  const workloads = holdings.flatMap((holding) => holding.workloads);
  const asked = controls.filter(({ target }) =>
    target === "workload" || target === "pod" || target === "container"
      ? workloads.length > 0
      : targetKinds[target].some((kind) => byKind.has(kind)),
  );
  return evaluate(
    { ...aside(world), records, workloads, ofKind: (kind) => byKind.get(kind) ?? [], covers: () => true },
    asked,
    everyResult,
  );
}

/** What one control says at one object now, where it reported nothing: passes and skips too. */
export interface Asked {
  /** Of the result that was reported there before. */
  readonly id?: string;
  readonly control: string;
  readonly resource: ResourceRef;
}

/** By id. A control that looks at several objects is asked of all of them. */
export function lookAgain(
  asked: readonly Asked[],
  controls: readonly Control[],
  world: World,
): ReadonlyMap<string, Result> {
  const ids = new Set(asked.map(({ control }) => control));
  const chosen = controls.filter(({ id }) => ids.has(id));
  const single = chosen.filter(isCelControl);
  const joint = chosen.filter((control) => !isCelControl(control));
  const keys = new Set(asked.map(({ resource }) => refKey(resource)));
  const holdings = [...keys].map((key) => world.stock.at(key));
  const said = [
    ...(single.length === 0 ? [] : judgeHoldings(holdings, single, world, true).judged),
    ...(joint.length === 0
      ? []
      : evaluate(
          viewOf(world, () => undefined, false),
          joint,
          true,
        ).judged),
  ];
  return new Map(said.map(({ result }) => [result.id, result]));
}

/** What these controls say though no object is there: of kinds that were not read, and of what is not asked in this version. */
export function judgeNothing(
  inventory: Inventory,
  controls: readonly CelControl[],
  everyResult: boolean,
): Evaluation {
  const { server, gaps, covers, exposureOf, imageOf, namespaceLabels, placeOf } = inventory;
  const empty: Inventory = {
    server,
    gaps,
    covers,
    exposureOf,
    imageOf,
    namespaceLabels,
    placeOf,
    // Copied with the rest, whatever there is would have been read, and this asked again with every change.
    get takenAt() {
      return inventory.takenAt;
    },
    records: [],
    kinds: [],
    ofKind: () => [],
    get: () => undefined,
    workloads: [],
    bindings: [],
  };
  return evaluate(empty, controls, everyResult);
}

/** What patches are judged by. */
interface Judging {
  readonly world: World;
  readonly options: ScanOptions;
  readonly around: Around;
  readonly library: Library;
  readonly rooms: Rooms;
}

/**
 * Judges patches of these objects: of workloads by those that share their owner or their account, too, and of what runs
 * nothing by all that its fields reach.
 */
export function judgeOf(keys: Iterable<string>, state: Judging): Judge {
  const { world, options, around, library, rooms } = state;
  const { stock } = world;
  const namespaces = new Set([...keys].map(namespaceIn));
  const workloads = stock.workloadsIn(namespaces);
  const { gaps, covers } = viewOf(world, () => undefined, true);
  const { observations, watches = [], detections = [] } = around;
  return createJudge(
    { ...aside(world), workloads, gaps, covers },
    seenIn(around, namespaces),
    { ...thresholds, ...options.thresholds },
    {
      inventory: viewOf(world, () => undefined, false),
      seen: { observations, watches, detections },
      askRoom: rooms.ask,
    },
    standardsOf(library),
  );
}

/** Of an object by its key. */
export function namespaceIn(key: string): string {
  const parts = key.split("/");
  return parts[parts.length - 2] ?? "";
}

/** What single objects are told of the world around them. */
function aside(world: World): Inventory {
  const { get, namespaceLabels, placeOf, exposureOf, imageOf } = viewOf(world, () => undefined, false);
  return {
    server: world.server(),
    takenAt: world.takenAt(),
    records: [],
    kinds: [],
    ofKind: () => [],
    get,
    workloads: [],
    bindings: [],
    exposureOf,
    imageOf,
    namespaceLabels,
    gaps: [],
    covers: () => true,
    placeOf,
  };
}
