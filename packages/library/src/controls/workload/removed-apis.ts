/**
 * The Kubernetes minor version that no longer serves a kind, from `APILifecycleRemoved` of k8s.io/api v0.37.2; kinds
 * that have left that module, from https://kubernetes.io/docs/reference/using-api/deprecation-guide/.
 */
const removals: { readonly [version: string]: readonly string[] } = {
  "1.16": [
    "apps/v1beta1/Deployment",
    "apps/v1beta1/StatefulSet",
    "apps/v1beta2/DaemonSet",
    "apps/v1beta2/Deployment",
    "apps/v1beta2/ReplicaSet",
    "apps/v1beta2/StatefulSet",
    "extensions/v1beta1/DaemonSet",
    "extensions/v1beta1/Deployment",
    "extensions/v1beta1/NetworkPolicy",
    "extensions/v1beta1/PodSecurityPolicy",
    "extensions/v1beta1/ReplicaSet",
  ],
  "1.21": ["batch/v2alpha1/CronJob"],
  "1.22": [
    "admissionregistration.k8s.io/v1beta1/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1beta1/ValidatingWebhookConfiguration",
    "apiextensions.k8s.io/v1beta1/CustomResourceDefinition",
    "apiregistration.k8s.io/v1beta1/APIService",
    "certificates.k8s.io/v1beta1/CertificateSigningRequest",
    "coordination.k8s.io/v1beta1/Lease",
    "extensions/v1beta1/Ingress",
    "networking.k8s.io/v1beta1/Ingress",
    "networking.k8s.io/v1beta1/IngressClass",
    "rbac.authorization.k8s.io/v1beta1/ClusterRole",
    "rbac.authorization.k8s.io/v1beta1/ClusterRoleBinding",
    "rbac.authorization.k8s.io/v1beta1/Role",
    "rbac.authorization.k8s.io/v1beta1/RoleBinding",
    "scheduling.k8s.io/v1beta1/PriorityClass",
    "storage.k8s.io/v1beta1/CSIDriver",
    "storage.k8s.io/v1beta1/CSINode",
    "storage.k8s.io/v1beta1/StorageClass",
    "storage.k8s.io/v1beta1/VolumeAttachment",
  ],
  "1.25": [
    "autoscaling/v2beta1/HorizontalPodAutoscaler",
    "batch/v1beta1/CronJob",
    "discovery.k8s.io/v1beta1/EndpointSlice",
    "events.k8s.io/v1beta1/Event",
    "node.k8s.io/v1beta1/RuntimeClass",
    "policy/v1beta1/PodDisruptionBudget",
    "policy/v1beta1/PodSecurityPolicy",
  ],
  "1.26": [
    "autoscaling/v2beta2/HorizontalPodAutoscaler",
    "flowcontrol.apiserver.k8s.io/v1beta1/FlowSchema",
    "flowcontrol.apiserver.k8s.io/v1beta1/PriorityLevelConfiguration",
  ],
  "1.27": ["storage.k8s.io/v1beta1/CSIStorageCapacity"],
  "1.29": [
    "flowcontrol.apiserver.k8s.io/v1beta2/FlowSchema",
    "flowcontrol.apiserver.k8s.io/v1beta2/PriorityLevelConfiguration",
  ],
  "1.32": [
    "admissionregistration.k8s.io/v1alpha1/ValidatingAdmissionPolicy",
    "admissionregistration.k8s.io/v1alpha1/ValidatingAdmissionPolicyBinding",
    "flowcontrol.apiserver.k8s.io/v1beta3/FlowSchema",
    "flowcontrol.apiserver.k8s.io/v1beta3/PriorityLevelConfiguration",
  ],
  "1.34": [
    "admissionregistration.k8s.io/v1beta1/ValidatingAdmissionPolicy",
    "admissionregistration.k8s.io/v1beta1/ValidatingAdmissionPolicyBinding",
  ],
  "1.37": [
    "certificates.k8s.io/v1alpha1/ClusterTrustBundle",
    "networking.k8s.io/v1beta1/IPAddress",
    "networking.k8s.io/v1beta1/ServiceCIDR",
    "storage.k8s.io/v1beta1/VolumeAttributesClass",
  ],
};

/** By `group/version/Kind`. */
export const removedIn: ReadonlyMap<string, string> = new Map(
  Object.entries(removals).flatMap(([version, kinds]) => kinds.map((kind) => [kind, version] as const)),
);
