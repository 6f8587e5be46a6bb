/** CEL texts about one rule of a role (`item`), which match as Kubernetes' authorizer does. */

/**
 * The rule allows one of the verbs on one of the resources, by name. `*` as verb or group counts; `*` as resource does
 * not: such a rule is one fact, told by the controls about wildcards. A subresource is also meant by `*` before its
 * slash. Copied from `pkg/apis/rbac/v1/evaluation_helpers.go` of Kubernetes 1.35.
 */
export function allows(
  verbs: readonly string[],
  resources: readonly string[],
  groups: readonly string[] = [""],
): string {
  const anySubresource = resources
    .filter((name) => name.includes("/"))
    .map((name) => `*/${name.split("/")[1]}`);
  return [
    holdsOneOf("verbs", [...verbs, "*"]),
    holdsOneOf("apiGroups", [...groups, "*"]),
    holdsOneOf("resources", [...new Set([...resources, ...anySubresource])]),
  ].join(" && ");
}

/** One of the rule's entries in a list is one of the values. */
export function holdsOneOf(
  list: "verbs" | "apiGroups" | "resources" | "nonResourceURLs",
  values: readonly string[],
): string {
  return `item.?${list}.orValue([]).exists(v, v in ${celList(values)})`;
}

/** The rule is not limited to objects by name. A limited one never allows `create`, `list` or `watch` of others. */
export const anyName = "size(item.?resourceNames.orValue([])) == 0";

/** What has no namespace is granted by ClusterRoles only: in a Role such a rule allows nothing. */
export const ofCluster = "object.kind == 'ClusterRole'";

/** The rule counts for everything, or for kube-system, whose accounts hold the keys to everything. */
export const reachesSystem =
  "(object.kind == 'ClusterRole' || object.metadata.?namespace.orValue('') == 'kube-system')";

/**
 * Text for `when`: the role is not one of those that Kubernetes makes for its own use with this very power (made at
 * every start, so their names are taken in every cluster), nor one whose rules are gathered from other roles, where
 * they are judged. Entries: a ClusterRole's name, or `NAMESPACE/NAME` of a Role. A name that merely looks like the
 * platform's excuses nothing.
 */
export function exceptDefault(...roles: readonly string[]): string {
  const cluster = roles.filter((name) => !name.includes("/"));
  const namespaced = roles.filter((name) => name.includes("/"));
  const terms = ["!has(object.aggregationRule)"];
  if (cluster.length > 0)
    terms.push(`!(object.kind == 'ClusterRole' && object.metadata.?name.orValue('') in ${celList(cluster)})`);
  if (namespaced.length > 0)
    terms.push(
      `!(object.kind == 'Role' && object.metadata.?namespace.orValue('') + '/' + object.metadata.?name.orValue('') in ${celList(namespaced)})`,
    );
  return terms.join(" && ");
}

export function celList(values: readonly string[]): string {
  return `[${values.map((value) => `'${value}'`).join(", ")}]`;
}

/** Why controls about a role's rules have no patch. */
export const noFixForRule =
  "What the role's holders really do with it is not written in the role; the audit log tells, and the rule is then narrowed by hand.";

/** Of a rule that names nothing: it goes, and what its holders were seen to ask by it comes in its place. */
export const narrowedToUse = {
  fix: [{ remove: "" }],
  fixIf: "seen",
  noFix:
    "What the role's holders really do with it is not written in the role: a patch is offered where the audit log of all of them was seen, with a rule for each request that they made.",
} as const;

/** Groups whose resources are Kubernetes' own and include something dangerous. */
export const builtInGroups: readonly string[] = [
  "",
  "*",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "authentication.k8s.io",
  "batch",
  "certificates.k8s.io",
  "networking.k8s.io",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
];

/** The rule is `*` throughout, which one control alone tells. */
export const isEverything = ["verbs", "apiGroups", "resources"]
  .map((list) => `'*' in item.?${list}.orValue([])`)
  .join(" && ");

/** The resources of controllers that make pods, and their groups. */
export const workloadResources: readonly string[] = [
  "cronjobs",
  "daemonsets",
  "deployments",
  "jobs",
  "replicasets",
  "replicationcontrollers",
  "statefulsets",
];
export const workloadGroups: readonly string[] = ["apps", "batch", ""];
