/** Whether the objects of a kind live in namespaces: known of what Kubernetes itself serves, and of others by their definition. */
import { isJsonObject } from "../model/json.ts";
import type { Resource } from "../model/resource.ts";
import type { Inventory } from "./inventory.ts";

/** The kinds of these groups that are cluster-scoped; all others of the group live in namespaces. */
const clusterKinds: { readonly [group: string]: string } = {
  "": "Namespace Node PersistentVolume ComponentStatus",
  "admissionregistration.k8s.io":
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
  "apiextensions.k8s.io": "CustomResourceDefinition",
  "apiregistration.k8s.io": "APIService",
  apps: "",
  "authentication.k8s.io": "SelfSubjectReview TokenReview",
  "authorization.k8s.io": "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
  autoscaling: "",
  batch: "",
  "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
  "coordination.k8s.io": "",
  "discovery.k8s.io": "",
  "events.k8s.io": "",
  extensions: "PodSecurityPolicy",
  "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
  "gateway.networking.k8s.io": "GatewayClass",
  "internal.apiserver.k8s.io": "StorageVersion",
  "networking.k8s.io": "IngressClass IPAddress ServiceCIDR",
  "node.k8s.io": "RuntimeClass",
  policy: "PodSecurityPolicy",
  "policy.networking.k8s.io": "AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy",
  "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
  "resource.k8s.io": "DeviceClass DeviceTaintRule ResourceSlice",
  "scheduling.k8s.io": "PriorityClass",
  "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
  "storagemigration.k8s.io": "StorageVersionMigration",
};

/** Of the kinds of a group that is known here; `undefined` for those of others. */
export function isNamespacedKind(apiVersion: string, kind: string): boolean | undefined {
  const group = groupOf(apiVersion);
  return Object.hasOwn(clusterKinds, group) ? !clusterKinds[group]!.split(" ").includes(kind) : undefined;
}

/**
 * Of what a cluster holds, its own word; of a file, the kind's, for its namespace may be left to whoever applies it.
 * `undefined`: a kind of others whose definition was not read, in a file that names no namespace.
 */
export function isNamespaced(
  { apiVersion, kind, metadata }: Resource,
  inventory: Pick<Inventory, "server" | "ofKind">,
): boolean | undefined {
  const named = (metadata.namespace ?? "") !== "";
  if (inventory.server.kind === "cluster") return named;
  return (
    isNamespacedKind(apiVersion, kind) ??
    definedScope(groupOf(apiVersion), kind, inventory) ??
    (named ? true : undefined)
  );
}

function definedScope(
  group: string,
  kind: string,
  { ofKind }: Pick<Inventory, "ofKind">,
): boolean | undefined {
  for (const { resource } of ofKind("apiextensions.k8s.io/v1/CustomResourceDefinition")) {
    const { spec } = resource;
    if (!isJsonObject(spec) || spec["group"] !== group || !isJsonObject(spec["names"])) continue;
    if (spec["names"]["kind"] === kind) return spec["scope"] === "Namespaced";
  }
  return undefined;
}

/** `""` for the core group. */
export function groupOf(apiVersion: string): string {
  const at = apiVersion.indexOf("/");
  return at < 0 ? "" : apiVersion.slice(0, at);
}
