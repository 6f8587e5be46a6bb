/** Powers over nodes and their storage. */
import { anyOf, definePower } from "../power.ts";

const makers = [
  "pods",
  "deployments.apps",
  "daemonsets.apps",
  "statefulsets.apps",
  "replicasets.apps",
  "jobs.batch",
  "cronjobs.batch",
  "replicationcontrollers",
] as const;
const anyPlace = { clusterWide: false } as const;

export const useNodeProxy = definePower({
  id: "use-node-proxy",
  title: "Speak to kubelets",
  severity: "critical",
  technique: "T1609",
  tactic: "execution",
  why: "The kubelet runs commands in every container of its node, privileged ones too; neither admission nor audit sees them.",
  needs: [anyOf("get,create", "nodes/proxy")],
  gains: ["nodes"],
  notes: ["get suffices: a WebSocket begins with a GET."],
  equivalents: [
    "rbac-police/nodes_proxy",
    "kubiscan/risky-execute-command-node-proxy",
    "kubescape/C-0279",
    "trivy/KSV-0047",
  ],
});

export const readNodeFiles = definePower({
  id: "read-node-logs",
  title: "Read log files of nodes",
  severity: "medium",
  technique: "T1552.001",
  tactic: "credential-access",
  why: "The kubelet serves /var/log, and follows links out of it that a pod with a hostPath has laid.",
  needs: [anyOf("get", "nodes/log")],
  gains: ["nothing"],
  notes: [],
  equivalents: ["kubehound/CE_VAR_LOG_SYMLINK"],
});

export const checkpointContainers = definePower({
  id: "checkpoint-containers",
  title: "Checkpoint containers",
  severity: "medium",
  technique: "T1005",
  tactic: "collection",
  why: "A checkpoint writes the memory of a container to its node, keys included.",
  needs: [anyOf("create", "nodes/checkpoint")],
  gains: ["nothing"],
  notes: [],
  equivalents: [],
});

export const stealPods = definePower({
  id: "steal-pods",
  title: "Drive pods onto a node of one's own",
  severity: "high",
  technique: "T1528",
  tactic: "lateral-movement",
  why: "Pods that are driven out while other nodes take none start again on the node that somebody holds, tokens included.",
  needs: [
    [...anyOf("delete,deletecollection", "pods"), ...anyOf("create", "pods/eviction")],
    anyOf("update,patch", "nodes", "nodes/status"),
  ],
  gains: ["workloads"],
  unsure: "it takes a node that one holds already",
  notes: [],
  equivalents: ["rbac-police/steal_pods"],
});

export const stealPodsByNodes = definePower({
  id: "steal-pods-by-nodes",
  title: "Drive pods onto a node of one's own by removing the others",
  severity: "high",
  technique: "T1528",
  tactic: "lateral-movement",
  why: "The pods of a deleted or tainted node start again elsewhere: on the node that somebody holds.",
  needs: [[...anyOf("delete,deletecollection", "nodes"), ...anyOf("update,patch", "nodes")]],
  gains: ["nothing"],
  notes: ["It takes a node that one holds already; a NoExecute taint drives pods out by itself."],
  equivalents: ["rbac-police/steal_pods", "rbac-police/modify_node_status"],
});

export const changeNodeStatus = definePower({
  id: "change-node-status",
  title: "Change the status and labels of nodes",
  severity: "low",
  technique: "T1562",
  tactic: "defense-evasion",
  why: "Labels and capacities of a node decide which pods come to it.",
  needs: [anyOf("update,patch", "nodes/status")],
  gains: ["nothing"],
  notes: [],
  equivalents: ["rbac-police/modify_node_status"],
});

export const createHostPathVolumes = definePower({
  id: "create-host-volumes",
  title: "Mount the node's files by a volume",
  severity: "high",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "A PersistentVolume of type hostPath brings the node's root directory into a pod; Pod Security looks at pods, not at volumes.",
  needs: [
    anyOf("create", "persistentvolumes"),
    anyOf("create", "persistentvolumeclaims", "statefulsets.apps"),
    anyOf("create", ...makers),
  ],
  gains: ["any-node"],
  notes: [
    "Under the restricted level the pod reads and writes as a plain user: what that may see of the node.",
  ],
  equivalents: ["kubescape/C-0278"],
});

export const createVolumes = definePower({
  id: "create-volumes",
  title: "Create persistent volumes",
  severity: "medium",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "Who makes volumes chooses what of the node or of the storage behind it comes into pods that claim them.",
  needs: [anyOf("create", "persistentvolumes")],
  gains: ["nothing"],
  notes: [],
  equivalents: ["kubescape/C-0278"],
});

export const schedulePods = definePower({
  id: "schedule-pods",
  title: "Choose the nodes of pods",
  severity: "low",
  technique: "T1610",
  tactic: "lateral-movement",
  why: "A binding sends a waiting pod to a node, past taints and affinities: to one that somebody holds.",
  needs: [anyOf("create", "pods/binding", "bindings")],
  gains: ["nothing"],
  notes: [],
  equivalents: [],
});

export const changeStorageDrivers = definePower({
  id: "change-storage-drivers",
  title: "Have tokens of pods sent to a storage driver",
  severity: "medium",
  technique: "T1528",
  tactic: "credential-access",
  why: "A CSIDriver may ask for the tokens of the pods that mount its volumes.",
  needs: [anyOf("create,update,patch", "csidrivers.storage.k8s.io", anyPlace)],
  gains: ["nothing"],
  notes: ["The driver itself must be in one's hands."],
  equivalents: [],
});
