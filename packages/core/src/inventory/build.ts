/** Joins raw resources into an inventory. */
import { once } from "./once.ts";
import type { Gap } from "../model/gap.ts";
import { refKey, refOf, type ResourceRecord, type ResourceRef } from "../model/resource.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { PodTemplate, Workload } from "../model/workload.ts";
import { exposures, type Silent } from "./exposure.ts";
import type { CrownJewel } from "../model/crown-jewel.ts";
import { imagesByName } from "./images.ts";
import type { Binding, Inventory, Place } from "./inventory.ts";
import { deployerOf, ownersOf, sameRefs, type Same } from "./owners.ts";
import { containersOf, podTemplatesOf } from "./podspec.ts";
import { bindingOf, rbacKinds } from "./rbac/bindings.ts";
import { systemFunctionOf } from "./system.ts";

export interface InventoryOptions {
  /** Labels that name the owning team, first match wins. */
  readonly teamLabels?: readonly string[];
  readonly environmentLabels?: readonly string[];
  readonly silent?: Silent;
  readonly crownJewels?: readonly CrownJewel[];
}

export const defaultTeamLabels: readonly string[] = ["team", "app.kubernetes.io/team", "owner", "squad"];
export const defaultEnvironmentLabels: readonly string[] = [
  "environment",
  "env",
  "app.kubernetes.io/environment",
  "stage",
];

/** Joins a snapshot's resources. Workloads, bindings and exposures are worked out when first asked for. */
export function createInventory(snapshot: Snapshot, options: InventoryOptions = {}): Inventory {
  const { byKey, byKind } = indexed(snapshot.resources);
  const get = (ref: ResourceRef): ResourceRecord | undefined => byKey.get(refKey(ref));
  const labelsOf = (namespace: string): Labels =>
    byKey.get(`v1/Namespace//${namespace}`)?.resource.metadata.labels;
  const placeOf = places(labelsOf, options);
  const workloads = once(() => workloadsOf(snapshot.resources, get, placeOf));
  const bindings = once(() => bindingsOf((kind) => byKind.get(kind) ?? [], get));
  const images = once(() => imagesByName(snapshot.images));
  const inventory: Inventory = {
    server: snapshot.header.server,
    takenAt: snapshot.header.takenAt,
    records: snapshot.resources,
    kinds: [...byKind.keys()].sort(),
    ofKind: (gvk) => byKind.get(gvk) ?? [],
    get,
    get workloads() {
      return workloads();
    },
    get bindings() {
      return bindings();
    },
    exposureOf: (workload) => exposure()(workload),
    imageOf: (reference) => images()(reference),
    namespaceLabels: (namespace) => labelsOf(namespace) ?? {},
    gaps: snapshot.gaps,
    covers: coverage(snapshot),
    placeOf,
    ...optional("crownJewels", options.crownJewels),
  };
  const exposure = once(() => exposures(inventory, options.silent));
  return inventory;
}

/** Cluster-wide ones first, each by name. */
export function bindingsOf(ofKind: Inventory["ofKind"], get: Inventory["get"]): readonly Binding[] {
  return [rbacKinds.clusterRoleBinding, rbacKinds.roleBinding].flatMap((kind) =>
    ofKind(kind).map((record) => bindingOf(record, get)),
  );
}

function indexed(records: readonly ResourceRecord[]): {
  byKey: ReadonlyMap<string, ResourceRecord>;
  byKind: ReadonlyMap<string, readonly ResourceRecord[]>;
} {
  const byKey = new Map<string, ResourceRecord>();
  const byKind = new Map<string, { key: string; record: ResourceRecord }[]>();
  for (const record of records) {
    const ref = refOf(record.resource);
    const key = refKey(ref);
    if (!byKey.has(key)) byKey.set(key, record);
    const kind = `${ref.apiVersion}/${ref.kind}`;
    const list = byKind.get(kind);
    if (list === undefined) byKind.set(kind, [{ key, record }]);
    else list.push({ key, record });
  }
  const sorted = [...byKind].map(([kind, list]) => {
    list.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return [kind, list.map((entry) => entry.record)] as const;
  });
  return { byKey, byKind: new Map(sorted) };
}

function workloadsOf(
  records: readonly ResourceRecord[],
  get: (ref: ResourceRef) => ResourceRecord | undefined,
  placeOf: (record: ResourceRecord) => Place,
): readonly Workload[] {
  const templates = new Map<ResourceRecord, readonly PodTemplate[]>();
  for (const record of records) {
    const found = podTemplatesOf(record.resource);
    if (found.length > 0) templates.set(record, found);
  }
  const around: Around = { get, makesPods: (owner) => templates.has(owner), placeOf, same: sameRefs() };
  return [...templates].flatMap(([record, found]) => joinWorkloads(record, found, around));
}

/** What a workload is joined with. */
export interface Around {
  readonly get: (ref: ResourceRef) => ResourceRecord | undefined;
  readonly makesPods: (record: ResourceRecord) => boolean;
  readonly placeOf: (record: ResourceRecord) => Place;
  readonly same?: Same;
}

/** The workloads of a record, one for each of its pod templates. */
export function joinWorkloads(
  record: ResourceRecord,
  templates: readonly PodTemplate[],
  { get, makesPods, placeOf, same }: Around,
): readonly Workload[] {
  const ref = refOf(record.resource);
  const { owners, derived, circular } = ownersOf(record.resource, get, makesPods, same);
  const root = circular ? undefined : owners.at(-1);
  const rootRecord = root === undefined ? record : (get(root) ?? record);
  const shared = {
    ref,
    record,
    owners,
    derived,
    root: root === undefined || root.kind === "Node" ? ref : root,
    ...(circular ? ({ circular } as const) : {}),
    ...optional("deployedBy", deployerOf(record.resource) ?? deployerOf(rootRecord.resource)),
    ...placeOf(record),
    ...optional("system", systemFunctionOf(record.resource)),
  };
  return templates.map((pod) => {
    const account = pod.spec["serviceAccountName"] ?? pod.spec["serviceAccount"];
    const name = typeof account === "string" && account !== "" ? account : "default";
    const serviceAccount = { namespace: ref.namespace, name };
    return { ...shared, pod, containers: containersOf(pod), serviceAccount };
  });
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}

type Labels = { readonly [label: string]: string } | undefined;

/** Whose a resource is, by its labels, those of its pods, and those of its namespace. */
export function places(
  labelsOf: (namespace: string) => Labels,
  options: InventoryOptions,
): (record: ResourceRecord) => Place {
  const teamLabels = options.teamLabels ?? defaultTeamLabels;
  const environmentLabels = options.environmentLabels ?? defaultEnvironmentLabels;
  return ({ resource }) => {
    const own = resource.metadata.labels;
    let others: readonly Labels[] | undefined;
    const first = (names: readonly string[]): string | undefined => {
      const found = firstOf(own, names);
      if (found !== undefined) return found;
      others ??= [podTemplatesOf(resource)[0]?.metadata.labels, labelsOf(resource.metadata.namespace ?? "")];
      return firstOf(others[0], names) ?? firstOf(others[1], names);
    };
    const place: { -readonly [K in keyof Place]: Place[K] } = {};
    const [team, environment] = [first(teamLabels), first(environmentLabels)];
    if (team !== undefined) place.team = team;
    if (environment !== undefined) place.environment = environment;
    return place;
  };
}

function firstOf(labels: Labels, names: readonly string[]): string | undefined {
  if (labels === undefined) return undefined;
  for (const name of names) if (labels[name]) return labels[name];
  return undefined;
}

/** A kind is covered where it was read whole: it is listed as covered and no gap touches it there. */
export function coverage(
  snapshot: Pick<Snapshot, "covered" | "gaps">,
): (gvk: string, namespace?: string) => boolean {
  const covered = new Set(snapshot.covered);
  const gaps = new Map<string, Gap[]>();
  for (const gap of snapshot.gaps)
    for (const kind of gap.kinds) gaps.set(kind, [...(gaps.get(kind) ?? []), gap]);
  return (gvk, namespace) => {
    if (!covered.has("*") && !covered.has(gvk)) return false;
    return !(gaps.get(gvk) ?? []).some(
      (gap) => namespace === undefined || gap.namespaces === undefined || gap.namespaces.includes(namespace),
    );
  };
}
