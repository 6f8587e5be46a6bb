/** Powers that destroy, hide or explore, and gain no further hold. */
import { anyOf, definePower } from "../power.ts";

const anyPlace = { clusterWide: false } as const;

export const deleteAnything = definePower({
  id: "delete-anything",
  title: "Delete anything",
  severity: "high",
  technique: "T1485",
  tactic: "impact",
  why: "Workloads, data and rights of every kind can be destroyed.",
  needs: [anyOf("delete,deletecollection", "*.*", anyPlace)],
  gains: ["nothing"],
  notes: [],
  equivalents: ["kubiscan/risky-any-resource-delete", "kubescape/C-0007"],
});

export const deleteWorkloads = definePower({
  id: "delete-workloads",
  title: "Delete workloads and their data",
  severity: "medium",
  technique: "T1485",
  tactic: "impact",
  why: "What is deleted no longer serves, and data on claimed volumes goes with its claim.",
  needs: [
    anyOf(
      "delete,deletecollection",
      "pods",
      "deployments.apps",
      "daemonsets.apps",
      "statefulsets.apps",
      "replicasets.apps",
      "jobs.batch",
      "cronjobs.batch",
      "services",
      "persistentvolumeclaims",
    ),
  ],
  gains: ["nothing"],
  notes: [],
  equivalents: ["kubescape/C-0007"],
});

export const deleteNamespaces = definePower({
  id: "delete-namespaces",
  title: "Delete namespaces",
  severity: "high",
  technique: "T1485",
  tactic: "impact",
  why: "With a namespace goes all that is in it.",
  needs: [anyOf("delete,deletecollection", "namespaces", "persistentvolumes")],
  gains: ["nothing"],
  notes: [],
  equivalents: ["kubescape/C-0007"],
});

export const deleteEvents = definePower({
  id: "delete-events",
  title: "Delete events and logs",
  severity: "low",
  technique: "T1070",
  tactic: "defense-evasion",
  why: "Events and logs tell what happened to whoever looks for it.",
  needs: [anyOf("delete,deletecollection", "events", "events.events.k8s.io", "pods/log")],
  gains: ["nothing"],
  notes: [],
  equivalents: ["kubescape/C-0031", "trivy/KSV-0042"],
});

export const writeConfiguration = definePower({
  id: "write-configuration",
  title: "Change the configuration of workloads",
  severity: "low",
  technique: "T1565",
  tactic: "impact",
  why: "ConfigMaps hold settings and scripts that workloads run.",
  needs: [anyOf("update,patch,delete", "configmaps")],
  gains: ["nothing"],
  notes: [],
  equivalents: ["trivy/KSV-0049"],
});

export const readRights = definePower({
  id: "read-rights",
  title: "Read who may do what",
  severity: "low",
  technique: "T1069",
  tactic: "discovery",
  why: "Roles and bindings are the map of the way to more rights.",
  needs: [
    anyOf(
      "get,list,watch",
      "clusterrolebindings.rbac.authorization.k8s.io",
      "rolebindings.rbac.authorization.k8s.io",
      anyPlace,
    ),
  ],
  gains: ["nothing"],
  notes: [],
  equivalents: ["kubehound/PERMISSION_DISCOVER"],
});

export const manageResources = definePower({
  id: "manage-any-resource",
  title: "Use one verb on every resource",
  severity: "medium",
  technique: "T1078",
  tactic: "privilege-escalation",
  why: "A wildcard of resources includes those that nobody thought of, and those that come later.",
  needs: [anyOf("get,list,watch,create,update,patch,impersonate", "*.*", anyPlace)],
  gains: ["nothing"],
  notes: ["What it gains is said by the powers over each resource."],
  equivalents: [
    "kubiscan/risky-any-resource-create",
    "kubiscan/risky-any-resource-list",
    "kubiscan/risky-any-resource-get",
    "kubiscan/risky-any-resource-impersonate",
    "kubescape/C-0187",
    "trivy/KSV-0046",
  ],
});

export const manageEveryWay = definePower({
  id: "use-any-verb",
  title: "Use every verb on a resource that matters",
  severity: "medium",
  technique: "T1078",
  tactic: "privilege-escalation",
  why: "A wildcard of verbs includes those that nobody thought of: bind, escalate, impersonate.",
  needs: [
    anyOf(
      "*",
      "secrets",
      "pods",
      "serviceaccounts",
      "deployments.apps",
      "daemonsets.apps",
      "statefulsets.apps",
      "replicasets.apps",
      "replicationcontrollers",
      "cronjobs.batch",
      "roles.rbac.authorization.k8s.io",
      "rolebindings.rbac.authorization.k8s.io",
      "clusterroles.rbac.authorization.k8s.io",
      "clusterrolebindings.rbac.authorization.k8s.io",
      "users",
      "groups",
      anyPlace,
    ),
  ],
  gains: ["nothing"],
  notes: ["What it gains is said by the powers over each resource."],
  equivalents: [
    "kubiscan/risky-any-verb-secrets",
    "kubiscan/risky-any-verb-pods",
    "kubiscan/risky-any-verb-deployments",
    "kubiscan/risky-any-verb-daemonsets",
    "kubiscan/risky-any-verb-statefulsets",
    "kubiscan/risky-any-verb-replicationcontrollers",
    "kubiscan/risky-any-verb-replicasets",
    "kubiscan/risky-any-verb-cronjobs",
    "kubiscan/risky-any-verb-groups",
    "kubescape/C-0187",
    "trivy/KSV-0045",
  ],
});
