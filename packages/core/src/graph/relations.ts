/** Steps that no right gives: what runs as whom, where, who belongs to which group, and what a choice contains. */
import type { Resource, ResourceRef } from "../model/resource.ts";
import type { Subject } from "../model/subject.ts";
import { isControlPlane } from "../inventory/control-plane.ts";
import { everyone, groupsOf, superusers } from "../inventory/rbac/subjects.ts";
import { companies, containerOf, someContainer, wholeWorkload } from "./containers.ts";
import type { Step } from "./step.ts";
import { clusterVertex, type Choice, type CloudProvider, type Vertex } from "./vertex.ts";
import type { World } from "./world.ts";

/** A step without conditions, that nothing but what it names can break. */
export function relation(from: Vertex, to: Vertex, by: string, more: Partial<Step> = {}): Step {
  return { from, to, by, because: [], conditions: [], unsure: [], brokenBy: [], bootstrap: false, ...more };
}

/** All steps of a world that follow from what there is. Linear in its resources. */
export function relationsOf(world: World): readonly Step[] {
  return [
    ...memberships(world),
    ...choices(world),
    ...programs(world),
    ...containers(world),
    ...nodes(world),
    ...secretTokens(world),
    ...cloudRoles(world),
    ...everything(),
  ];
}

const acting = new WeakMap<Subject, Vertex>();

/** Acting as a subject; the same vertex for the same object. */
export function subjectVertex(subject: Subject): Vertex {
  let vertex = acting.get(subject);
  if (vertex === undefined) acting.set(subject, (vertex = { kind: "subject", subject }));
  return vertex;
}

/** Acting as a member of a group. */
export function groupVertex(name: string): Vertex {
  return subjectVertex({ kind: "Group", namespace: "", name });
}

/** The choice of any, in a namespace or anywhere. */
export function anyVertex(of: Choice, namespace = ""): Vertex {
  return { kind: "any", of, namespace };
}

/** Each subject leads to the narrowest groups that it surely has; those lead on. */
function memberships({ accounts, users, groups }: World): readonly Step[] {
  const accountGroups = [...new Set(accounts.map(({ namespace }) => `${everyone.accounts}:${namespace}`))];
  const known = new Set(groups.map(({ name }) => name));
  const namespaceGroups = accountGroups
    .filter((name) => !known.has(name))
    .map((name): Subject => ({ kind: "Group", namespace: "", name }));
  const groupAt = remembered(groupVertex);
  return [...accounts, ...users, ...groups, ...namespaceGroups].flatMap((subject) =>
    membershipsOf(subjectVertex(subject), groupAt),
  );
}

/** The steps from a subject to the narrowest groups that it surely has. */
export function membershipsOf(vertex: Vertex, groupAt = groupVertex): readonly Step[] {
  if (vertex.kind !== "subject") return [];
  return parentsOf(vertex.subject).map((group) => relation(vertex, groupAt(group), "member-of"));
}

/** One vertex for what is made of the same words. */
function remembered(make: (word: string) => Vertex): (word: string) => Vertex {
  const known = new Map<string, Vertex>();
  return (word) => {
    let vertex = known.get(word);
    if (vertex === undefined) known.set(word, (vertex = make(word)));
    return vertex;
  };
}

/** The steps to a thing from the choices that it is among. */
export function choicesOf(vertex: Vertex): readonly Step[] {
  const among = (of: Choice, namespace = ""): readonly Step[] => [
    relation(anyVertex(of, namespace), vertex, "contains"),
    ...(namespace === "" ? [] : [relation(anyVertex(of), anyVertex(of, namespace), "contains")]),
  ];
  if (vertex.kind === "secret") return among("secret", vertex.namespace);
  if (vertex.kind === "node") return among("node");
  if (vertex.kind !== "subject") return [];
  const { kind, namespace, name } = vertex.subject;
  if (kind === "ServiceAccount") return among("account", namespace);
  if (kind === "User") return among("user");
  return name === superusers ? [] : among("group");
}

function parentsOf(subject: Subject): readonly string[] {
  if (subject.kind === "ServiceAccount") return [`${everyone.accounts}:${subject.namespace}`];
  const own = groupsOf(subject).filter((group) => subject.kind !== "Group" || group !== subject.name);
  const inner = own.find((group) => group.startsWith(`${everyone.accounts}:`));
  if (inner !== undefined) return [inner];
  return own.includes(everyone.accounts) ? [everyone.accounts] : own;
}

/** A choice over the cluster is a choice in each namespace, and that one is each thing in it. */
function choices(world: World): readonly Step[] {
  const { accounts, users, groups, programs, namespaces, nodes: names, inventory } = world;
  const inNamespaces = (["account", "workload", "secret", "role"] as const).flatMap((of) =>
    namespaces.map((namespace) => relation(anyVertex(of), anyVertex(of, namespace), "contains")),
  );
  const accountOf = remembered((namespace) => anyVertex("account", namespace));
  const workloadOf = remembered((namespace) => anyVertex("workload", namespace));
  const contains = (of: Choice, namespace: string, to: Vertex): Step =>
    relation(anyVertex(of, namespace), to, "contains");
  return [
    ...inNamespaces,
    ...accounts.map((account) => relation(accountOf(account.namespace), subjectVertex(account), "contains")),
    ...users.map((user) => contains("user", "", subjectVertex(user))),
    ...groups
      .filter(({ name }) => name !== superusers)
      .map((group) => contains("group", "", subjectVertex(group))),
    ...programs.map(({ ref }) =>
      relation(workloadOf(ref.namespace || "default"), wholeWorkload(ref, inventory), "contains"),
    ),
    ...names.map((name) => contains("node", "", { kind: "node", name })),
  ];
}

/** Code in a container acts as the account whose token it finds. */
function programs({ programs: all, inventory }: World): readonly Step[] {
  return all.flatMap(({ ref, accounts }) =>
    accounts.map(({ account, unsure }) =>
      relation(someContainer(ref, inventory), subjectVertex(account), "runs-as", {
        unsure,
        brokenBy: [
          { changes: [{ resource: ref, kind: "no-token", what: "automountServiceAccountToken: false" }] },
        ],
      }),
    ),
  );
}

/** Where a workload has several containers: it is each of them, and each has what all of them have. */
function containers({ inventory }: World): readonly Step[] {
  return [...companies(inventory).values()].flatMap(({ ref, names }) =>
    names.flatMap((name) => {
      const vertex = containerOf(ref, name, inventory);
      return [
        relation(wholeWorkload(ref, inventory), vertex, "contains"),
        relation(vertex, someContainer(ref, inventory), "part-of"),
      ];
    }),
  );
}

/**
 * Who holds a node holds what runs on it; who may choose his node holds what runs on any. A control plane's node
 * holds the keys of the cluster.
 */
function nodes({ programs: all, inventory }: World): readonly Step[] {
  const nodeAt = remembered((name) => ({ kind: "node", name }));
  const hosted = all.flatMap(({ ref, nodes: own }) =>
    own.map((name) => relation(nodeAt(name), wholeWorkload(ref, inventory), "hosts")),
  );
  const controlPlane = inventory
    .ofKind("v1/Node")
    .filter(({ resource: { metadata } }) => isControlPlane(metadata.labels))
    .map(({ resource }) =>
      relation({ kind: "node", name: resource.metadata.name ?? "" }, clusterVertex, "hosts", {
        conditions: ["the node runs the control plane"],
      }),
    );
  return [...hosted, ...controlPlane, relation(anyVertex("node"), anyVertex("workload"), "hosts")];
}

const tokenType = "kubernetes.io/service-account-token";
const tokenAnnotation = "kubernetes.io/service-account.name";

/** Secrets that hold lasting tokens. Where Secrets were not read, any may. */
function secretTokens({ secrets, namespaces, inventory }: World): readonly Step[] {
  const steps = secrets.flatMap((resource) => {
    const { namespace: own = "", name = "", annotations = {} } = resource.metadata;
    const namespace = own === "" ? "default" : own;
    const vertex: Vertex = { kind: "secret", namespace, name };
    const contains = relation(anyVertex("secret", namespace), vertex, "contains");
    const account = annotations[tokenAnnotation];
    if (resource["type"] !== tokenType || account === undefined) return [contains];
    const ref: ResourceRef = { apiVersion: "v1", kind: "Secret", namespace: own, name };
    const token = relation(
      vertex,
      subjectVertex({ kind: "ServiceAccount", namespace, name: account }),
      "is-token-of",
      {
        brokenBy: [{ changes: [{ resource: ref, kind: "remove-secret", what: name }] }],
      },
    );
    return [contains, token];
  });
  const unread = namespaces
    .filter((namespace) => !inventory.covers("v1/Secret", namespace))
    .map((namespace) =>
      relation(anyVertex("secret", namespace), anyVertex("account", namespace), "is-token-of", {
        unsure: [`which Secrets of ${namespace} hold tokens was not read`],
      }),
    );
  return [...steps, ...unread];
}

const cloudAnnotations: readonly (readonly [string, CloudProvider])[] = [
  ["eks.amazonaws.com/role-arn", "aws"],
  ["iam.gke.io/gcp-service-account", "gcp"],
  ["azure.workload.identity/client-id", "azure"],
];

/** Accounts that the cloud takes for an identity of its own. */
function cloudRoles({ inventory }: World): readonly Step[] {
  return inventory.ofKind("v1/ServiceAccount").flatMap(({ resource }) => cloudRolesOf(resource));
}

function cloudRolesOf(resource: Resource): readonly Step[] {
  const { namespace = "", name = "", annotations = {} } = resource.metadata;
  return cloudAnnotations.flatMap(([annotation, provider]) => {
    const identity = annotations[annotation];
    if (identity === undefined || identity === "") return [];
    const ref: ResourceRef = { apiVersion: "v1", kind: "ServiceAccount", namespace, name };
    const account: Subject = { kind: "ServiceAccount", namespace: namespace || "default", name };
    return [
      relation(subjectVertex(account), { kind: "cloud", provider, identity }, "takes-cloud-role", {
        unsure: ["whether the cloud trusts the account is not seen"],
        brokenBy: [{ changes: [{ resource: ref, kind: "remove-annotation", what: annotation }] }],
      }),
    ];
  });
}

/** `system:masters` is everything, and everything is any of its parts. */
function everything(): readonly Step[] {
  const parts: readonly Choice[] = ["account", "user", "group", "workload", "secret", "node"];
  return [
    relation(groupVertex(superusers), clusterVertex, "is-everything", { bootstrap: true }),
    ...parts.map((of) => relation(clusterVertex, anyVertex(of), "contains")),
  ];
}
