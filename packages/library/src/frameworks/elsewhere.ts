/** Checks of other catalogues that no control here is the equal of, and why. */

/** `node`: needs somebody on the node. `cloud`: asks the provider. `obsolete`: what it looks at is gone. `reliability`: no attacker gains by it. */
export type Reason =
  | "node"
  | "cloud"
  | "obsolete"
  | "reliability"
  | "settings"
  | "one-vulnerability"
  | "no-finding";

export interface Elsewhere {
  readonly reason: Reason;
  /** For people: what is so about these. */
  readonly because: string;
  /** As in `equivalents`: `kubescape:C-0092`. */
  readonly ids: readonly string[];
}

/** `kubescape:C-0092` to `kubescape:C-0112`. */
function range(source: string, prefix: string, from: number, to: number): readonly string[] {
  return Array.from(
    { length: to - from + 1 },
    (_, index) => `${source}:${prefix}${String(from + index).padStart(4, "0")}`,
  );
}

export const elsewhere: readonly Elsewhere[] = [
  {
    reason: "node",
    because:
      "Modes and owners of files on nodes do not show through the API; the CIS requirements say what to run there.",
    ids: [
      ...range("kubescape", "C-", 92, 112),
      ...range("kubescape", "C-", 162, 171),
      "kubescape:C-0235",
      "kubescape:C-0238",
      ...range("trivy", "KCV-", 48, 78),
    ],
  },
  {
    reason: "node",
    because:
      "It is given on a node's command line, or in a file of the control plane, that nothing in the cluster shows.",
    ids: ["kubescape:C-0142", "kubescape:C-0161", "kubescape:C-0179", "trivy:KCV-0086"],
  },
  {
    reason: "cloud",
    because: "It asks the cloud's own API about the cluster, its registry or its identities.",
    ids: [
      ...range("kubescape", "C-", 221, 223),
      "kubescape:C-0227",
      "kubescape:C-0228",
      "kubescape:C-0231",
      "kubescape:C-0233",
      "kubescape:C-0241",
      "kubescape:C-0242",
      "kubescape:C-0243",
      "kubescape:C-0247",
      ...range("kubescape", "C-", 249, 252),
      "kubescape:C-0308",
    ],
  },
  {
    reason: "obsolete",
    because:
      "PodSecurityPolicy left Kubernetes in 1.25; its place is taken by Pod Security, which is judged here.",
    ids: range("kubescape", "C-", 213, 220),
  },
  {
    reason: "obsolete",
    because: "The admission plugin, the flag or the field is gone from every version that is maintained.",
    ids: ["kubescape:C-0124", "trivy:KCV-0004", "trivy:KSV-0032", "trivy:KSV-0033", "trivy:KSV-0035"],
  },
  {
    reason: "one-vulnerability",
    because:
      "It looks for one vulnerability of one version, which matching components against published vulnerabilities finds with all others.",
    ids: [
      "kubescape:C-0058",
      "kubescape:C-0079",
      "kubescape:C-0081",
      "kubescape:C-0087",
      "kubescape:C-0089",
      "kubescape:C-0090",
      "kubescape:C-0091",
    ],
  },
  {
    reason: "settings",
    because:
      "What is right differs by organisation: labels, annotations, owners. A control of your own says it in one line.",
    ids: [
      "kubescape:C-0076",
      "kubescape:C-0077",
      "kube-linter:required-annotation-email",
      "kube-linter:required-label-owner",
      "polaris:metadataAndInstanceMismatched",
    ],
  },
  {
    reason: "settings",
    because:
      "Which registries are trusted is known to each organisation only; a control of your own names them.",
    ids: ["popeye:113"],
  },
  {
    reason: "no-finding",
    because: "Secrets are never asked for, so whether one is missing cannot be told.",
    ids: ["popeye:304", "popeye:305"],
  },
  {
    reason: "settings",
    because: "It concerns the resources of one product, whose own checks know more of it.",
    ids: ["kubescape:C-0297", "kubescape:C-0301", "kubescape:C-0303", "kubescape:C-0304", "trivy:KSV-0124"],
  },
  {
    reason: "reliability",
    because: "It makes programs more available or manifests tidier, and no attacker gains where it fails.",
    ids: [
      "kube-linter:dnsconfig-options",
      "kube-linter:no-node-affinity",
      "kube-linter:priority-class-name",
      "kube-linter:restart-policy",
      "kube-linter:sorted-keys",
      "polaris:hpaMaxAvailability",
      "polaris:priorityClassNotSet",
    ],
  },
  {
    reason: "no-finding",
    because:
      "The API server refuses such a manifest, or writes the same into every object, so that no cluster can show it.",
    ids: [
      "kubescape:C-0294",
      "kubescape:C-0296",
      "kube-linter:deprecated-service-account-field",
      "kube-linter:mismatching-selector",
      "kube-linter:schema-validation",
    ],
  },
  {
    reason: "no-finding",
    because:
      "Using the feature as it is meant is no weakness; it is a fact that attack paths are drawn from.",
    ids: ["kubescape:C-0026", "kubescape:C-0255", "kubescape:C-0257", "kubescape:C-0258"],
  },
  {
    reason: "no-finding",
    because: "It asks people to look; the framework's requirement says at what.",
    ids: ["kubescape:C-0209", "kubescape:C-0226", "kubescape:C-0286"],
  },
  {
    reason: "no-finding",
    because: "It sums up what other checks find one by one.",
    ids: ["kyverno:podsecurity-subrule-baseline", "trivy:KSV-0118"],
  },
];
