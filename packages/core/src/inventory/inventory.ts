/** One consistent picture of all that was read: what controls, risk and people look at. Types only; `build.ts` makes it. */
import type { CrownJewel } from "../model/crown-jewel.ts";
import type { Gap } from "../model/gap.ts";
import type { Port } from "./network/connectivity.ts";
import type { Image } from "../model/image.ts";
import type { Resource, ResourceRecord, ResourceRef } from "../model/resource.ts";
import type { Server } from "../model/snapshot.ts";
import type { Subject } from "../model/subject.ts";
import type { Workload } from "../model/workload.ts";

export interface Inventory {
  readonly server: Server;
  /** RFC 3339: the snapshot's clock. */
  readonly takenAt: string;
  readonly records: readonly ResourceRecord[];
  /** The kinds that were read, `v1/Pod`, sorted. */
  readonly kinds: readonly string[];
  /** Records of a kind, `v1/Pod`; an empty list when none were read. Order: namespace, name. */
  readonly ofKind: (gvk: string) => readonly ResourceRecord[];
  readonly get: (ref: ResourceRef) => ResourceRecord | undefined;
  /** Every workload, pods that a listed controller made included (`derived`). */
  readonly workloads: readonly Workload[];
  readonly bindings: readonly Binding[];
  /** Exposure of a workload by services, ingresses, routes and host ports, past the network policies, as far as it was read. */
  readonly exposureOf: (workload: Workload) => Exposure;
  /** What is known of an image, as written in a pod spec; `undefined`: nobody looked into it. */
  readonly imageOf: (reference: string) => Image | undefined;
  readonly namespaceLabels: (namespace: string) => { readonly [label: string]: string };
  readonly gaps: readonly Gap[];
  /** False where absence of this kind means nothing: it was not looked for or could not be listed. */
  readonly covers: (gvk: string, namespace?: string) => boolean;
  /** Team and environment of a resource, from its labels, its pod template's or its namespace's. */
  readonly placeOf: (record: ResourceRecord) => Place;
  /** Workloads that the settings name as targets of attacks; absent: none. */
  readonly crownJewels?: readonly CrownJewel[];
  /**
   * Keeps under a name what was worked out of it, where it follows a changing cluster; absent where it does not change,
   * and what was worked out is kept with the inventory itself.
   */
  readonly room?: <T>(name: string, make: (inventory: Inventory) => T) => T;
}

/** A RoleBinding or ClusterRoleBinding with its role, where the role was read. */
export interface Binding {
  readonly record: ResourceRecord;
  readonly ref: ResourceRef;
  /** `""`: cluster-wide. */
  readonly namespace: string;
  readonly subjects: readonly Subject[];
  readonly roleRef: ResourceRef;
  readonly role?: Resource;
}

/** Who can reach it over the network: from the internet, from outside the cluster, from inside, from nowhere that was seen. */
export interface Exposure {
  readonly level: "internet" | "external" | "cluster" | "none" | "unknown";
  /** What makes it so, e.g. `Service shop/web (LoadBalancer)`; most exposed first. */
  readonly because: readonly string[];
  /** Why it may not be so after all; empty where it is certain. */
  readonly unsure: readonly string[];
  /** Each thing that leads there from outside the cluster: without all of them nothing does. */
  readonly ways: readonly ExposureWay[];
  /** The ports of its pods that those at that level lead to; empty: any. */
  readonly ports: readonly Port[];
}

/** What leads to a workload from outside. */
export interface ExposureWay {
  /** The Service, Ingress or route, or the workload itself. */
  readonly resource: ResourceRef;
  readonly by: "load-balancer" | "node-port" | "external-ips" | "route" | "host-port" | "host-network";
  /** Of a host port. */
  readonly container?: string;
  /** The Service that a route leads to, by its name. */
  readonly service?: string;
}

/** Whose it is and where it runs, as labels tell. */
export interface Place {
  readonly team?: string;
  readonly environment?: string;
}
