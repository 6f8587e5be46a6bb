/** Powers over workloads: making them, changing them, entering them. */
import { anyOf, definePower } from "../power.ts";

const controllers = [
  "deployments.apps",
  "daemonsets.apps",
  "statefulsets.apps",
  "replicasets.apps",
  "replicationcontrollers",
  "jobs.batch",
  "cronjobs.batch",
] as const;

/** Custom resources whose controllers make pods of them with the account that they name. */
const customControllers = [
  "rollouts.argoproj.io",
  "workflows.argoproj.io",
  "cronworkflows.argoproj.io",
  "taskruns.tekton.dev",
  "pipelineruns.tekton.dev",
  "services.serving.knative.dev",
  "virtualmachines.kubevirt.io",
  "virtualmachineinstances.kubevirt.io",
  "jobs.batch.volcano.sh",
  "rayclusters.ray.io",
  "rayjobs.ray.io",
  "sparkapplications.sparkoperator.k8s.io",
  "pytorchjobs.kubeflow.org",
  "trainjobs.trainer.kubeflow.org",
  "notebooks.kubeflow.org",
  "leaderworkersets.leaderworkerset.x-k8s.io",
  "jobsets.jobset.x-k8s.io",
  "clonesets.apps.kruise.io",
  "daemonsets.apps.kruise.io",
  "statefulsets.apps.kruise.io",
] as const;

export const createPods = definePower({
  id: "create-pods",
  title: "Create pods",
  severity: "critical",
  technique: "T1610",
  tactic: "execution",
  why: "A pod runs as any account of its namespace, mounts any of its secrets, and unless refused, takes over its node.",
  needs: [anyOf("create", "pods")],
  gains: ["any-account", "any-secret", "new-pod"],
  notes: [],
  equivalents: [
    "rbac-police/assign_sa",
    "kubiscan/risky-create-pod",
    "kubiscan/risky-any-verb-pods",
    "kubiscan/risky-any-resource-create",
    "kubescape/C-0188",
    "kubehound/POD_CREATE",
    "trivy/KSV-0048",
  ],
});

export const createControllers = definePower({
  id: "create-controllers",
  title: "Create workloads",
  severity: "critical",
  technique: "T1610",
  tactic: "execution",
  why: "What a workload's pods may do is for its author to choose: any account and secret of the namespace.",
  needs: [anyOf("create", ...controllers)],
  gains: ["any-account", "any-secret", "new-pod"],
  notes: [],
  equivalents: [
    "rbac-police/assign_sa",
    "kubiscan/risky-create-deployments",
    "kubiscan/risky-create-daemonsets",
    "kubiscan/risky-create-statefulsets",
    "kubiscan/risky-create-replicationcontrollers",
    "kubiscan/risky-create-replicasets",
    "kubiscan/risky-create-jobs",
    "kubiscan/risky-any-verb-deployments",
    "kubiscan/risky-any-verb-daemonsets",
    "kubiscan/risky-any-verb-statefulsets",
    "kubiscan/risky-any-verb-replicationcontrollers",
    "kubiscan/risky-any-verb-replicasets",
    "kubiscan/risky-any-verb-cronjobs",
    "kubescape/C-0188",
    "kubehound/POD_CREATE",
    "trivy/KSV-0048",
  ],
});

export const changeControllers = definePower({
  id: "change-controllers",
  title: "Change workloads",
  severity: "critical",
  technique: "T1610",
  tactic: "execution",
  why: "A changed template makes new pods: of another image, as any account of the namespace, with any of its secrets.",
  needs: [anyOf("update,patch", ...controllers.filter((resource) => resource !== "jobs.batch"))],
  gains: ["workloads", "any-account", "any-secret", "new-pod"],
  notes: [
    "Rights limited to names reach those workloads, and through them every account of the namespace.",
    "A Job's template cannot be changed.",
  ],
  equivalents: [
    "rbac-police/assign_sa",
    "kubiscan/risky-update-deployments",
    "kubiscan/risky-update-daemonsets",
    "kubiscan/risky-update-statefulsets",
    "kubiscan/risky-update-replicationcontrollers",
    "kubiscan/risky-update-replicasets",
    "kubiscan/risky-update-jobs",
    "trivy/KSV-0048",
  ],
});

export const writeCustomControllers = definePower({
  id: "write-custom-workloads",
  title: "Have controllers make pods",
  severity: "high",
  technique: "T1610",
  tactic: "execution",
  why: "Controllers of custom resources make pods of what they find, as the account that it names.",
  needs: [anyOf("create,update,patch", ...customControllers)],
  gains: ["any-account", "any-secret", "new-pod"],
  unsure: "whether the controller is installed, and what it lets through, is not seen",
  notes: [],
  equivalents: [],
});

export const changePods = definePower({
  id: "change-pods",
  title: "Change running pods",
  severity: "high",
  technique: "T1609",
  tactic: "execution",
  why: "The image of a running container may be replaced: one's own then runs with the pod's account, mounts and privileges.",
  needs: [anyOf("update,patch", "pods")],
  gains: ["workloads"],
  notes: [],
  equivalents: ["rbac-police/modify_pods", "rbac-police/rce_weak_ns", "kubehound/POD_PATCH"],
});

export const addEphemeralContainers = definePower({
  id: "add-ephemeral-containers",
  title: "Add containers to running pods",
  severity: "high",
  technique: "T1609",
  tactic: "execution",
  why: "An ephemeral container runs within the pod, with its account; a privileged one takes over the node, unless refused.",
  needs: [anyOf("update,patch", "pods/ephemeralcontainers")],
  gains: ["workloads", "debug-pod"],
  notes: [],
  equivalents: ["rbac-police/pods_ephemeral_ctrs", "trivy/KSV-0048"],
});

export const execIntoPods = definePower({
  id: "exec-into-pods",
  title: "Run commands in pods",
  severity: "high",
  technique: "T1609",
  tactic: "execution",
  why: "A command runs within the container, with its account's token, secrets and network.",
  needs: [[...anyOf("create", "pods/exec"), ...anyOf("get", "pods/exec", { before: 35 })]],
  gains: ["workloads"],
  notes: ["Before Kubernetes 1.35 get suffices, by WebSocket."],
  equivalents: [
    "rbac-police/pods_exec",
    "rbac-police/rce_weak_ns",
    "kubiscan/risky-exec-pods",
    "kubescape/C-0002",
    "kubehound/POD_EXEC",
    "trivy/KSV-0053",
  ],
});

export const attachToPods = definePower({
  id: "attach-to-pods",
  title: "Attach to pods",
  severity: "high",
  technique: "T1609",
  tactic: "execution",
  why: "Attaching reads and writes the terminal of the container's main process.",
  needs: [[...anyOf("create", "pods/attach"), ...anyOf("get", "pods/attach", { before: 35 })]],
  gains: ["workloads"],
  unsure: "it is code only where a process reads commands from its standard input",
  notes: ["Before Kubernetes 1.35 get suffices, by WebSocket."],
  equivalents: [
    "kubiscan/risky-attach-pods",
    "kubescape/C-0002",
    "kubehound/POD_ATTACH",
    "kubehound/CONTAINER_ATTACH",
    "trivy/KSV-0054",
  ],
});

export const useConstraints = definePower({
  id: "use-security-context-constraints",
  title: "Use privileged security context constraints",
  severity: "high",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "On OpenShift a pod may be as privileged as the constraints that its account or its author may use.",
  needs: [
    anyOf("use", "securitycontextconstraints.security.openshift.io", {
      clusterWide: false,
      names: ["privileged", "node-exporter", "hostmount-anyuid", "hostaccess", "hostnetwork"],
    }),
    anyOf("create", "pods", ...controllers),
  ],
  gains: ["any-node"],
  only: "openshift",
  notes: [],
  equivalents: [],
});

export const changePodStatus = definePower({
  id: "change-pod-status",
  title: "Change the status of pods",
  severity: "low",
  technique: "T1557",
  tactic: "collection",
  why: "By labels and addresses in it, a pod draws to itself the connections that a Service means for others.",
  needs: [anyOf("update,patch", "pods/status")],
  gains: ["nothing"],
  notes: [],
  equivalents: ["rbac-police/modify_pod_status"],
});

export const readLogs = definePower({
  id: "read-logs",
  title: "Read the logs of pods",
  severity: "low",
  technique: "T1552",
  tactic: "credential-access",
  why: "Logs hold what programs let slip: tokens, personal data, stack traces.",
  needs: [anyOf("get", "pods/log")],
  gains: ["nothing"],
  notes: [],
  equivalents: [],
});
