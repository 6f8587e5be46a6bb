/** The cluster as it is known now: every object that the watch client handed over, its gaps, and what it covers. */
import type { Change as Handed } from "@plimsoll/cluster";
import {
  refKey,
  refOf,
  type Image,
  type Gap,
  type ResourceRecord,
  type Seen,
  type Snapshot,
  type SnapshotHeader,
} from "@plimsoll/core";
import type { Change } from "../store/batch.ts";
import type { Given } from "./given.ts";
import { createReported } from "./reported.ts";

export interface Present {
  /** The object's key and what happened to it; `undefined` where nothing of an object changed. */
  readonly apply: (handed: Handed, at: number) => Applied | undefined;
  /** The key of the object that a change is about; `undefined` for gaps. */
  readonly keyOf: (handed: Handed) => string | undefined;
  readonly get: (key: string) => ResourceRecord | undefined;
  /** In the order of their keys. */
  readonly records: () => readonly ResourceRecord[];
  /** Of them the nodes, which tell what distribution it is. */
  readonly nodes: () => readonly ResourceRecord[];
  readonly gaps: () => readonly Gap[];
  readonly covered: () => readonly string[];
  /** What scanners in it said of images; `exploited`: ids of flaws that attackers are known to use. */
  readonly images: (exploited: readonly string[]) => readonly Image[];
  readonly snapshot: (header: SnapshotHeader, around: Seen, exploited: readonly string[]) => Snapshot;
}

export interface Applied {
  readonly key: string;
  readonly change: Change;
  readonly record?: ResourceRecord;
}

/** `onLeft`: what of a scanner's report could not be taken. */
export function createPresent(onLeft: (because: string) => void, given: Given): Present {
  const reported = createReported(onLeft, given);
  const held = new Map<string, ResourceRecord>();
  const nodes = new Map<string, ResourceRecord>();
  let sorted: readonly ResourceRecord[] | undefined;
  let gaps: readonly Gap[] = [];
  let covered: readonly string[] = [];
  const records = (): readonly ResourceRecord[] => {
    sorted ??= [...held.keys()].sort().map((key) => held.get(key)!);
    return sorted;
  };
  return {
    keyOf,
    get: (key) => held.get(key),
    records,
    nodes: () => [...nodes.values()],
    gaps: () => gaps,
    covered: () => covered,
    images: reported.images,
    apply: (handed, at) => {
      if (handed.op === "gaps") {
        ({ gaps, covered } = handed);
        return undefined;
      }
      const key = keyOf(handed)!;
      const before = held.get(key);
      if (handed.op === "remove") {
        // Of one that was replaced under its name, only the old is gone.
        if (before === undefined || (uidOf(before) !== undefined && uidOf(before) !== handed.uid))
          return undefined;
        held.delete(key);
        reported.take(key, handed);
        nodes.delete(key);
        sorted = undefined;
        return { key, change: changeOf(before, "deleted", at) };
      }
      held.set(key, handed.record);
      reported.take(key, handed);
      if (key.startsWith("v1/Node/")) nodes.set(key, handed.record);
      sorted = undefined;
      const verb = before === undefined || uidOf(before) !== uidOf(handed.record) ? "added" : "modified";
      return { key, change: changeOf(handed.record, verb, at), record: handed.record };
    },
    snapshot: (header, around, exploited) => ({
      header,
      resources: records(),
      ...around,
      images: reported.images(exploited),
      gaps,
      skipped: [],
      covered,
    }),
  };
}

function keyOf(handed: Handed): string | undefined {
  if (handed.op === "gaps") return undefined;
  if (handed.op === "put") return refKey(refOf(handed.record.resource));
  return `${handed.kind}/${handed.namespace}/${handed.name}`;
}

function uidOf({ resource }: ResourceRecord): string | undefined {
  return resource.metadata.uid;
}

function changeOf({ resource, lastChange }: ResourceRecord, verb: Change["verb"], at: number): Change {
  const { uid, resourceVersion } = resource.metadata;
  return {
    ...refOf(resource),
    ...(uid === undefined ? {} : { uid }),
    ...(typeof resourceVersion === "string" ? { resourceVersion } : {}),
    at,
    // Who deletes an object leaves no field behind.
    ...(lastChange === undefined || verb === "deleted" ? {} : { manager: lastChange.manager }),
    verb,
  };
}
