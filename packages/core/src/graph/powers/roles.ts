/** Powers over rights themselves: having all, binding roles, writing into them, acting as others. */
import { anyOf, definePower } from "../power.ts";

const bindings = "rolebindings.rbac.authorization.k8s.io";
const clusterBindings = "clusterrolebindings.rbac.authorization.k8s.io";
const roles = "roles.rbac.authorization.k8s.io";
const clusterRoles = "clusterroles.rbac.authorization.k8s.io";
const anyPlace = { clusterWide: false } as const;

export const clusterAdmin = definePower({
  id: "cluster-admin",
  title: "Do everything in the cluster",
  severity: "critical",
  technique: "T1078",
  tactic: "privilege-escalation",
  why: "Every verb on every resource: whoever acts as this subject owns the cluster.",
  needs: [anyOf("*", "*.*")],
  gains: ["cluster"],
  notes: [],
  equivalents: [
    "rbac-police/cluster_admin",
    "kubiscan/risky-any-verb",
    "kubescape/C-0035",
    "kubescape/C-0185",
    "kubescape/C-0187",
    "trivy/KSV-0044",
    "trivy/KSV-0111",
  ],
});

export const namespaceAdmin = definePower({
  id: "namespace-admin",
  title: "Do everything in a namespace",
  severity: "high",
  technique: "T1078",
  tactic: "privilege-escalation",
  why: "Every verb on every resource of a namespace: its accounts, secrets and workloads are this subject's.",
  needs: [anyOf("*", "*.*", anyPlace)],
  gains: ["any-account", "any-secret", "workloads", "new-pod"],
  notes: [],
  equivalents: ["kubescape/C-0187", "trivy/KSV-0044", "trivy/KSV-0112"],
});

export const bindClusterRoles = definePower({
  id: "bind-cluster-roles",
  title: "Bind cluster roles over the whole cluster",
  severity: "critical",
  technique: "T1098.006",
  tactic: "privilege-escalation",
  why: "With the verb bind, a ClusterRoleBinding may give roles that its maker does not hold: cluster-admin to himself.",
  needs: [anyOf("bind", clusterRoles), anyOf("create,update,patch", clusterBindings)],
  gains: ["cluster-roles"],
  notes: ["Without the verb bind, nobody can bind a role that gives more than he holds."],
  equivalents: [
    "rbac-police/bind_roles",
    "kubiscan/risky-create-clusterrolebinding-clusterrole",
    "kubescape/C-0191",
    "kubehound/ROLE_BIND",
    "trivy/KSV-0052",
  ],
});

export const bindRoles = definePower({
  id: "bind-roles",
  title: "Bind roles of a namespace in it",
  severity: "high",
  technique: "T1098.006",
  tactic: "privilege-escalation",
  why: "With the verb bind, a RoleBinding may give roles that its maker does not hold.",
  needs: [anyOf("bind", roles), anyOf("create,update,patch", bindings)],
  gains: ["roles"],
  notes: [],
  equivalents: [
    "rbac-police/bind_roles",
    "kubiscan/risky-create-rolebinding-role",
    "kubescape/C-0191",
    "kubehound/ROLE_BIND",
    "trivy/KSV-0051",
  ],
});

export const bindClusterRolesInNamespace = definePower({
  id: "bind-cluster-roles-in-namespace",
  title: "Bind cluster roles in a namespace",
  severity: "critical",
  technique: "T1098.006",
  tactic: "privilege-escalation",
  why: "With the verb bind, a RoleBinding may give roles that its maker does not hold: cluster-admin over the namespace.",
  needs: [anyOf("bind", clusterRoles, anyPlace), anyOf("create,update,patch", bindings)],
  gains: ["roles"],
  notes: ["In kube-system this is the whole cluster: the controllers' accounts are there."],
  equivalents: [
    "rbac-police/bind_roles",
    "kubiscan/risky-create-rolebinding-clusterrole",
    "kubescape/C-0191",
    "kubehound/ROLE_BIND",
    "trivy/KSV-0051",
  ],
});

export const escalateClusterRoles = definePower({
  id: "escalate-cluster-roles",
  title: "Write any right into a cluster role",
  severity: "critical",
  technique: "T1098.006",
  tactic: "privilege-escalation",
  why: "With the verb escalate, a role may be given rights that its writer does not hold; one writes them into a role one has.",
  needs: [anyOf("escalate", clusterRoles), anyOf("update,patch", clusterRoles)],
  sameObject: true,
  gains: ["own-roles"],
  notes: ["Without the verb escalate, nobody can write a right into a role that he does not hold."],
  equivalents: ["rbac-police/escalate_roles", "kubescape/C-0191", "trivy/KSV-0050"],
});

export const escalateRoles = definePower({
  id: "escalate-roles",
  title: "Write any right into a role of a namespace",
  severity: "critical",
  technique: "T1098.006",
  tactic: "privilege-escalation",
  why: "With the verb escalate, a Role may be given rights that its writer does not hold; one writes them into a Role one has.",
  needs: [anyOf("escalate", roles), anyOf("update,patch", roles)],
  sameObject: true,
  gains: ["own-roles"],
  notes: [],
  equivalents: ["rbac-police/escalate_roles", "kubescape/C-0191", "trivy/KSV-0050"],
});

export const writeBindings = definePower({
  id: "write-bindings",
  title: "Hand on one's own rights by bindings",
  severity: "low",
  technique: "T1098.006",
  tactic: "persistence",
  why: "Whoever writes bindings gives others what he holds, and keeps it after he was thrown out.",
  needs: [anyOf("create,update,patch", bindings, clusterBindings, anyPlace)],
  gains: ["nothing"],
  notes: ["No new right is gained without the verb bind."],
  equivalents: ["kubiscan/risky-add-rolebinding", "trivy/KSV-0055"],
});

export const impersonateUsers = definePower({
  id: "impersonate-users",
  title: "Act as users",
  severity: "critical",
  technique: "T1078",
  tactic: "privilege-escalation",
  why: "The API server treats a request as the user's whom it names, those of the control plane included.",
  needs: [anyOf("impersonate", "users")],
  gains: ["users"],
  notes: ["Service accounts are impersonated by the resource serviceaccounts, never by users."],
  equivalents: [
    "rbac-police/impersonate",
    "kubescape/C-0065",
    "kubescape/C-0191",
    "kubehound/IDENTITY_IMPERSONATE",
    "trivy/KSV-0043",
  ],
});

export const impersonateGroups = definePower({
  id: "impersonate-groups",
  title: "Act as a member of groups",
  severity: "critical",
  technique: "T1078",
  tactic: "privilege-escalation",
  why: "A request may name the groups it is to be judged by; system:masters is one, and may do everything.",
  needs: [anyOf("impersonate", "groups"), anyOf("impersonate", "users", "serviceaccounts", anyPlace)],
  gains: ["groups"],
  notes: ["A request that names groups must name a user or account too."],
  equivalents: [
    "rbac-police/impersonate",
    "kubiscan/risky-impersonate-groups",
    "kubiscan/risky-any-verb-groups",
    "kubescape/C-0065",
    "kubescape/C-0191",
    "kubehound/IDENTITY_IMPERSONATE",
    "trivy/KSV-0043",
  ],
});

export const impersonateAccounts = definePower({
  id: "impersonate-accounts",
  title: "Act as service accounts",
  severity: "critical",
  technique: "T1078",
  tactic: "privilege-escalation",
  why: "The API server treats a request as the account's that it names, with all its groups.",
  needs: [anyOf("impersonate", "serviceaccounts")],
  gains: ["accounts"],
  notes: ["The standard roles admin and edit hold it for their namespace."],
  equivalents: [
    "rbac-police/impersonate",
    "kubiscan/risky-any-resource-impersonate",
    "kubescape/C-0065",
    "kubescape/C-0191",
    "kubehound/IDENTITY_IMPERSONATE",
    "trivy/KSV-0043",
  ],
});

export const impersonateConstrained = definePower({
  id: "impersonate-constrained",
  title: "Act as users for certain requests",
  severity: "medium",
  technique: "T1078",
  tactic: "privilege-escalation",
  why: "Constrained impersonation lends another's rights for the verbs that impersonate-on:… names.",
  needs: [anyOf("impersonate:user-info", "users.authentication.k8s.io", { since: 35 })],
  gains: ["users"],
  unsure: "which requests the verbs impersonate-on:user-info:… allow is not followed",
  notes: ["On by default since Kubernetes 1.36."],
  equivalents: [],
});

export const impersonateConstrainedAccounts = definePower({
  id: "impersonate-constrained-accounts",
  title: "Act as service accounts for certain requests",
  severity: "medium",
  technique: "T1078",
  tactic: "privilege-escalation",
  why: "Constrained impersonation lends an account's rights for the verbs that impersonate-on:… names.",
  needs: [anyOf("impersonate:serviceaccount", "serviceaccounts.authentication.k8s.io", { since: 35 })],
  gains: ["accounts"],
  unsure: "which requests the verbs impersonate-on:serviceaccount:… allow is not followed",
  notes: ["On by default since Kubernetes 1.36."],
  equivalents: [],
});

export const impersonateNodes = definePower({
  id: "impersonate-nodes",
  title: "Act as nodes for certain requests",
  severity: "high",
  technique: "T1078",
  tactic: "privilege-escalation",
  why: "A node reads the secrets of its pods and makes tokens of their accounts.",
  needs: [anyOf("impersonate:arbitrary-node", "nodes.authentication.k8s.io", { since: 35 })],
  gains: ["nodes"],
  unsure: "which requests the verbs impersonate-on:arbitrary-node:… allow is not followed",
  notes: ["On by default since Kubernetes 1.36."],
  equivalents: [],
});

export const impersonateExtras = definePower({
  id: "impersonate-extras",
  title: "Choose the attributes of an impersonated user",
  severity: "low",
  technique: "T1078",
  tactic: "defense-evasion",
  why: "Authenticating webhooks, scopes and audit rules may decide by a user's uid and extra fields.",
  needs: [anyOf("impersonate", "uids.authentication.k8s.io", "userextras.authentication.k8s.io", anyPlace)],
  gains: ["nothing"],
  notes: ["RBAC itself looks at neither."],
  equivalents: ["rbac-police/impersonate"],
});
