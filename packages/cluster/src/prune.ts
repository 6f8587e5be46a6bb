/** Leaves out what must not enter a snapshot and what nobody reads: values of Secrets, bookkeeping, status, schemas. */
import { credentialMarkerPrefix, groupOf } from "@plimsoll/core";
import { entryOf, isRawObject, type Raw, type RawObject } from "./raw.ts";
import type { Spot } from "./spot.ts";

/** A mapping and, where it was read from a text, the places of its entries. */
export interface Placed {
  readonly object: RawObject;
  readonly spots: Spot[] | undefined;
}

export interface LastChange {
  readonly manager: string;
  readonly at: string;
}

/** Stands for a value of a Secret: it says nothing about it, not even its length. */
const secretMarker = `${credentialMarkerPrefix}secret:0:${"0".repeat(16)}`;
const binaryMarker = `${credentialMarkerPrefix}binary:0:${"0".repeat(16)}`;

/** Annotations by which tools keep whole copies of an object. */
const copies: ReadonlySet<string> = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "objectset.rio.cattle.io/applied",
  "banzaicloud.com/last-applied",
  "kapp.k14s.io/original",
]);

const containerStatusLists = [
  "containerStatuses",
  "initContainerStatuses",
  "ephemeralContainerStatuses",
] as const;

/** What is kept of `status`, by kind; of all others nothing is. */
const keptStatus: { readonly [kind: string]: readonly string[] } = {
  Node: ["nodeInfo", "conditions", "addresses", "allocatable"],
  Pod: ["phase", "podIP", "podIPs", "conditions", ...containerStatusLists],
  Service: ["loadBalancer"],
  Ingress: ["loadBalancer"],
  Gateway: ["addresses"],
  ResourceQuota: ["used"],
};
const keptContainerStatus: ReadonlySet<string> = new Set(["name", "image", "imageID", "containerID"]);
/** Of a pod's conditions: whether it serves, by which a fix that its pods already have is told from one that none bears. */
const keptCondition: ReadonlySet<string> = new Set(["type", "status"]);

/** The object with its parts left out. The places stay in step. */
export function pruned(object: RawObject, spot: Spot | undefined): Placed {
  const spots = typeof spot === "number" ? undefined : spot;
  let placed: Placed = { object, spots };
  placed = within(placed, "metadata", prunedMetadata);
  const kind = String(object["kind"]);
  if (Object.hasOwn(object, "status")) placed = prunedStatus(placed, kind);
  if (kind === "Secret" && object["apiVersion"] === "v1") {
    blank(entryOf(object, "data"), secretMarker);
    blank(entryOf(object, "stringData"), secretMarker);
  }
  if (kind === "ConfigMap") blank(entryOf(object, "binaryData"), binaryMarker);
  if (
    kind === "CustomResourceDefinition" &&
    groupOf(String(object["apiVersion"])) === "apiextensions.k8s.io"
  ) {
    placed = within(placed, "spec", prunedDefinition);
  }
  if (kind === "VulnerabilityReport") placed = within(placed, "report", prunedReport);
  return placed;
}

/** Who last changed an object, from the newest of its `managedFields`. */
export function lastChangeOf(object: RawObject): LastChange | undefined {
  const metadata = entryOf(object, "metadata");
  const fields = isRawObject(metadata) ? entryOf(metadata, "managedFields") : undefined;
  if (!Array.isArray(fields)) return undefined;
  let last: LastChange | undefined;
  for (const field of fields) {
    if (!isRawObject(field)) continue;
    const { manager, time, subresource } = field;
    if (typeof manager !== "string" || typeof time !== "string" || subresource === "status") continue;
    if (last === undefined || time > last.at)
      last = { manager: manager.slice(0, 128), at: time.slice(0, 40) };
  }
  return last;
}

function prunedMetadata(metadata: Placed): Placed {
  const placed = without(metadata, (key) => key === "managedFields" || key === "selfLink");
  return within(placed, "annotations", (annotations) => without(annotations, (key) => copies.has(key)));
}

function prunedStatus(resource: Placed, kind: string): Placed {
  const kept = Object.hasOwn(keptStatus, kind) ? keptStatus[kind] : undefined;
  if (kept === undefined || !isRawObject(resource.object["status"]))
    return without(resource, (key) => key === "status");
  return within(resource, "status", (status) => {
    let placed = without(status, (key) => !kept.includes(key));
    if (kind !== "Pod") return placed;
    placed = only(placed, "conditions", (entry) => isRawObject(entry) && entry["type"] === "Ready");
    placed = withinEach(placed, "conditions", (entry) => without(entry, (key) => !keptCondition.has(key)));
    for (const list of containerStatusLists)
      placed = withinEach(placed, list, (entry) => without(entry, (key) => !keptContainerStatus.has(key)));
    return placed;
  });
}

/** Schemas of custom resources are long, and only their names are judged. */
function prunedDefinition(spec: Placed): Placed {
  const placed = without(spec, (key) => key === "validation");
  return withinEach(placed, "versions", (version) => without(version, (key) => key === "schema"));
}

const keptReport: ReadonlySet<string> = new Set(["registry", "artifact", "vulnerabilities"]);
/** Of a flaw: which it is, and where. Its description and links are the longer part of a report, and nobody judges by them. */
const keptFlaw: ReadonlySet<string> = new Set([
  "vulnerabilityID",
  "resource",
  "installedVersion",
  "fixedVersion",
  "packagePURL",
  "packageType",
  "packagePath",
]);

function prunedReport(report: Placed): Placed {
  const placed = without(report, (key) => !keptReport.has(key));
  return withinEach(placed, "vulnerabilities", (flaw) => without(flaw, (key) => !keptFlaw.has(key)));
}

/** Keeps the keys, not the values; they need not be strings yet. */
function blank(map: Raw | undefined, marker: string): void {
  if (!isRawObject(map)) return;
  for (const key of Object.keys(map)) Object.defineProperty(map, key, { ...open, value: marker });
}

const open = { enumerable: true, configurable: true, writable: true } as const;

/** The object without some of its keys; itself where it has none of them. A new one, since `delete` makes objects slow. */
export function without({ object, spots }: Placed, drop: (key: string) => boolean): Placed {
  const keys = Object.keys(object);
  if (!keys.some(drop)) return { object, spots };
  const kept: RawObject = {};
  const places: Spot[] | undefined = spots === undefined ? undefined : [spots[0] ?? 0];
  keys.forEach((key, index) => {
    if (drop(key)) return;
    Object.defineProperty(kept, key, { ...open, value: object[key] });
    places?.push(spots?.[index + 1] ?? 0);
  });
  return { object: kept, spots: places };
}

/** Puts a changed entry in the place of the one under a key, where that is a mapping. */
function within(placed: Placed, key: string, change: (entry: Placed) => Placed): Placed {
  const entry = entryOf(placed.object, key);
  if (!isRawObject(entry)) return placed;
  const at = placed.spots === undefined ? -1 : Object.keys(placed.object).indexOf(key) + 1;
  const spot = placed.spots?.[at];
  const changed = change({ object: entry, spots: typeof spot === "object" ? spot : undefined });
  placed.object[key] = changed.object;
  if (placed.spots !== undefined && changed.spots !== undefined) placed.spots[at] = changed.spots;
  return placed;
}

/** Of the list under a key those entries that are to stay. */
function only(placed: Placed, key: string, keep: (entry: Raw) => boolean): Placed {
  const list = entryOf(placed.object, key);
  if (!Array.isArray(list)) return placed;
  const at = Object.keys(placed.object).indexOf(key) + 1;
  const spots = placed.spots?.[at];
  const kept = list.flatMap((entry, index) => (keep(entry) ? [index] : []));
  placed.object[key] = kept.map((index) => list[index]!);
  if (placed.spots !== undefined && typeof spots === "object")
    placed.spots[at] = [spots[0] ?? 0, ...kept.map((index) => spots[index + 1] ?? 0)];
  return placed;
}

/** The same for every mapping in the list under a key. */
function withinEach(placed: Placed, key: string, change: (entry: Placed) => Placed): Placed {
  const list = entryOf(placed.object, key);
  if (!Array.isArray(list)) return placed;
  const at = Object.keys(placed.object).indexOf(key) + 1;
  const spots = placed.spots?.[at];
  list.forEach((entry, index) => {
    if (!isRawObject(entry)) return;
    const spot = typeof spots === "object" ? spots[index + 1] : undefined;
    const changed = change({ object: entry, spots: typeof spot === "object" ? spot : undefined });
    list[index] = changed.object;
    if (typeof spots === "object" && changed.spots !== undefined) spots[index + 1] = changed.spots;
  });
  return placed;
}
