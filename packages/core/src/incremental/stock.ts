/** The objects of a changing cluster, with their workloads: what changed is joined anew, and what was joined with it. */
import { entryOf } from "../inventory/once.ts";
import { coverage, joinWorkloads, places, type InventoryOptions } from "../inventory/build.ts";
import type { Place } from "../inventory/inventory.ts";
import { podTemplatesOf } from "../inventory/podspec.ts";
import type { Change, ClusterChange } from "../model/change.ts";
import type { Gap } from "../model/gap.ts";
import { refKey, refOf, type ResourceRecord, type ResourceRef } from "../model/resource.ts";
import type { PodTemplate, Workload } from "../model/workload.ts";
import { createRow, type Row } from "./row.ts";
import { isSteady } from "./steady.ts";

/** An object and what it makes, before or after a change. */
export interface Holding {
  readonly record: ResourceRecord | undefined;
  readonly workloads: readonly Workload[];
}

/** What became of one object, itself or by what it is joined with. */
export interface Move {
  readonly key: string;
  readonly before: Holding;
  readonly after: Holding;
  /** Nothing changed but what only its own controls look at. */
  readonly steady: boolean;
  readonly cause: Change;
}

export interface Stock {
  readonly get: (ref: ResourceRef) => ResourceRecord | undefined;
  readonly at: (key: string) => Holding;
  readonly ofKind: (gvk: string) => readonly ResourceRecord[];
  readonly kinds: () => readonly string[];
  /** In the order of their keys, as the lists above. */
  readonly records: () => readonly ResourceRecord[];
  readonly keys: () => readonly string[];
  readonly workloads: () => readonly Workload[];
  /** Those of these namespaces, and whatever is owned from outside of all; in the same order. */
  readonly workloadsIn: (namespaces: ReadonlySet<string>) => readonly Workload[];
  readonly namespaceLabels: (namespace: string) => { readonly [label: string]: string };
  /** Objects of a namespace, by key; `""`: those outside of all. */
  readonly keysIn: (namespace: string) => Iterable<string>;
  readonly placeOf: (record: ResourceRecord) => Place;
  readonly gaps: () => readonly Gap[];
  readonly covered: () => readonly string[];
  readonly covers: (gvk: string, namespace?: string) => boolean;
  /** Takes changes in, in their order, and tells of each object once. */
  readonly apply: (changes: readonly ClusterChange[]) => readonly Move[];
  /** Joins everything anew with other labels. */
  readonly relabel: (options: InventoryOptions) => void;
}

export const noHolding: Holding = { record: undefined, workloads: [] };

interface State {
  readonly all: Row<ResourceRecord>;
  readonly byKind: Map<string, Row<ResourceRecord>>;
  readonly templates: Map<string, readonly PodTemplate[]>;
  readonly workloads: Row<readonly Workload[]>;
  /** Objects whose workloads are owned from outside of all namespaces. */
  readonly wide: Set<string>;
  /** Objects by those that they were joined with, whether those were there or not. */
  readonly joined: Map<string, Set<string>>;
  readonly reads: Map<string, ReadonlySet<string>>;
  readonly inNamespace: Map<string, Set<string>>;
  placeOf: (record: ResourceRecord) => Place;
  gaps: readonly Gap[];
  covered: readonly string[];
  covers: Stock["covers"];
}

export function createStock(options: InventoryOptions): Stock {
  const state: State = {
    all: createRow(),
    byKind: new Map(),
    templates: new Map(),
    workloads: createRow(),
    wide: new Set(),
    joined: new Map(),
    reads: new Map(),
    inNamespace: new Map(),
    placeOf: () => ({}),
    gaps: [],
    covered: [],
    covers: () => false,
  };
  const labelsOf = (namespace: string): { readonly [label: string]: string } | undefined =>
    state.all.get(namespaceKey(namespace))?.resource.metadata.labels;
  state.placeOf = places(labelsOf, options);
  const flat = flatOf(state.workloads);
  return {
    get: (ref) => state.all.get(refKey(ref)),
    at: (key) => holdingOf(state, key),
    ofKind: (gvk) => state.byKind.get(gvk)?.list() ?? [],
    kinds: () => [...state.byKind.keys()].sort(),
    records: () => state.all.list(),
    keys: () => state.all.keys(),
    workloads: flat,
    workloadsIn: (namespaces) =>
      namespaces.size > fewNamespaces ? flat().filter(isIn(namespaces)) : workloadsIn(state, namespaces),
    namespaceLabels: (namespace) => labelsOf(namespace) ?? {},
    keysIn: (namespace) => state.inNamespace.get(namespace) ?? [],
    placeOf: (record) => state.placeOf(record),
    gaps: () => state.gaps,
    covered: () => state.covered,
    covers: (gvk, namespace) => state.covers(gvk, namespace),
    apply: (changes) => applyAll(state, changes),
    relabel: (other) => {
      state.placeOf = places(labelsOf, other);
      for (const key of state.templates.keys()) join(state, key);
    },
  };
}

/** So many namespaces are looked up one by one. */
const fewNamespaces = 4;

function workloadsIn({ inNamespace, workloads, wide }: State, namespaces: ReadonlySet<string>): Workload[] {
  const keys = new Set(wide);
  for (const namespace of namespaces)
    for (const key of inNamespace.get(namespace) ?? []) if (workloads.get(key) !== undefined) keys.add(key);
  return [...keys]
    .sort()
    .flatMap((key) => workloads.get(key) ?? [])
    .filter(isIn(namespaces));
}

function isIn(namespaces: ReadonlySet<string>): (workload: Workload) => boolean {
  return ({ ref, root }) => namespaces.has(ref.namespace) || root.namespace === "";
}

function putWorkloads({ workloads, wide }: State, key: string, made: readonly Workload[]): void {
  if (made.length > 0) workloads.put(key, made);
  else workloads.remove(key);
  if (made.some(({ root }) => root.namespace === "")) wide.add(key);
  else wide.delete(key);
}

/** The workloads in one list, the same until one changes. */
function flatOf(row: Row<readonly Workload[]>): () => readonly Workload[] {
  let from: readonly (readonly Workload[])[] | undefined;
  let made: readonly Workload[] = [];
  return () => {
    const lists = row.list();
    if (lists !== from) [from, made] = [lists, lists.flat()];
    return made;
  };
}

function namespaceKey(name: string): string {
  return `v1/Namespace//${name}`;
}

function holdingOf({ all, workloads }: State, key: string): Holding {
  const record = all.get(key);
  return record === undefined ? noHolding : { record, workloads: workloads.get(key) ?? [] };
}

function applyAll(state: State, changes: readonly ClusterChange[]): readonly Move[] {
  const before = new Map<string, Holding>();
  const causes = new Map<string, Change>();
  for (const change of changes) {
    if (change.op === "gaps") {
      ({ gaps: state.gaps, covered: state.covered } = change);
      state.covers = coverage(change);
      continue;
    }
    const key = keyOf(change);
    const holding = holdingOf(state, key);
    if (change.op === "remove" && !isMeant(holding.record, change.uid)) continue;
    if (!before.has(key)) before.set(key, holding);
    causes.set(key, change);
    hold(state, key, change.op === "put" ? change.record : undefined);
  }
  const touched = [...before.keys()];
  for (const key of touched) withNeighbours(state, key, before, causes);
  const moves: Move[] = [];
  for (const [key, was] of before) {
    const move = moveOf(state, key, was, causes.get(key)!);
    if (move !== undefined) moves.push(move);
  }
  return moves;
}

function keyOf(change: Exclude<ClusterChange, { op: "gaps" }>): string {
  return change.op === "put"
    ? refKey(refOf(change.record.resource))
    : `${change.kind}/${change.namespace}/${change.name}`;
}

/** Of an object that was replaced under its name, only the old is gone. */
function isMeant(record: ResourceRecord | undefined, uid: string): boolean {
  const own = record?.resource.metadata.uid;
  return record !== undefined && (own === undefined || own === uid);
}

function hold(state: State, key: string, record: ResourceRecord | undefined): void {
  const known = state.all.get(key) ?? record!;
  const gvk = `${known.resource.apiVersion}/${known.resource.kind}`;
  const namespace = known.resource.metadata.namespace ?? "";
  const list = entryOf(state.byKind, gvk, () => createRow<ResourceRecord>());
  const members = entryOf(state.inNamespace, namespace, () => new Set<string>());
  if (record === undefined) {
    state.all.remove(key);
    list.remove(key);
    members.delete(key);
    state.templates.delete(key);
    if (list.size() === 0) state.byKind.delete(gvk);
    if (members.size === 0) state.inNamespace.delete(namespace);
    return;
  }
  state.all.put(key, record);
  list.put(key, record);
  members.add(key);
  const templates = podTemplatesOf(record.resource);
  if (templates.length > 0) state.templates.set(key, templates);
  else state.templates.delete(key);
}

/** What is joined with an object that changed, and all of a namespace whose labels did. */
function withNeighbours(
  state: State,
  key: string,
  before: Map<string, Holding>,
  causes: Map<string, Change>,
): void {
  const cause = causes.get(key)!;
  const add = (other: string): void => {
    if (before.has(other)) return;
    before.set(other, holdingOf(state, other));
    causes.set(other, cause);
  };
  for (const other of state.joined.get(key) ?? []) add(other);
  if (!key.startsWith("v1/Namespace//")) return;
  const was = before.get(key)!.record?.resource.metadata.labels ?? {};
  const is = state.all.get(key)?.resource.metadata.labels ?? {};
  if (JSON.stringify(was) === JSON.stringify(is)) return;
  for (const other of state.inNamespace.get(key.slice("v1/Namespace//".length)) ?? []) add(other);
}

function moveOf(state: State, key: string, before: Holding, cause: Change): Move | undefined {
  const record = state.all.get(key);
  if (record === undefined) {
    unjoin(state, key);
    putWorkloads(state, key, []);
    return before.record === undefined ? undefined : { key, before, after: noHolding, steady: false, cause };
  }
  const workloads = join(state, key);
  const same = factsOf(before.workloads) === factsOf(workloads);
  // Joined with something that changed, and nothing came of it; team and environment are told of all objects.
  if (record === before.record && same && workloads.length > 0) {
    putWorkloads(state, key, before.workloads);
    return undefined;
  }
  const steady = same && before.record !== undefined && isSteady(before.record, record);
  const was = steady ? before.workloads.map((workload) => ({ ...workload })) : before.workloads;
  const after = { record, workloads: steady ? renewed(before.workloads, workloads) : workloads };
  putWorkloads(state, key, after.workloads);
  return { key, before: { ...before, workloads: was }, after, steady, cause };
}

/** What joining told. */
function factsOf(workloads: readonly Workload[]): string {
  return JSON.stringify(
    workloads.map(({ owners, root, derived, circular, deployedBy, team, environment, system }) => [
      [owners, root, derived, circular ?? null, deployedBy ?? null],
      [team ?? null, environment ?? null, system ?? null],
    ]),
  );
}

type Writable = { -readonly [K in keyof Workload]: Workload[K] };

/**
 * The same workloads with their new content: what was worked out by who they are still knows them. They are this
 * stock's own, so that nobody else sees them change.
 */
function renewed(before: readonly Workload[], after: readonly Workload[]): readonly Workload[] {
  before.forEach((workload: Writable, index) => Object.assign(workload, after[index]));
  return before;
}

function join(state: State, key: string): readonly Workload[] {
  unjoin(state, key);
  const templates = state.templates.get(key);
  if (templates === undefined) return [];
  const reads = new Set<string>();
  const get = (ref: ResourceRef): ResourceRecord | undefined => {
    const other = refKey(ref);
    reads.add(other);
    return state.all.get(other);
  };
  const workloads = joinWorkloads(state.all.get(key)!, templates, {
    get,
    makesPods: ({ resource }) => state.templates.has(refKey(refOf(resource))),
    placeOf: state.placeOf,
  });
  for (const other of reads) entryOf(state.joined, other, () => new Set<string>()).add(key);
  if (reads.size > 0) state.reads.set(key, reads);
  putWorkloads(state, key, workloads);
  return workloads;
}

function unjoin(state: State, key: string): void {
  for (const other of state.reads.get(key) ?? []) {
    const list = state.joined.get(other);
    list?.delete(key);
    if (list?.size === 0) state.joined.delete(other);
  }
  state.reads.delete(key);
}
