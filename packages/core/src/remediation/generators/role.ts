/**
 * Least rights for a service account from what it asked the API for: a Role a namespace, a ClusterRole for the rest, in
 * place of its bindings. Held against our authorizer over the cluster as it would be. May not grant what was not asked for.
 */
import type { Thresholds } from "../../model/evidence.ts";
import { createInventory } from "../../inventory/build.ts";
import type { Binding, Inventory } from "../../inventory/inventory.ts";
import { authorizer } from "../../inventory/rbac/authorizer.ts";
import { countParts } from "../../inventory/rbac/cover.ts";
import { permissionsOf, tidy } from "../../inventory/rbac/permissions.ts";
import type { Rule } from "../../inventory/rbac/rule.ts";
import { identityOf } from "../../inventory/rbac/subjects.ts";
import { detailText } from "../../evidence/tell.ts";
import type { Seen as SeenBatch } from "../../evidence/merge.ts";
import type { JsonObject } from "../../model/json.ts";
import { refKey, type Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Subject } from "../../model/subject.ts";
import { gathered, type Account } from "../verdicts/gathered.ts";
import type { DetailOf } from "../fields/field.ts";
import type { Generated } from "./generated.ts";
import { learnedFrom, podsOfAccount } from "./workload-seen.ts";

export type Request = DetailOf<"api-request">;

/** More names than these of one kind are a pattern, not a list. */
const mostNames = 5;
/** A rule limited to names never allows these. */
const nameless = new Set(["list", "watch", "create", "deletecollection"]);
const group = "rbac.authorization.k8s.io";

export function rolesFor(account: Account, snapshot: Snapshot, least?: Thresholds): Generated {
  const inventory = createInventory(snapshot);
  const subject: Subject = { kind: "ServiceAccount", ...account };
  const { details, doubtful, missing } = requestsOf(account, inventory, snapshot, least);
  const rights = authorizer(inventory);
  const asked = details.filter(({ allowed }) => allowed);
  // What everybody may is no reason for a right of its own.
  const needed = asked.filter((request) => {
    const { because } = rights.authorize({ subject, ...questionOf(request) });
    return because.length === 0 || because.some((reason) => reason.subject.kind !== "Group");
  });
  const resources = resourcesFor(account, needed);
  const own = inventory.bindings.filter((binding) => names(binding, account));
  const after = createInventory(replaced(snapshot, own, account, resources));
  const judge = authorizer(after);
  const decided = asked.map((request) => ({
    request,
    allowed: judge.authorize({ subject, ...questionOf(request) }).allowed,
  }));
  const permissions = permissionsOf(judge.grants, identityOf(subject));
  const before = permissionsOf(rights.grants, identityOf(subject));
  const everybodys = partsOf(permissions) - countParts(resources.flatMap(rulesIn));
  return {
    resources: asked.length === 0 ? [] : resources,
    proof: {
      replayed: asked.length,
      denied: decided.filter(({ allowed }) => allowed === false).map(({ request }) => detailText(request)),
      undecided: decided
        .filter(({ allowed }) => allowed === "unknown")
        .map(({ request }) => detailText(request)),
      admitted: countParts(resources.flatMap(rulesIn)),
      seen: new Set(needed.map(partKey)).size,
    },
    notes: [
      ...(asked.length === 0 ? ["no request of it was seen that was allowed"] : []),
      `rights now: ${partsOf(before)}; with this: ${partsOf(permissions)}, of which ${Math.max(0, everybodys)} are everybody's`,
      ...own.map((binding) => replacedText(binding, account)),
      ...details
        .filter(({ allowed }) => !allowed)
        .map((request) => `asked for and refused before, and left out: ${detailText(request)}`),
      ...doubtful.map((text) => `left out: ${text}`),
    ],
    missing,
  };
}

function requestsOf(
  account: Account,
  inventory: Inventory,
  snapshot: Snapshot,
  least: Thresholds | undefined,
): ReturnType<typeof learnedFrom<"api-request">> {
  const { observations, watches = [], detections = [] } = snapshot;
  const seen: SeenBatch = { observations, watches, detections };
  const evidenceOf = gathered(inventory, seen, least);
  const own = evidenceOf.account(account);
  const learned = learnedFrom("api-request", [own, ...podsOfAccount(account, inventory, evidenceOf)]);
  // The API server's log is one for all pods: where it was read whole, nothing is missing of any of them.
  return own.lacks("api-request").length === 0 ? { ...learned, missing: [] } : learned;
}

export function questionOf(request: Request): JsonObject & { readonly verb: string } {
  const { verb, path, resource, subresource = "", namespace, name = "" } = request;
  if (resource === "" && path !== undefined) return { verb, path };
  return { verb, apiGroup: request.group, resource, subresource, namespace, name };
}

function partKey(request: Request): string {
  const { verb, resource, subresource = "", namespace, path = "" } = request;
  return [
    verb,
    request.group,
    resource,
    subresource,
    resource === "" ? path : namespace,
    nameOf(request),
  ].join(" ");
}

function nameOf({ verb, name = "" }: Request): string {
  return nameless.has(verb) ? "" : name;
}

function resourcesFor(account: Account, requests: readonly Request[]): readonly Resource[] {
  const places = Map.groupBy(requests, ({ namespace, resource }) => (resource === "" ? "" : namespace));
  return [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([namespace, list]) => pairOf(account, namespace, tidy(rulesFor(list))));
}

/** One rule for each resource and verb; `tidy` joins them. */
export function rulesFor(requests: readonly Request[]): readonly Rule[] {
  const alike = Map.groupBy(requests, ({ verb, group: apiGroup, resource, subresource = "", path = "" }) =>
    [verb, apiGroup, resource, subresource, resource === "" ? path : ""].join(" "),
  );
  return [...alike.values()].map((list): Rule => {
    const [first] = list;
    const { verb, resource, subresource = "", path = "" } = first!;
    if (resource === "") return { verbs: [verb], groups: [], resources: [], names: [], urls: [path] };
    const found = [...new Set(list.map(nameOf))];
    const limited = found.length <= mostNames && !found.includes("");
    return {
      verbs: [verb],
      groups: [first!.group],
      resources: [subresource === "" ? resource : `${resource}/${subresource}`],
      names: limited ? found.sort() : [],
      urls: [],
    };
  });
}

function pairOf(account: Account, namespace: string, rules: readonly Rule[]): readonly Resource[] {
  const scope = namespace === "" ? "Cluster" : "";
  const name = namespace === "" ? `${account.namespace}-${account.name}-seen` : `${account.name}-seen`;
  const metadata = namespace === "" ? { name } : { name, namespace };
  return [
    { apiVersion: `${group}/v1`, kind: `${scope}Role`, metadata, rules: rules.map(ruleText) },
    {
      apiVersion: `${group}/v1`,
      kind: `${scope}RoleBinding`,
      metadata,
      roleRef: { apiGroup: group, kind: `${scope}Role`, name },
      subjects: [{ kind: "ServiceAccount", namespace: account.namespace, name: account.name }],
    },
  ];
}

export function ruleText({ verbs, groups, resources, names: own, urls }: Rule): JsonObject {
  if (urls.length > 0) return { nonResourceURLs: urls, verbs };
  return { apiGroups: groups, resources, ...(own.length === 0 ? {} : { resourceNames: own }), verbs };
}

function rulesIn(resource: Resource): readonly Rule[] {
  const list = (resource["rules"] ?? []) as readonly { readonly [key: string]: readonly string[] }[];
  return list.map((rule) => ({
    verbs: rule["verbs"] ?? [],
    groups: rule["apiGroups"] ?? [],
    resources: rule["resources"] ?? [],
    names: rule["resourceNames"] ?? [],
    urls: rule["nonResourceURLs"] ?? [],
  }));
}

function partsOf({ cluster, namespaces }: ReturnType<typeof permissionsOf>): number {
  return countParts([...cluster, ...namespaces.flatMap(({ rules }) => rules)]);
}

function names({ subjects }: Binding, account: Account): boolean {
  return subjects.some(
    ({ kind, namespace, name }) =>
      kind === "ServiceAccount" && namespace === account.namespace && name === account.name,
  );
}

/** The cluster with the account taken out of its bindings, and the new ones in. */
function replaced(
  snapshot: Snapshot,
  own: readonly Binding[],
  account: Account,
  made: readonly Resource[],
): Snapshot {
  const keys = new Set(own.map(({ ref }) => refKey(ref)));
  const old = snapshot.resources.map((record) => {
    const { apiVersion, kind, metadata } = record.resource;
    const ref = { apiVersion, kind, namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
    if (!keys.has(refKey(ref))) return record;
    const subjects = ((record.resource["subjects"] ?? []) as readonly JsonObject[]).filter(
      ({ kind: of, namespace = metadata.namespace, name }) =>
        !(of === "ServiceAccount" && namespace === account.namespace && name === account.name),
    );
    return { ...record, resource: { ...record.resource, subjects } };
  });
  return {
    ...snapshot,
    resources: [...old, ...made.map((resource) => ({ resource, source: { file: "generated" } }))],
  };
}

function replacedText({ ref, subjects }: Binding, account: Account): string {
  const others = subjects.filter(
    ({ kind, namespace, name }) =>
      !(kind === "ServiceAccount" && namespace === account.namespace && name === account.name),
  );
  const place = ref.namespace === "" ? "" : ` -n ${ref.namespace}`;
  return others.length === 0
    ? `afterwards: kubectl delete ${ref.kind.toLowerCase()} ${ref.name}${place}`
    : `afterwards: take it out of ${ref.kind} ${ref.name}${place}, which also binds ${others.map(({ name }) => name).join(", ")}`;
}
