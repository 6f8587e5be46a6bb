/** What judging a patch looks at beside the patch: workloads, the pods that stand, what was seen; and the sites that fields see. */
import type { Thresholds } from "../../model/evidence.ts";
import type { Seen as SeenBatch } from "../../evidence/merge.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { refKey, type Resource } from "../../model/resource.ts";
import type { Container, PodTemplate, Workload } from "../../model/workload.ts";
import { annotation } from "../fields/apparmor.ts";
import { containerKeys, podKeys, type Site } from "../fields/field.ts";
import { gathered, type Gathered, type WorkloadEvidence } from "./gathered.ts";

/** A pod that is there. */
export interface Standing {
  readonly template: PodTemplate;
  readonly ready: boolean;
}

export interface World {
  readonly inventory: Inventory;
  /** By the key of the resource. */
  readonly workloads: ReadonlyMap<string, Workload>;
  /** By the key of whose they are. */
  readonly pods: ReadonlyMap<string, readonly Standing[]>;
  readonly evidenceOf: Gathered;
}

export function worldOf(inventory: Inventory, seen: SeenBatch, least: Thresholds | undefined): World {
  return {
    inventory,
    workloads: new Map(inventory.workloads.map((workload) => [refKey(workload.ref), workload])),
    pods: standingPods(inventory),
    evidenceOf: gathered(inventory, seen, least),
  };
}

function standingPods(inventory: Inventory): ReadonlyMap<string, readonly Standing[]> {
  const pods = inventory.workloads.filter(({ ref, derived }) => ref.kind === "Pod" && derived);
  const standing = new Map<string, Standing[]>();
  for (const { root, pod, record } of pods) {
    const list = standing.get(refKey(root)) ?? [];
    standing.set(refKey(root), list);
    list.push({ template: pod, ready: isReady(record.resource) });
  }
  return standing;
}

function isReady(pod: Resource): boolean {
  const status = pod["status"];
  const conditions = isJsonObject(status) ? status["conditions"] : undefined;
  return (
    Array.isArray(conditions) &&
    conditions.some(
      (each: unknown) => isJsonObject(each) && each["type"] === "Ready" && each["status"] === "True",
    )
  );
}

/**
 * What fields see of a container. Its image's name and digests are left out unless the image changes: `isNamed`. Nothing
 * else may be added that `alike.ts` does not compare.
 */
export function siteOf(
  template: PodTemplate,
  container: Container,
  workload: Workload,
  { inventory }: World,
  named: WorkloadEvidence | undefined,
): Site {
  const image = inventory.imageOf(container.image);
  const accountMounts = mountsOfAccount(workload, inventory);
  const apparmor = apparmorOf(template, container);
  const reference = container.raw["image"];
  return {
    pod: picked(template.spec, podKeys),
    container: picked(container.raw, containerKeys),
    name: container.name,
    role: container.role,
    podPath: template.specPath,
    containerPath: container.path,
    ...(apparmor === undefined ? {} : { apparmor }),
    ...(image === undefined ? {} : { image }),
    ...(named === undefined ? {} : { digests: digestsOf(named, container) }),
    ...(named === undefined || reference === undefined ? {} : { reference }),
    ...(accountMounts === undefined ? {} : { accountMounts }),
  };
}

function digestsOf(evidence: WorkloadEvidence, { name }: Container): readonly string[] {
  return evidence.expected(name).images.filter((image) => image.startsWith("sha256:"));
}

export function apparmorOf({ metadata }: PodTemplate, { name }: Container): string | undefined {
  return metadata.annotations?.[annotation + name];
}

/** What the account of a workload says of its token. */
export function mountsOfAccount({ serviceAccount }: Workload, inventory: Inventory): boolean | undefined {
  const account = inventory.get({ apiVersion: "v1", kind: "ServiceAccount", ...serviceAccount });
  const mounts = account?.resource["automountServiceAccountToken"];
  return typeof mounts === "boolean" ? mounts : undefined;
}

function picked<K extends string>(value: JsonObject, keys: readonly K[]): { readonly [P in K]?: Json } {
  const part: { [P in K]?: Json } = {};
  for (const key of keys) {
    const own = value[key];
    if (own !== undefined) part[key] = own;
  }
  return part;
}
