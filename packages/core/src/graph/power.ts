/** The shape of a power: what rights give it, and what it gains whoever holds them. Data only. */
import type { Severity } from "../model/finding.ts";

/** A request that is needed, on one resource; any of the verbs will do. */
export interface Need {
  readonly verbs: readonly string[];
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** The resource is in no namespace, so that only ClusterRoleBindings give it. */
  readonly clusterWide: boolean;
  /** Only objects of these names matter. */
  readonly names?: readonly string[];
  /** Only objects of this namespace matter. */
  readonly namespace?: string;
  /** Minor versions of Kubernetes: from the first, up to and without the second. */
  readonly since?: number;
  readonly before?: number;
}

/**
 * What a holder gets hold of, in the namespace or the cluster that the power reaches.
 *
 * | gain | is |
 * |---|---|
 * | `cluster` | every right: cluster-admin |
 * | `accounts`, `users`, `groups` | acting as those that the rights name, or as any |
 * | `any-account`, `any-user`, `any-group` | acting as any of them, whatever names the rights are limited to |
 * | `bootstrappers` | acting as a member of the groups that bootstrap tokens give |
 * | `roles`, `cluster-roles` | the rights of the roles that are named, or of any: in namespaces, over the cluster |
 * | `own-roles` | any right, by way of a role that one holds oneself |
 * | `workloads` | code inside the workloads that are named, or inside any |
 * | `secrets`, `any-secret` | the contents of Secrets |
 * | `nodes`, `any-node` | nodes, as root or with the kubelet's credentials |
 * | `new-pod` | a node, by a privileged pod, unless admission refuses it |
 * | `debug-pod` | the same by a privileged ephemeral container |
 * | `network` | connections to pods from within, past NetworkPolicies |
 * | `nothing` | no further hold: what `effect` says |
 */
export type Gain =
  | "cluster"
  | "accounts"
  | "any-account"
  | "users"
  | "any-user"
  | "groups"
  | "any-group"
  | "bootstrappers"
  | "roles"
  | "cluster-roles"
  | "own-roles"
  | "workloads"
  | "secrets"
  | "any-secret"
  | "nodes"
  | "any-node"
  | "new-pod"
  | "debug-pod"
  | "network"
  | "nothing";

/** Rights that together let their holder do what he should not. */
export interface Power {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** ATT&CK for Containers, by technique or sub-technique. */
  readonly technique: string;
  readonly tactic: Tactic;
  readonly why: string;
  /**
   * All are needed, each by any of its requests. The first says where and over what the power reaches: other requests
   * on namespaced resources are needed in the same namespace, unless the first one is cluster-wide.
   */
  readonly needs: readonly (readonly Need[])[];
  /** The needs must be granted for one and the same object. */
  readonly sameObject?: true;
  readonly gains: readonly Gain[];
  /** In how far it is not certain that the gain follows: never asserted, always shown. */
  readonly unsure?: string;
  /** Of use only where this holds, told by the inventory. */
  readonly only?: "eks" | "openshift";
  /** What it takes besides, and what stands against it. */
  readonly notes: readonly string[];
  /**
   * Ids of the same in other catalogues: `rbac-police/bind_roles`, `kubiscan/risky-get-secrets`, `kubescape/C-0015`,
   * `kubehound/POD_EXEC`, `trivy/KSV-0041`.
   */
  readonly equivalents: readonly string[];
}

/** What an attacker does it for, in ATT&CK's words. */
export type Tactic =
  | "execution"
  | "persistence"
  | "privilege-escalation"
  | "defense-evasion"
  | "credential-access"
  | "discovery"
  | "lateral-movement"
  | "collection"
  | "impact";

/** Whether a power reaches over the cluster or into namespaces, as its first need says. */
export function scopeOf({ needs: [first = []] }: Power): "cluster" | "namespace" {
  return first.some(({ clusterWide }) => clusterWide) ? "cluster" : "namespace";
}

/** Says that an object is a power, and lets the compiler see to it. */
export function definePower(power: Power): Power {
  return power;
}

type Limits = Partial<Pick<Need, "names" | "namespace" | "since" | "before" | "clusterWide">>;

const clusterWide: ReadonlySet<string> = new Set([
  "*.*",
  "nodes",
  "namespaces",
  "persistentvolumes",
  "users",
  "groups",
  "uids.authentication.k8s.io",
  "userextras.authentication.k8s.io",
  "users.authentication.k8s.io",
  "groups.authentication.k8s.io",
  "nodes.authentication.k8s.io",
  "clusterroles.rbac.authorization.k8s.io",
  "clusterrolebindings.rbac.authorization.k8s.io",
  "certificatesigningrequests.certificates.k8s.io",
  "signers.certificates.k8s.io",
  "clustertrustbundles.certificates.k8s.io",
  "mutatingwebhookconfigurations.admissionregistration.k8s.io",
  "validatingwebhookconfigurations.admissionregistration.k8s.io",
  "mutatingadmissionpolicies.admissionregistration.k8s.io",
  "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
  "validatingadmissionpolicies.admissionregistration.k8s.io",
  "validatingadmissionpolicybindings.admissionregistration.k8s.io",
  "customresourcedefinitions.apiextensions.k8s.io",
  "apiservices.apiregistration.k8s.io",
  "securitycontextconstraints.security.openshift.io",
  "csidrivers.storage.k8s.io",
]);

/**
 * Requests in short: `anyOf("get,list", "secrets", "deployments.apps/scale")` needs either verb on either resource.
 * A resource is written as kubectl does, with its group after the first dot.
 */
export function anyOf(verbs: string, ...resources: readonly (string | Limits)[]): readonly Need[] {
  const limits = resources.find((entry) => typeof entry !== "string") ?? {};
  return resources
    .filter((entry) => typeof entry === "string")
    .map((text) => {
      const [path = "", subresource = ""] = text.split("/");
      const dot = path.indexOf(".");
      const [resource, group] = dot < 0 ? [path, ""] : [path.slice(0, dot), path.slice(dot + 1)];
      return {
        verbs: verbs.split(","),
        group,
        resource,
        subresource,
        clusterWide: clusterWide.has(path),
        ...limits,
      };
    });
}
