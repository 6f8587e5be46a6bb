/** What a held power leads to: its gains, worked out in the cluster at hand. */
import { refKey, type ResourceRef } from "../model/resource.ts";
import type { Subject } from "../model/subject.ts";
import { rbacGroup } from "../inventory/rbac/bindings.ts";
import type { Grant } from "../inventory/rbac/grants.ts";
import { superusers } from "../inventory/rbac/subjects.ts";
import type { Held } from "./held.ts";
import type { Gain, Power } from "./power.ts";
import { anyVertex, groupVertex, subjectVertex } from "./relations.ts";
import { breaksOf, type Break, type Step } from "./step.ts";
import { clusterVertex, type Vertex } from "./vertex.ts";
import type { World } from "./world.ts";

/** Where a gain leads, and what stands in between. */
interface Target {
  readonly to: Vertex;
  readonly conditions?: readonly string[];
  readonly unsure?: readonly string[];
  readonly brokenBy?: readonly Break[];
}

interface Case {
  readonly held: Held;
  /** All grants of the holder, his groups' too. */
  readonly grants: readonly Grant[];
  /** All powers of the holder. */
  readonly powers: readonly Held[];
  readonly world: World;
}

/** The steps that a holder takes by one power. */
export function stepsOf(from: Vertex, held: Held, given: Omit<Case, "held">): readonly Step[] {
  const { power, requirements, unsure, bootstrap } = held;
  const doubt = distributionDoubt(power, given.world);
  if (doubt === false) return [];
  const breaks = breaksOf(requirements);
  return power.gains.flatMap((gain) =>
    targetsOf[gain]({ held, ...given }).map((target) => ({
      from,
      to: target.to,
      by: power.id,
      because: requirements,
      conditions: target.conditions ?? [],
      unsure: [...unsure, ...doubt, ...(target.unsure ?? [])],
      brokenBy: target.brokenBy === undefined ? breaks : [...target.brokenBy, ...breaks],
      bootstrap,
    })),
  );
}

/** `false` where the power is of another distribution. */
function distributionDoubt({ only }: Power, world: World): readonly string[] | false {
  if (only === undefined) return [];
  const is = world.is(only);
  if (is === undefined)
    return [`whether this cluster is ${only === "eks" ? "EKS" : "OpenShift"} is not known`];
  return is ? [] : false;
}

const targetsOf: { readonly [G in Gain]: (given: Case) => readonly Target[] } = {
  cluster: () => [{ to: clusterVertex }],
  accounts: ({ held }) => accountTargets(held),
  "any-account": ({ held }) => [{ to: anyVertex("account", placeOf(held)) }],
  users: ({ held: { names } }) =>
    names === undefined
      ? [{ to: anyVertex("user") }]
      : names.map((name) => ({ to: subjectVertex({ kind: "User", namespace: "", name }) })),
  "any-user": () => [{ to: anyVertex("user") }],
  groups: ({ held: { names } }) => (names ?? [superusers]).map((name) => ({ to: groupVertex(name) })),
  "any-group": () => [{ to: anyVertex("group") }],
  bootstrappers: ({ world }) => bootstrapGroups(world).map((group) => ({ to: subjectVertex(group) })),
  roles: ({ held }) => roleTargets(held, held.namespace === "" ? "*" : held.namespace),
  "cluster-roles": ({ held }) => roleTargets(held, ""),
  "own-roles": ownRoleTargets,
  workloads: ({ held, world }) => workloadTargets(held, world),
  secrets: ({ held }) => secretTargets(held),
  "any-secret": ({ held }) => [{ to: anyVertex("secret", placeOf(held)) }],
  nodes: ({ held: { names } }) =>
    names === undefined ? [{ to: anyVertex("node") }] : names.map((name) => ({ to: { kind: "node", name } })),
  "any-node": () => [{ to: anyVertex("node") }],
  "new-pod": podTargets,
  "debug-pod": podTargets,
  network: ({ held }) => [{ to: anyVertex("pod-port", placeOf(held)) }],
  nothing: () => [],
};

/** Every namespace is any place to a choice: what is outside of namespaces is no choice of those. */
function placeOf({ namespace }: Held): string {
  return namespace === "*" ? "" : namespace;
}

/**
 * Names without a namespace are too many places to list: the choice of all says more than is so, and is shown as
 * unsure.
 */
function wideNames({ names = [], resource }: Held): readonly string[] {
  return [`only ${resource} named ${names.slice(0, 3).join(", ")} are meant, in whatever namespace`];
}

function accountTargets(held: Held): readonly Target[] {
  const { names } = held;
  const namespace = placeOf(held);
  if (names === undefined) return [{ to: anyVertex("account", namespace) }];
  if (namespace === "") return [{ to: anyVertex("account"), unsure: wideNames(held) }];
  return names.map((name) => ({ to: subjectVertex({ kind: "ServiceAccount", namespace, name }) }));
}

function secretTargets(held: Held): readonly Target[] {
  const { names } = held;
  const namespace = placeOf(held);
  if (names === undefined) return [{ to: anyVertex("secret", namespace) }];
  if (namespace === "") return [{ to: anyVertex("secret"), unsure: wideNames(held) }];
  return names.map((name) => ({ to: { kind: "secret", namespace, name } }));
}

const kinds: { readonly [resource: string]: readonly [apiVersion: string, kind: string] } = {
  pods: ["v1", "Pod"],
  replicationcontrollers: ["v1", "ReplicationController"],
  deployments: ["apps/v1", "Deployment"],
  daemonsets: ["apps/v1", "DaemonSet"],
  statefulsets: ["apps/v1", "StatefulSet"],
  replicasets: ["apps/v1", "ReplicaSet"],
  jobs: ["batch/v1", "Job"],
  cronjobs: ["batch/v1", "CronJob"],
};

function workloadTargets(held: Held, world: World): readonly Target[] {
  const { names, resource } = held;
  const namespace = placeOf(held);
  if (names === undefined) return [{ to: anyVertex("workload", namespace) }];
  if (namespace === "") return [{ to: anyVertex("workload"), unsure: wideNames(held) }];
  const [apiVersion, kind] = kinds[resource] ?? ["v1", "Pod"];
  return names.map((name) => {
    const ref: ResourceRef = { apiVersion, kind, namespace, name };
    return {
      to: { kind: "workload", ref: (kind === "Pod" ? world.programOf(namespace, name) : undefined) ?? ref },
    };
  });
}

/** The groups that a bootstrap token may give. See cluster-bootstrap/token/api/types.go of Kubernetes 1.35. */
function bootstrapGroups({ groups }: World): readonly Subject[] {
  const own: Subject = { kind: "Group", namespace: "", name: "system:bootstrappers" };
  return [own, ...groups.filter(({ name }) => name.startsWith(`${own.name}:`))];
}

const clusterAdmin: ResourceRef = {
  apiVersion: `${rbacGroup}/v1`,
  kind: "ClusterRole",
  namespace: "",
  name: "cluster-admin",
};

/** The rights of a role, by a binding of one's own. Any ClusterRole is cluster-admin, which every cluster has. */
function roleTargets(held: Held, place: string): readonly Target[] {
  const { names, resource } = held;
  if (resource === "roles") {
    if (names === undefined) return [{ to: anyVertex("role", place === "*" ? "" : place) }];
    if (place === "*") return [{ to: anyVertex("role"), unsure: wideNames(held) }];
    return names.map((name) => ({
      to: { kind: "role", role: { ...clusterAdmin, kind: "Role", namespace: place, name }, namespace: place },
    }));
  }
  return (names ?? [clusterAdmin.name]).map((name) => ({
    to: { kind: "role", role: { ...clusterAdmin, name }, namespace: place },
  }));
}

/** Any right, where the holder has a role that he may write into, or one that gathers its rules from such a role. */
function ownRoleTargets({ held, grants }: Case): readonly Target[] {
  const kind = held.resource === "roles" ? "Role" : "ClusterRole";
  const writable = (ref: ResourceRef): boolean =>
    ref.kind === kind &&
    (held.names?.includes(ref.name) ?? true) &&
    (kind === "ClusterRole" ||
      held.namespace === "" ||
      held.namespace === "*" ||
      held.namespace === ref.namespace);
  const places = grants
    .filter(({ role }) => writable(role.ref) || role.rules.some(({ origin }) => writable(origin)))
    .map(({ namespace }) => namespace);
  return [...new Set(places)].map((place) =>
    place === "" ? { to: clusterVertex } : { to: { kind: "role", role: clusterAdmin, namespace: place } },
  );
}

/** Labels to set are listed up to this many: past it, the rights are the thing to change. */
const mostLabels = 100;

/**
 * A privileged pod takes over its node, where it is let in: in the namespace at hand, or in any one that may be
 * chosen. Who may relabel the namespace is let in anyway.
 */
function podTargets({ held, powers, world }: Case): readonly Target[] {
  const places = held.namespace === "" || held.namespace === "*" ? world.namespaces : [held.namespace];
  const guarded = places.map((namespace) => world.guard(namespace));
  const open = guarded.filter(({ admits }) => admits);
  const certain = open.find(({ unsure }) => unsure.length === 0);
  const best = certain ?? open[0];
  const to = anyVertex("node");
  if (best !== undefined) {
    const changes = open.flatMap(({ namespace }) =>
      namespace === undefined
        ? []
        : [
            {
              resource: namespace,
              kind: "label-namespace",
              what: "pod-security.kubernetes.io/enforce=baseline",
            } as const,
          ],
    );
    const brokenBy = changes.length > mostLabels || relabels(powers, places) ? [] : [{ changes }];
    return [{ to, conditions: [best.because], unsure: best.unsure, brokenBy }];
  }
  if (!relabels(powers, places)) return [];
  return [{ to, conditions: ["its holder may lift the Pod Security level of the namespace"] }];
}

function relabels(powers: readonly Held[], places: readonly string[]): boolean {
  return powers.some(
    ({ power, names, unsure }) =>
      power.id === "change-namespaces" &&
      unsure.length === 0 &&
      (names === undefined || names.some((name) => places.includes(name))),
  );
}

/** Vertices that stand for a role that somebody may bind. */
export function isRoleVertex(vertex: Vertex): vertex is Extract<Vertex, { kind: "role" }> {
  return vertex.kind === "role";
}

/** What having a role by a binding of one's own is, as a grant. */
export function grantOfRole({ role, namespace }: Extract<Vertex, { kind: "role" }>, world: World): Grant {
  const kind = namespace === "" ? "ClusterRoleBinding" : "RoleBinding";
  return {
    binding: { apiVersion: `${rbacGroup}/v1`, kind, namespace: namespace === "*" ? "" : namespace, name: "" },
    namespace,
    subject: { kind: "User", namespace: "", name: `holder of ${refKey(role)}` },
    role: world.grants.role(role),
    bootstrap: false,
  };
}
