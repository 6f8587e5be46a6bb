/** Bindings, found by whom they bind: the index on which every question about rights is answered. */
import type { ResourceRef } from "../../model/resource.ts";
import { subjectKey, type Subject } from "../../model/subject.ts";
import type { Binding, Inventory } from "../inventory.ts";
import { unreadDocuments } from "../unread.ts";
import { namespaceOf, rbacKinds } from "./bindings.ts";
import { bootstrapBindingOf } from "./bootstrap.ts";
import { once } from "../once.ts";
import { roleBook, type RoleFacts } from "./roles.ts";
import { userOf, type Identity } from "./subjects.ts";

/** A binding that gives a subject a role, in one namespace or everywhere. */
export interface Grant {
  readonly binding: ResourceRef;
  /** Where it counts: `""` everywhere. */
  readonly namespace: string;
  /** The subject of the binding that matches. */
  readonly subject: Subject;
  readonly role: RoleFacts;
  /** The API server makes both the binding and the role, and nobody widened either. */
  readonly bootstrap: boolean;
}

/** All bindings of an inventory, by whom they bind and where. */
export interface Grants {
  /**
   * The grants of an identity that count in a namespace: those of the whole cluster, then its own. `""`: only the
   * former.
   */
  readonly of: (identity: Identity, namespace: string) => readonly Grant[];
  /** All its grants, whatever the namespace. */
  readonly all: (identity: Identity) => readonly Grant[];
  /** Every grant of a namespace's bindings, `""`: of ClusterRoleBindings; one for each subject of each binding. */
  readonly in: (namespace: string) => readonly Grant[];
  /** Every subject of a binding, once, sorted. */
  readonly subjects: readonly Subject[];
  /** Namespaces that have a binding of their own, sorted. */
  readonly namespaces: readonly string[];
  /** Why bindings that count in a namespace (without one: anywhere) may be absent here; empty where all were read. */
  readonly missing: (namespace?: string) => readonly string[];
  readonly role: (ref: ResourceRef) => RoleFacts;
}

type ByNamespace = Map<string, Grant[]>;

/**
 * Joins every binding of an inventory with its role. Linear in bindings and subjects; a question costs what it finds.
 */
export function grantsOf(inventory: Inventory): Grants {
  const role = roleBook(inventory);
  const grants = inventory.bindings.flatMap((binding) => grantsOfBinding(binding, role));
  const byNamespace: ByNamespace = new Map();
  const bySubject = new Map<string, ByNamespace>();
  for (const grant of grants) {
    push(byNamespace, grant);
    const key = actingKey(grant.subject);
    let own = bySubject.get(key);
    if (own === undefined) bySubject.set(key, (own = new Map()));
    push(own, grant);
  }
  const found = (identity: Identity): readonly ByNamespace[] =>
    keysOf(identity).flatMap((key) => bySubject.get(key) ?? []);
  const subjects = once(() => distinct(grants.map(({ subject }) => subject)));
  return {
    role,
    of: (identity, namespace) => {
      const own = found(identity);
      return (namespace === "" ? [""] : ["", namespace]).flatMap((place) =>
        own.flatMap((grants) => grants.get(place) ?? []),
      );
    },
    all: (identity) => found(identity).flatMap((own) => [...own.values()].flat()),
    in: (namespace) => byNamespace.get(namespace) ?? [],
    get subjects() {
      return subjects();
    },
    namespaces: [...byNamespace.keys()].filter((namespace) => namespace !== "").sort(),
    missing: (namespace) => missingBindings(inventory, namespace),
  };
}

function push(grants: ByNamespace, grant: Grant): void {
  const list = grants.get(grant.namespace);
  if (list === undefined) grants.set(grant.namespace, [grant]);
  else list.push(grant);
}

/** A ClusterRoleBinding to a Role finds none: the authorizer looks for it in the namespace `""`. */
function grantsOfBinding(binding: Binding, roleOf: (ref: ResourceRef) => RoleFacts): readonly Grant[] {
  const { ref, roleRef } = binding;
  const namespace = namespaceOf(ref);
  if (namespace === "" && roleRef.kind === "Role") return [];
  const role = roleOf(roleRef);
  const bootstrap = bootstrapBindingOf(binding)?.edited === false && role.bootstrap?.edited === false;
  return distinct(binding.subjects).map((subject) => ({ binding: ref, namespace, subject, role, bootstrap }));
}

function distinct(subjects: readonly Subject[]): readonly Subject[] {
  const byKey = new Map(subjects.map((subject) => [subjectKey(subject), subject]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, subject]) => subject);
}

/** A service account and a user of its name are one to the authorizer. */
function actingKey(subject: Subject): string {
  return subject.kind === "Group" ? `group ${subject.name}` : `user ${userOf(subject)}`;
}

function keysOf({ user, groups }: Identity): readonly string[] {
  const keys = [...new Set(groups)].map((group) => `group ${group}`);
  return user === "" ? keys : [`user ${user}`, ...keys];
}

function missingBindings({ covers, gaps }: Inventory, namespace?: string): readonly string[] {
  const missing = [...unreadDocuments(gaps)];
  if (!covers(rbacKinds.clusterRoleBinding)) missing.push("ClusterRoleBindings were not read");
  if (namespace !== "" && !covers(rbacKinds.roleBinding, namespace))
    missing.push(`RoleBindings${namespace === undefined ? "" : ` of ${namespace}`} were not all read`);
  return missing;
}
