/** Who a subject is to the authorizer: a user name and groups. */
import type { Subject } from "../../model/subject.ts";

/**
 * A subject as it acts. `groups`, where given, are exactly those it was authenticated with; else those that follow
 * from what it is.
 */
export interface Actor extends Subject {
  readonly groups?: readonly string[];
}

/** `user` is `""` for somebody of whom only a group is known. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
}

/** Its members may do everything, whatever RBAC says. */
export const superusers = "system:masters";

/** Groups that Kubernetes puts people and programs in by itself. */
export const everyone = {
  authenticated: "system:authenticated",
  unauthenticated: "system:unauthenticated",
  accounts: "system:serviceaccounts",
  nodes: "system:nodes",
} as const;

const accountPrefix = "system:serviceaccount:";
const accountsPrefix = `${everyone.accounts}:`;
/** How the user names of nodes begin. */
export const nodePrefix = "system:node:";

/** The name under which a subject acts; service accounts have one too. */
export function userOf({ kind, namespace, name }: Subject): string {
  if (kind === "ServiceAccount") return `${accountPrefix}${namespace}:${name}`;
  return kind === "User" ? name : "";
}

/** A service account that is named as a user is that service account. */
export function subjectOfUser(user: string): Subject {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return namespace === undefined || name === undefined
    ? { kind: "User", namespace: "", name: user }
    : { kind: "ServiceAccount", namespace, name };
}

/** Who an actor is to the authorizer. */
export function identityOf(actor: Actor): Identity {
  return { user: userOf(actor), groups: actor.groups ?? groupsOf(actor) };
}

/**
 * The groups that whoever is this subject surely has. Copied from `MakeGroupNames` in
 * staging/src/k8s.io/apiserver/pkg/ authentication/serviceaccount/util.go and from authentication/group of Kubernetes
 * 1.35; a user's other groups are known to the authenticator alone.
 */
export function groupsOf(subject: Subject): readonly string[] {
  if (subject.kind === "ServiceAccount")
    return [everyone.accounts, accountsPrefix + subject.namespace, everyone.authenticated];
  if (subject.kind === "Group") return groupsOfGroup(subject.name);
  if (subject.name === "system:anonymous") return [everyone.unauthenticated];
  const account = subjectOfUser(subject.name);
  if (account.kind === "ServiceAccount") return groupsOf(account);
  return subject.name.startsWith(nodePrefix)
    ? [everyone.nodes, everyone.authenticated]
    : [everyone.authenticated];
}

function groupsOfGroup(name: string): readonly string[] {
  if (name === everyone.unauthenticated || name === everyone.authenticated) return [name];
  return name.startsWith(accountsPrefix)
    ? [name, everyone.accounts, everyone.authenticated]
    : [name, everyone.authenticated];
}
