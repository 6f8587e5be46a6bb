/** Roles and identities that Kubernetes makes for its own components. */

/**
 * ClusterRoles of the control plane that write roles, read all secrets, start pods, command kubelets or make tokens.
 * From `plugin/pkg/auth/authorizer/rbac/bootstrappolicy` of Kubernetes 1.35.
 */
export const powerfulPlatformRoles: readonly string[] = [
  "system:controller:certificate-controller",
  "system:controller:clusterrole-aggregation-controller",
  "system:controller:cronjob-controller",
  "system:controller:daemon-set-controller",
  "system:controller:deployment-controller",
  "system:controller:generic-garbage-collector",
  "system:controller:job-controller",
  "system:controller:namespace-controller",
  "system:controller:node-controller",
  "system:controller:persistent-volume-binder",
  "system:controller:replicaset-controller",
  "system:controller:replication-controller",
  "system:controller:resourcequota-controller",
  "system:controller:statefulset-controller",
  "system:kube-controller-manager",
  "system:kubelet-api-admin",
  "system:node",
  "system:persistent-volume-provisioner",
];

/**
 * CEL on a binding's subject (`item`): an account of kube-system, or a user or group under the control plane's own
 * names. Only a certificate of the cluster's own authority carries those, and nobody writes into kube-system who does
 * not own the cluster already.
 */
export const isPlatformSubject = [
  "(item.kind == 'ServiceAccount' && item.?namespace.orValue('') == 'kube-system')",
  "(item.kind == 'User' && item.name in ['system:kube-controller-manager', 'system:kube-scheduler', 'kube-apiserver-kubelet-client', 'system:kube-apiserver'])",
  "(item.kind == 'Group' && item.name in ['system:nodes', 'system:masters', 'kubeadm:cluster-admins'])",
].join(" || ");
