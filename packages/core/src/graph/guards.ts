/** What stands between the right to create a pod and a pod that takes over its node. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import { refOf, type Resource, type ResourceRef } from "../model/resource.ts";
import { admissionGroup, admissionRecords, policyBindingKind, policyKind } from "../inventory/admission.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { matchesSelector } from "../inventory/selector.ts";

/** Whether a privileged pod would be let into a namespace. */
export interface Guard {
  readonly admits: boolean;
  /** What lets it in or keeps it out. */
  readonly because: string;
  /** Why it is not certain; empty where it is. */
  readonly unsure: readonly string[];
  /** The Namespace whose label would keep it out. */
  readonly namespace?: ResourceRef;
}

const enforce = "pod-security.kubernetes.io/enforce";

/**
 * Pod Security is decided: baseline and restricted refuse privileged pods, other namespaces let them in unless the
 * API server's own defaults say otherwise, which no API tells. Webhooks and policies that judge pods make it unsure.
 */
export function guards(inventory: Inventory): (namespace: string) => Guard {
  const others = podGuardsOf(inventory);
  const known = new Map<string, Guard>();
  return (namespace) => {
    let guard = known.get(namespace);
    if (guard === undefined) known.set(namespace, (guard = guardOf(namespace, inventory, others)));
    return guard;
  };
}

function guardOf(namespace: string, inventory: Inventory, others: readonly PodGuard[]): Guard {
  const ref: ResourceRef = { apiVersion: "v1", kind: "Namespace", namespace: "", name: namespace };
  const record = inventory.get(ref);
  const level = record?.resource.metadata.labels?.[enforce];
  if (level === "baseline" || level === "restricted")
    return { admits: false, because: `Namespace ${namespace} enforces the level ${level}`, unsure: [] };
  const because =
    level === undefined
      ? `Namespace ${namespace} enforces no Pod Security level`
      : `Namespace ${namespace} enforces the level ${level}`;
  const labels = { ...record?.resource.metadata.labels, "kubernetes.io/metadata.name": namespace };
  const refusing = others.filter(
    ({ selector }) => selector === undefined || matchesSelector(selector, labels),
  );
  const unread = record === undefined && !inventory.covers("v1/Namespace");
  return {
    admits: true,
    because,
    namespace: ref,
    unsure: [
      ...(unread ? [`the labels of Namespace ${namespace} were not read`] : []),
      ...(inventory.server.distribution === "openshift"
        ? ["on OpenShift a privileged pod takes a security context constraint"]
        : []),
      ...refusing.slice(0, 3).map(({ words }) => `${words} judges pods, and may refuse it`),
    ],
  };
}

/** A webhook or policy that may refuse pods, and the namespaces it looks at. */
interface PodGuard {
  readonly words: string;
  readonly selector: Json | undefined;
}

function podGuardsOf(inventory: Inventory): readonly PodGuard[] {
  const webhooks = inventory
    .ofKind(`${admissionGroup}/v1/ValidatingWebhookConfiguration`)
    .flatMap(({ resource }) =>
      objectsOf(resource["webhooks"])
        .filter((webhook) => objectsOf(webhook["rules"]).some(isAboutPods))
        .map((webhook) => ({ words: nameOf(resource), selector: webhook["namespaceSelector"] })),
    );
  return [...webhooks, ...policiesOf(inventory)];
}

/** Policies count where a binding of theirs denies. */
function policiesOf(inventory: Inventory): readonly PodGuard[] {
  const denied = new Set(
    admissionRecords(inventory, policyBindingKind).flatMap(({ resource }) => {
      const spec = objectOf(resource["spec"]);
      const actions = spec["validationActions"];
      return isJsonArray(actions) && actions.includes("Deny") ? [spec["policyName"]] : [];
    }),
  );
  return admissionRecords(inventory, policyKind)
    .filter(({ resource }) => denied.has(resource.metadata.name))
    .flatMap(({ resource }) => {
      const constraints = objectOf(objectOf(resource["spec"])["matchConstraints"]);
      return objectsOf(constraints["resourceRules"]).some(isAboutPods)
        ? [{ words: nameOf(resource), selector: constraints["namespaceSelector"] }]
        : [];
    });
}

function isAboutPods(rule: JsonObject): boolean {
  const has = (list: Json | undefined, ...values: readonly string[]): boolean =>
    isJsonArray(list) && list.some((entry) => typeof entry === "string" && values.includes(entry));
  return (
    has(rule["operations"], "CREATE", "*") &&
    has(rule["apiGroups"], "", "*") &&
    has(rule["resources"], "pods", "*", "*/*", "pods/*")
  );
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

function nameOf(resource: Resource): string {
  const { kind, name } = refOf(resource);
  return `${kind} ${name}`;
}
