/** Which kinds are Kubernetes' own, so that a name that is wrong or no longer served is told from a custom one. */
import { groupOf } from "@plimsoll/core";

/** Served by Kubernetes 1.35, by apiVersion (discovery of a 1.35 API server, and `k8s.io/api` for alpha versions). */
const served: { readonly [apiVersion: string]: string } = {
  v1: "Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount",
  "admissionregistration.k8s.io/v1":
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
  "admissionregistration.k8s.io/v1beta1":
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/v1alpha1": "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding",
  "apiextensions.k8s.io/v1": "CustomResourceDefinition",
  "apiregistration.k8s.io/v1": "APIService",
  "apps/v1": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
  "authentication.k8s.io/v1": "SelfSubjectReview TokenRequest TokenReview",
  "authorization.k8s.io/v1":
    "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
  "autoscaling/v1": "HorizontalPodAutoscaler Scale",
  "autoscaling/v2": "HorizontalPodAutoscaler",
  "batch/v1": "CronJob Job",
  "certificates.k8s.io/v1": "CertificateSigningRequest",
  "certificates.k8s.io/v1beta1": "ClusterTrustBundle PodCertificateRequest",
  "certificates.k8s.io/v1alpha1": "ClusterTrustBundle PodCertificateRequest",
  "coordination.k8s.io/v1": "Lease",
  "coordination.k8s.io/v1beta1": "LeaseCandidate",
  "coordination.k8s.io/v1alpha2": "LeaseCandidate",
  "discovery.k8s.io/v1": "EndpointSlice",
  "events.k8s.io/v1": "Event",
  "extensions/v1beta1": "",
  "flowcontrol.apiserver.k8s.io/v1": "FlowSchema PriorityLevelConfiguration",
  "internal.apiserver.k8s.io/v1alpha1": "StorageVersion",
  "networking.k8s.io/v1": "IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR",
  "networking.k8s.io/v1beta1": "IPAddress ServiceCIDR",
  "node.k8s.io/v1": "RuntimeClass",
  "policy/v1": "Eviction PodDisruptionBudget",
  "rbac.authorization.k8s.io/v1": "ClusterRole ClusterRoleBinding Role RoleBinding",
  "resource.k8s.io/v1": "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
  "resource.k8s.io/v1beta2": "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
  "resource.k8s.io/v1beta1": "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
  "resource.k8s.io/v1alpha3": "DeviceTaintRule",
  "scheduling.k8s.io/v1": "PriorityClass",
  "scheduling.k8s.io/v1alpha1": "Workload",
  "storage.k8s.io/v1":
    "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass",
  "storage.k8s.io/v1beta1": "VolumeAttributesClass",
  "storagemigration.k8s.io/v1beta1": "StorageVersionMigration",
  "storagemigration.k8s.io/v1alpha1": "StorageVersionMigration",
};

/** Groups of custom resources that the inventory reads, whatever their version. */
const readGroups: ReadonlySet<string> = new Set([
  "gateway.networking.k8s.io",
  "policy.networking.k8s.io",
  "cilium.io",
  "crd.projectcalico.org",
  "projectcalico.org",
]);

/** Files that clients and components read themselves; they bear a Kubernetes version and are no resources. */
const ownFiles: ReadonlySet<string> = new Set([
  "v1/Config",
  "v1/Status",
  "v1/APIGroup",
  "v1/APIResourceList",
]);

const known: ReadonlySet<string> = new Set(
  Object.entries(served).flatMap(([apiVersion, kinds]) =>
    kinds.split(" ").map((kind) => `${apiVersion}/${kind}`),
  ),
);
const groups: ReadonlySet<string> = new Set(Object.keys(served).map(groupOf));
const byLowerCase: ReadonlyMap<string, string> = new Map([...known].map((gvk) => [gvk.toLowerCase(), gvk]));

/** `read`: kept. `unserved`: of a group of Kubernetes' own, but no such kind is served. `foreign`: everything else. */
export type Standing = "read" | "unserved" | "foreign";

export function standingOf(apiVersion: string, kind: string): Standing {
  const gvk = `${apiVersion}/${kind}`;
  const group = groupOf(apiVersion);
  if (known.has(gvk) || readGroups.has(group)) return "read";
  if (ownFiles.has(gvk)) return "foreign";
  const itself = groups.has(group) && (group !== "" || apiVersion === "v1");
  return itself || byLowerCase.has(gvk.toLowerCase()) ? "unserved" : "foreign";
}

/** The served kind that was most likely meant: another case, or another version of the same group. */
export function servedInstead(apiVersion: string, kind: string): string | undefined {
  const sameCase = byLowerCase.get(`${apiVersion}/${kind}`.toLowerCase());
  if (sameCase !== undefined) return sameCase;
  const wanted = `/${kind}`.toLowerCase();
  const all = [...known].filter((gvk) => gvk.toLowerCase().endsWith(wanted));
  const group = groupOf(apiVersion);
  return all.find((gvk) => groupOf(gvk) === group) ?? all[0];
}

/** Whether the kind is one of Kubernetes' own. */
export function isBuiltIn(apiVersion: string, kind: string): boolean {
  return known.has(`${apiVersion}/${kind}`);
}
