/** A snapshot as it would be once manifests are applied: resources replaced or added, and the pods of changed workloads made anew. */
import { createInventory } from "../inventory/build.ts";
import { podTemplatesOf } from "../inventory/podspec.ts";
import type { JsonObject } from "../model/json.ts";
import { refKey, refOf, type Resource, type ResourceRecord } from "../model/resource.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { PodTemplate, Workload } from "../model/workload.ts";

const clusterKinds =
  /^(Namespace|Node|PersistentVolume|ClusterRole|ClusterRoleBinding|CustomResourceDefinition|APIService|.*Class|.*WebhookConfiguration|.*AdmissionPolicy(Binding)?|CSIDriver|CSINode|CertificateSigningRequest|Cluster(wide)?.*Policy|CiliumClusterwide.*|.*AdminNetworkPolicy|VolumeAttachment)$/;

/** Pods of changed workloads keep their names and nodes, and take the new template. The rest of the snapshot stays. */
export function changedSnapshot(snapshot: Snapshot, changes: readonly ResourceRecord[]): Snapshot {
  const placed = new Map(
    changes.map(({ resource, ...record }) => {
      const own = inNamespace(resource);
      return [refKey(refOf(own)), { ...record, resource: own }] as const;
    }),
  );
  const derived = derivedOf(snapshot, placed);
  const kept = snapshot.resources.map((record) => {
    const key = refKey(refOf(record.resource));
    const change = placed.get(key);
    placed.delete(key);
    return change ?? derived.get(key) ?? record;
  });
  return { ...snapshot, resources: [...kept, ...placed.values()] };
}

function inNamespace(resource: Resource): Resource {
  const { namespace } = resource.metadata;
  if ((namespace !== undefined && namespace !== "") || clusterKinds.test(resource.kind)) return resource;
  return { ...resource, metadata: { ...resource.metadata, namespace: "default" } };
}

function derivedOf(
  snapshot: Snapshot,
  changes: ReadonlyMap<string, ResourceRecord>,
): ReadonlyMap<string, ResourceRecord> {
  const made = new Map<string, ResourceRecord>();
  for (const workload of createInventory(snapshot).workloads) {
    if (!workload.derived) continue;
    const owner = workload.owners.map(refKey).find((key) => changes.has(key));
    const [template] = owner === undefined ? [] : podTemplatesOf(changes.get(owner)!.resource);
    if (template === undefined) continue;
    made.set(refKey(workload.ref), { ...workload.record, resource: remade(workload, template) });
  }
  return made;
}

function remade({ record: { resource }, pod }: Workload, { metadata, spec }: PodTemplate): Resource {
  const labels = { ...pod.metadata.labels, ...metadata.labels };
  if (resource.kind === "Pod") {
    const { nodeName } = pod.spec;
    return {
      ...resource,
      metadata: { ...resource.metadata, labels },
      spec: nodeName === undefined ? spec : { ...spec, nodeName },
    };
  }
  const own = resource["spec"] as JsonObject;
  return { ...resource, spec: { ...own, template: { metadata: { ...metadata, labels }, spec } } };
}
