/** What other tools know as attacks, and what none of them does: each with the edges or powers here that are it, or why none is. */

/** KubeHound's attacks by id; those not named by an edge or power as an equivalent say why. */
export interface Attack {
  readonly id: string;
  /** Documented there, and not implemented. */
  readonly documentedOnly?: true;
  /** Why no edge or power here is it. */
  readonly reason?: string;
}

/** KubeHound at 53da187a: 24 that it implements, and two that it only documents. */
export const kubehoundAttacks: readonly Attack[] = [
  { id: "CE_MODULE_LOAD" },
  { id: "CE_NSENTER" },
  { id: "CE_PRIV_MOUNT" },
  { id: "CE_SYS_PTRACE" },
  { id: "CE_UMH_CORE_PATTERN" },
  { id: "CE_VAR_LOG_SYMLINK" },
  { id: "CONTAINER_ATTACH" },
  { id: "ENDPOINT_EXPLOIT" },
  { id: "EXPLOIT_HOST_READ" },
  { id: "EXPLOIT_HOST_TRAVERSE" },
  { id: "EXPLOIT_HOST_WRITE" },
  { id: "IDENTITY_ASSUME" },
  { id: "PERMISSION_DISCOVER" },
  { id: "POD_ATTACH" },
  { id: "POD_CREATE" },
  { id: "POD_EXEC" },
  { id: "POD_PATCH" },
  { id: "ROLE_BIND" },
  { id: "SHARE_PS_NAMESPACE" },
  { id: "TOKEN_BRUTEFORCE" },
  { id: "TOKEN_LIST" },
  { id: "TOKEN_STEAL" },
  { id: "VOLUME_ACCESS" },
  { id: "VOLUME_DISCOVER" },
  { id: "EXPLOIT_CONTAINERD_SOCK", documentedOnly: true },
  { id: "IDENTITY_IMPERSONATE", documentedOnly: true },
];

/** KubeHound's vertices, and what stands for them here. */
export const kubehoundVertices: readonly (readonly [theirs: string, ours: string])[] = [
  ["Container", "`container` where a workload has several, else the `workload`"],
  ["Endpoint", "`outside`, and `network`: the pods that policies treat alike"],
  ["Identity", "`subject`, `cloud`"],
  ["Node", "`node`"],
  [
    "PermissionSet",
    "`role`: the rights of a role that may be bound, in a namespace, in every one or in the cluster; of other steps `rights`, drawn as a place of its own",
  ],
  ["Pod", "`workload`: the top of its owners"],
  [
    "Volume",
    "`volume` for claims that several mount, `secret`; a path of the node leads to the `node` by the edge that needs it",
  ],
];

/** Steps that KubeHound lacks. */
export const beyondKubehound: readonly (readonly [attack: string, ours: readonly string[]])[] = [
  ["impersonation", ["impersonate-users", "impersonate-groups", "impersonate-accounts"]],
  ["escalate", ["escalate-roles", "escalate-cluster-roles"]],
  ["bind, directly", ["bind-roles", "bind-cluster-roles", "bind-cluster-roles-in-namespace"]],
  ["tokens of accounts on request", ["request-tokens"]],
  [
    "certificate requests approved",
    ["approve-certificate-requests", "sign-client-certificates", "sign-node-certificates", "join-as-node"],
  ],
  ["webhooks under control", ["change-mutating-webhooks", "change-validating-webhooks"]],
  ["ephemeral containers", ["add-ephemeral-containers"]],
  [
    "the status of nodes, pods drawn to one's own",
    ["change-node-status", "steal-pods", "steal-pods-by-nodes"],
  ],
  ["persistent volumes of the node's files", ["create-host-volumes", "create-volumes"]],
  ["the runtime's socket", ["runtime-socket", "runtime-storage"]],
  ["a Service's status (CVE-2020-8554)", ["intercept-by-service-status", "intercept-by-external-addresses"]],
  ["aws-auth", ["change-aws-auth"]],
  [
    "identities of the cloud",
    ["takes-cloud-role", "metadata-service", "node-cloud-identity", "change-accounts"],
  ],
  ["connections as the effective policies let them through", ["lateral-connection", "exposed-workload"]],
  ["a known flaw in what can be reached as the way in", ["vulnerable-package"]],
];
