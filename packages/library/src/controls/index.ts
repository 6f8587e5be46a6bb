/** Every control, by id. */
/* oxlint-disable max-lines -- a list, one line a control */
import type { Control } from "@plimsoll/core";
import { admissionPolicyFailsOpen } from "./admission/admission-policy-fails-open.ts";
import { admissionPolicyUnbound } from "./admission/admission-policy-unbound.ts";
import { policyControl } from "./admission/policy-control.ts";
import { privilegedScc } from "./admission/privileged-scc.ts";
import { webhookFailsOpen } from "./admission/webhook-fails-open.ts";
import { webhookHoldsSystem } from "./admission/webhook-holds-system.ts";
import { webhookMissingService } from "./admission/webhook-missing-service.ts";
import { webhookOutside } from "./admission/webhook-outside.ts";
import { webhookSeesSecrets } from "./admission/webhook-sees-secrets.ts";
import { webhookSkippedByLabel } from "./admission/webhook-skipped-by-label.ts";
import { webhookTimeout } from "./admission/webhook-timeout.ts";
import { admissionAlwaysAdmit } from "./control-plane/admission-always-admit.ts";
import { admissionAlwaysPullImages } from "./control-plane/admission-always-pull-images.ts";
import { admissionEventRateLimit } from "./control-plane/admission-event-rate-limit.ts";
import { admissionExternalIps } from "./control-plane/admission-external-ips.ts";
import { admissionNamespaceLifecycle } from "./control-plane/admission-namespace-lifecycle.ts";
import { admissionNodeRestriction } from "./control-plane/admission-node-restriction.ts";
import { admissionPodSecurity } from "./control-plane/admission-pod-security.ts";
import { admissionServiceAccount } from "./control-plane/admission-service-account.ts";
import { apiServerAccountKey } from "./control-plane/api-server-account-key.ts";
import { apiServerAccountLookup } from "./control-plane/api-server-account-lookup.ts";
import { apiServerAlwaysAllow } from "./control-plane/api-server-always-allow.ts";
import { apiServerAnonymousAuth } from "./control-plane/api-server-anonymous-auth.ts";
import { apiServerBootstrapTokens } from "./control-plane/api-server-bootstrap-tokens.ts";
import { apiServerCiphers } from "./control-plane/api-server-ciphers.ts";
import { apiServerClientAuthority } from "./control-plane/api-server-client-authority.ts";
import { apiServerEtcdAuthority } from "./control-plane/api-server-etcd-authority.ts";
import { apiServerEtcdCertificate } from "./control-plane/api-server-etcd-certificate.ts";
import { apiServerEtcdPlain } from "./control-plane/api-server-etcd-plain.ts";
import { apiServerInsecurePort } from "./control-plane/api-server-insecure-port.ts";
import { apiServerKubeletAuthority } from "./control-plane/api-server-kubelet-authority.ts";
import { apiServerKubeletCertificate } from "./control-plane/api-server-kubelet-certificate.ts";
import { apiServerNodeAuthorization } from "./control-plane/api-server-node-authorization.ts";
import { apiServerProfiling } from "./control-plane/api-server-profiling.ts";
import { apiServerRbac } from "./control-plane/api-server-rbac.ts";
import { apiServerRequestTimeout } from "./control-plane/api-server-request-timeout.ts";
import { apiServerSecurePort } from "./control-plane/api-server-secure-port.ts";
import { apiServerTlsCertificate } from "./control-plane/api-server-tls-certificate.ts";
import { apiServerTlsVersion } from "./control-plane/api-server-tls-version.ts";
import { apiServerTokenAuthFile } from "./control-plane/api-server-token-auth-file.ts";
import { apiServerTokenExtension } from "./control-plane/api-server-token-extension.ts";
import { auditLogAge } from "./control-plane/audit-log-age.ts";
import { auditLogBackups } from "./control-plane/audit-log-backups.ts";
import { auditLogSize } from "./control-plane/audit-log-size.ts";
import { auditLog } from "./control-plane/audit-log.ts";
import { auditPolicy } from "./control-plane/audit-policy.ts";
import { controllerManagerAccountCredentials } from "./control-plane/controller-manager-account-credentials.ts";
import { controllerManagerAccountKey } from "./control-plane/controller-manager-account-key.ts";
import { controllerManagerBindAddress } from "./control-plane/controller-manager-bind-address.ts";
import { controllerManagerKubeletRotation } from "./control-plane/controller-manager-kubelet-rotation.ts";
import { controllerManagerPodGc } from "./control-plane/controller-manager-pod-gc.ts";
import { controllerManagerProfiling } from "./control-plane/controller-manager-profiling.ts";
import { controllerManagerRootAuthority } from "./control-plane/controller-manager-root-authority.ts";
import { encryptionAtRest } from "./control-plane/encryption-at-rest.ts";
import { etcdAutoTls } from "./control-plane/etcd-auto-tls.ts";
import { etcdCertificate } from "./control-plane/etcd-certificate.ts";
import { etcdClientAuthentication } from "./control-plane/etcd-client-authentication.ts";
import { etcdListensWidely } from "./control-plane/etcd-listens-widely.ts";
import { etcdOwnAuthority } from "./control-plane/etcd-own-authority.ts";
import { etcdPeerAuthentication } from "./control-plane/etcd-peer-authentication.ts";
import { etcdPeerAutoTls } from "./control-plane/etcd-peer-auto-tls.ts";
import { etcdPeerCertificate } from "./control-plane/etcd-peer-certificate.ts";
import { kubernetesEndOfLife } from "./control-plane/kubernetes-end-of-life.ts";
import { schedulerBindAddress } from "./control-plane/scheduler-bind-address.ts";
import { schedulerProfiling } from "./control-plane/scheduler-profiling.ts";
import { accountAutomount } from "./identity/account-automount.ts";
import { accountTokenSecret } from "./identity/account-token-secret.ts";
import { accountTokensCreate } from "./identity/account-tokens-create.ts";
import { adminRoleBinding } from "./identity/admin-role-binding.ts";
import { admissionPoliciesWrite } from "./identity/admission-policies-write.ts";
import { anonymousBinding } from "./identity/anonymous-binding.ts";
import { apiServicesWrite } from "./identity/api-services-write.ts";
import { authenticatedBinding } from "./identity/authenticated-binding.ts";
import { bindingMissingAccount } from "./identity/binding-missing-account.ts";
import { bindingMissingRole } from "./identity/binding-missing-role.ts";
import { certificatesApprove } from "./identity/certificates-approve.ts";
import { certificatesSign } from "./identity/certificates-sign.ts";
import { clusterAdminBinding } from "./identity/cluster-admin-binding.ts";
import { customResourceDefinitionsWrite } from "./identity/custom-resource-definitions-write.ts";
import { defaultAccountBinding } from "./identity/default-account-binding.ts";
import { defaultAccountCloudIdentity } from "./identity/default-account-cloud-identity.ts";
import { defaultAccountWorkload } from "./identity/default-account-workload.ts";
import { endpointsWrite } from "./identity/endpoints-write.ts";
import { eventsDelete } from "./identity/events-delete.ts";
import { foreignAccountBinding } from "./identity/foreign-account-binding.ts";
import { impersonate } from "./identity/impersonate.ts";
import { missingAccount } from "./identity/missing-account.ts";
import { namespaceAccountTokensCreate } from "./identity/namespace-account-tokens-create.ts";
import { namespaceAccountsBinding } from "./identity/namespace-accounts-binding.ts";
import { namespaceClusterAdminBinding } from "./identity/namespace-cluster-admin-binding.ts";
import { namespaceSecretsRead } from "./identity/namespace-secrets-read.ts";
import { namespacesModify } from "./identity/namespaces-modify.ts";
import { networkPoliciesWrite } from "./identity/network-policies-write.ts";
import { nodesGroupBinding } from "./identity/nodes-group-binding.ts";
import { nodesModify } from "./identity/nodes-modify.ts";
import { nodesProxy } from "./identity/nodes-proxy.ts";
import { persistentVolumesCreate } from "./identity/persistent-volumes-create.ts";
import { platformRoleBinding } from "./identity/platform-role-binding.ts";
import { podLogsRead } from "./identity/pod-logs-read.ts";
import { podStatusWrite } from "./identity/pod-status-write.ts";
import { podsAttach } from "./identity/pods-attach.ts";
import { podsCreate } from "./identity/pods-create.ts";
import { podsEphemeralContainers } from "./identity/pods-ephemeral-containers.ts";
import { podsEvict } from "./identity/pods-evict.ts";
import { podsExec } from "./identity/pods-exec.ts";
import { podsModify } from "./identity/pods-modify.ts";
import { podsPortForward } from "./identity/pods-port-forward.ts";
import { podsProxy } from "./identity/pods-proxy.ts";
import { roleAllPermissions } from "./identity/role-all-permissions.ts";
import { roleBindingsWrite } from "./identity/role-bindings-write.ts";
import { roleWildcardApiGroups } from "./identity/role-wildcard-api-groups.ts";
import { roleWildcardCustomResources } from "./identity/role-wildcard-custom-resources.ts";
import { roleWildcardResources } from "./identity/role-wildcard-resources.ts";
import { roleWildcardUrls } from "./identity/role-wildcard-urls.ts";
import { roleWildcardVerbs } from "./identity/role-wildcard-verbs.ts";
import { rolesBind } from "./identity/roles-bind.ts";
import { rolesEscalate } from "./identity/roles-escalate.ts";
import { rolesWrite } from "./identity/roles-write.ts";
import { secretsRead } from "./identity/secrets-read.ts";
import { secretsWrite } from "./identity/secrets-write.ts";
import { serviceStatusWrite } from "./identity/service-status-write.ts";
import { servicesWrite } from "./identity/services-write.ts";
import { stealPods } from "./identity/steal-pods.ts";
import { systemConfigMapsWrite } from "./identity/system-config-maps-write.ts";
import { systemMastersBinding } from "./identity/system-masters-binding.ts";
import { tokenAutomount } from "./identity/token-automount.ts";
import { webhookConfigurationsWrite } from "./identity/webhook-configurations-write.ts";
import { workloadsDelete } from "./identity/workloads-delete.ts";
import { workloadsWrite } from "./identity/workloads-write.ts";
import { limitRange } from "./namespace/limit-range.ts";
import { podSecurityLabel } from "./namespace/pod-security-label.ts";
import { podSecurityNotNewest } from "./namespace/pod-security-not-newest.ts";
import { podSecuritySilent } from "./namespace/pod-security-silent.ts";
import { resourceQuota } from "./namespace/resource-quota.ts";
import { defaultDenyEgress } from "./network/default-deny-egress.ts";
import { defaultDenyIngress } from "./network/default-deny-ingress.ts";
import { exposedAdminInterface } from "./network/exposed-admin-interface.ts";
import { exposedDataStore } from "./network/exposed-data-store.ts";
import { externalNameService } from "./network/external-name-service.ts";
import { gatewayListenerTls } from "./network/gateway-listener-tls.ts";
import { gatewayRoutesFromAll } from "./network/gateway-routes-from-all.ts";
import { ingressHostShared } from "./network/ingress-host-shared.ts";
import { ingressMissingService } from "./network/ingress-missing-service.ts";
import { ingressNginxSnippetsAllowed } from "./network/ingress-nginx-snippets-allowed.ts";
import { ingressPlainRedirectOff } from "./network/ingress-plain-redirect-off.ts";
import { ingressSnippet } from "./network/ingress-snippet.ts";
import { ingressTls } from "./network/ingress-tls.ts";
import { ingressWildcardHost } from "./network/ingress-wildcard-host.ts";
import { loadBalancerOpen } from "./network/load-balancer-open.ts";
import { namespaceNetworkPolicy } from "./network/namespace-network-policy.ts";
import { networkPluginPolicies } from "./network/network-plugin-policies.ts";
import { networkPolicyAnyNamespace } from "./network/network-policy-any-namespace.ts";
import { networkPolicyAnySource } from "./network/network-policy-any-source.ts";
import { networkPolicyMetadataService } from "./network/network-policy-metadata-service.ts";
import { networkPolicyOpenEgress } from "./network/network-policy-open-egress.ts";
import { networkPolicyOpenIngress } from "./network/network-policy-open-ingress.ts";
import { networkPolicyPeerSelectsNothing } from "./network/network-policy-peer-selects-nothing.ts";
import { networkPolicySelectsNothing } from "./network/network-policy-selects-nothing.ts";
import { nodePortService } from "./network/node-port-service.ts";
import { routeMissingService } from "./network/route-missing-service.ts";
import { serviceExternalIps } from "./network/service-external-ips.ts";
import { serviceMonitorSelectsNothing } from "./network/service-monitor-selects-nothing.ts";
import { servicePortUnserved } from "./network/service-port-unserved.ts";
import { serviceSelectsNothing } from "./network/service-selects-nothing.ts";
import { workloadNetworkPolicy } from "./network/workload-network-policy.ts";
import { containerRuntimeEndOfLife } from "./node/container-runtime-end-of-life.ts";
import { controlPlaneOpen } from "./node/control-plane-open.ts";
import { kubeProxyMetrics } from "./node/kube-proxy-metrics.ts";
import { kubeletAnonymousAuth } from "./node/kubelet-anonymous-auth.ts";
import { kubeletAuthorization } from "./node/kubelet-authorization.ts";
import { kubeletCertificateRotation } from "./node/kubelet-certificate-rotation.ts";
import { kubeletCertificate } from "./node/kubelet-certificate.ts";
import { kubeletCiphers } from "./node/kubelet-ciphers.ts";
import { kubeletClientAuthority } from "./node/kubelet-client-authority.ts";
import { kubeletEndOfLife } from "./node/kubelet-end-of-life.ts";
import { kubeletEventRate } from "./node/kubelet-event-rate.ts";
import { kubeletIptables } from "./node/kubelet-iptables.ts";
import { kubeletKernelDefaults } from "./node/kubelet-kernel-defaults.ts";
import { kubeletPodPids } from "./node/kubelet-pod-pids.ts";
import { kubeletReadOnlyPort } from "./node/kubelet-read-only-port.ts";
import { kubeletSeccompDefault } from "./node/kubelet-seccomp-default.ts";
import { kubeletServingRotation } from "./node/kubelet-serving-rotation.ts";
import { kubeletStreamingTimeout } from "./node/kubelet-streaming-timeout.ts";
import { kubeletVersionSkew } from "./node/kubelet-version-skew.ts";
import { operatingSystemEndOfLife } from "./node/operating-system-end-of-life.ts";
import { publicAddress } from "./node/public-address.ts";
import { runtimeSensor } from "./node/runtime-sensor.ts";
import { awsAuthMasters } from "./secrets/aws-auth-masters.ts";
import { credentialInAnnotation } from "./secrets/credential-in-annotation.ts";
import { credentialInArgs } from "./secrets/credential-in-args.ts";
import { credentialInConfigMap } from "./secrets/credential-in-config-map.ts";
import { credentialInEnv } from "./secrets/credential-in-env.ts";
import { externalSecretStore } from "./secrets/external-secret-store.ts";
import { hostPathPersistentVolume } from "./secrets/host-path-persistent-volume.ts";
import { secretInEnvFrom } from "./secrets/secret-in-env-from.ts";
import { secretInEnv } from "./secrets/secret-in-env.ts";
import { secretInManifest } from "./secrets/secret-in-manifest.ts";
import { volumeEncryption } from "./secrets/volume-encryption.ts";
import { helmTiller } from "./supply-chain/helm-tiller.ts";
import { imageDigest } from "./supply-chain/image-digest.ts";
import { imagePullPolicy } from "./supply-chain/image-pull-policy.ts";
import { imageRegistryFrozen } from "./supply-chain/image-registry-frozen.ts";
import { imageRegistryImplied } from "./supply-chain/image-registry-implied.ts";
import { imageSignaturePolicy } from "./supply-chain/image-signature-policy.ts";
import { imageTag } from "./supply-chain/image-tag.ts";
import { kubernetesDashboard } from "./supply-chain/kubernetes-dashboard.ts";
import { loadedVulnerabilities } from "./supply-chain/loaded-vulnerabilities.ts";
import { retiredIngressNginx } from "./supply-chain/retired-ingress-nginx.ts";
import { apparmorAnnotation } from "./workload/apparmor-annotation.ts";
import { apparmorUnconfined } from "./workload/apparmor-unconfined.ts";
import { barePod } from "./workload/bare-pod.ts";
import { bidirectionalMount } from "./workload/bidirectional-mount.ts";
import { blockingDisruptionBudget } from "./workload/blocking-disruption-budget.ts";
import { capabilitiesKept } from "./workload/capabilities-kept.ts";
import { capabilityAdded } from "./workload/capability-added.ts";
import { capabilityAll } from "./workload/capability-all.ts";
import { capabilityBeyondDefault } from "./workload/capability-beyond-default.ts";
import { capabilityBpf } from "./workload/capability-bpf.ts";
import { capabilityDacReadSearch } from "./workload/capability-dac-read-search.ts";
import { capabilityNetAdmin } from "./workload/capability-net-admin.ts";
import { capabilityNetRaw } from "./workload/capability-net-raw.ts";
import { capabilitySysAdmin } from "./workload/capability-sys-admin.ts";
import { capabilitySysBoot } from "./workload/capability-sys-boot.ts";
import { capabilitySysModule } from "./workload/capability-sys-module.ts";
import { capabilitySysPtrace } from "./workload/capability-sys-ptrace.ts";
import { capabilitySysRawio } from "./workload/capability-sys-rawio.ts";
import { capabilitySysTime } from "./workload/capability-sys-time.ts";
import { capabilitySyslog } from "./workload/capability-syslog.ts";
import { controlPlaneNodeSelector } from "./workload/control-plane-node-selector.ts";
import { customNameserver } from "./workload/custom-nameserver.ts";
import { danglingAutoscaler } from "./workload/dangling-autoscaler.ts";
import { debugContainerLeft } from "./workload/debug-container-left.ts";
import { defaultNamespace } from "./workload/default-namespace.ts";
import { disruptionBudgetUnhealthy } from "./workload/disruption-budget-unhealthy.ts";
import { duplicateEnv } from "./workload/duplicate-env.ts";
import { entersNode } from "./workload/enters-node.ts";
import { finishedJobKept } from "./workload/finished-job-kept.ts";
import { gitRepoVolume } from "./workload/git-repo-volume.ts";
import { hostAliases } from "./workload/host-aliases.ts";
import { hostIpc } from "./workload/host-ipc.ts";
import { hostNetwork } from "./workload/host-network.ts";
import { hostPathControlPlane } from "./workload/host-path-control-plane.ts";
import { hostPathDev } from "./workload/host-path-dev.ts";
import { hostPathEtc } from "./workload/host-path-etc.ts";
import { hostPathHome } from "./workload/host-path-home.ts";
import { hostPathKubelet } from "./workload/host-path-kubelet.ts";
import { hostPathLog } from "./workload/host-path-log.ts";
import { hostPathProc } from "./workload/host-path-proc.ts";
import { hostPathRoot } from "./workload/host-path-root.ts";
import { hostPathRuntimeSocket } from "./workload/host-path-runtime-socket.ts";
import { hostPathRuntimeStorage } from "./workload/host-path-runtime-storage.ts";
import { hostPathSys } from "./workload/host-path-sys.ts";
import { hostPathVolume } from "./workload/host-path-volume.ts";
import { hostPid } from "./workload/host-pid.ts";
import { hostPort } from "./workload/host-port.ts";
import { hostProbe } from "./workload/host-probe.ts";
import { interactiveTerminal } from "./workload/interactive-terminal.ts";
import { kubeSystemWorkload } from "./workload/kube-system-workload.ts";
import { longLivedToken } from "./workload/long-lived-token.ts";
import { lowUserId } from "./workload/low-user-id.ts";
import { memoryVolumeUnbounded } from "./workload/memory-volume-unbounded.ts";
import { missingConfigMap } from "./workload/missing-config-map.ts";
import { missingCpuLimit } from "./workload/missing-cpu-limit.ts";
import { missingCpuRequest } from "./workload/missing-cpu-request.ts";
import { missingDisruptionBudget } from "./workload/missing-disruption-budget.ts";
import { missingEphemeralStorageLimit } from "./workload/missing-ephemeral-storage-limit.ts";
import { missingLivenessProbe } from "./workload/missing-liveness-probe.ts";
import { missingMemoryLimit } from "./workload/missing-memory-limit.ts";
import { missingMemoryRequest } from "./workload/missing-memory-request.ts";
import { missingReadinessProbe } from "./workload/missing-readiness-probe.ts";
import { netRawKept } from "./workload/net-raw-kept.ts";
import { noGracePeriod } from "./workload/no-grace-period.ts";
import { nodeName } from "./workload/node-name.ts";
import { podApparmorUnconfined } from "./workload/pod-apparmor-unconfined.ts";
import { podRootAllowed } from "./workload/pod-root-allowed.ts";
import { podRootGroup } from "./workload/pod-root-group.ts";
import { podRootUser } from "./workload/pod-root-user.ts";
import { podSeccompUnconfined } from "./workload/pod-seccomp-unconfined.ts";
import { podSelinuxType } from "./workload/pod-selinux-type.ts";
import { podSelinuxUser } from "./workload/pod-selinux-user.ts";
import { podWindowsHostProcess } from "./workload/pod-windows-host-process.ts";
import { privilegeEscalation } from "./workload/privilege-escalation.ts";
import { privilegedContainer } from "./workload/privileged-container.ts";
import { privilegedPort } from "./workload/privileged-port.ts";
import { probePortUndeclared } from "./workload/probe-port-undeclared.ts";
import { procMountUnmasked } from "./workload/proc-mount-unmasked.ts";
import { procMountUserNamespace } from "./workload/proc-mount-user-namespace.ts";
import { recreateStrategy } from "./workload/recreate-strategy.ts";
import { removedApi } from "./workload/removed-api.ts";
import { replicasOnOneNode } from "./workload/replicas-on-one-node.ts";
import { restrictedVolume } from "./workload/restricted-volume.ts";
import { reverseShell } from "./workload/reverse-shell.ts";
import { rootAllowed } from "./workload/root-allowed.ts";
import { rootGroup } from "./workload/root-group.ts";
import { rootInHostUserNamespace } from "./workload/root-in-host-user-namespace.ts";
import { rootUser } from "./workload/root-user.ts";
import { runsDownloadedScript } from "./workload/runs-downloaded-script.ts";
import { seccompUnconfined } from "./workload/seccomp-unconfined.ts";
import { seccompUnset } from "./workload/seccomp-unset.ts";
import { secretBySubPath } from "./workload/secret-by-sub-path.ts";
import { selinuxType } from "./workload/selinux-type.ts";
import { selinuxUser } from "./workload/selinux-user.ts";
import { shareProcessNamespace } from "./workload/share-process-namespace.ts";
import { singleReplica } from "./workload/single-replica.ts";
import { sshPort } from "./workload/ssh-port.ts";
import { sudoInCommand } from "./workload/sudo-in-command.ts";
import { systemPriority } from "./workload/system-priority.ts";
import { toleratesControlPlane } from "./workload/tolerates-control-plane.ts";
import { toleratesEverything } from "./workload/tolerates-everything.ts";
import { unsafeSysctl } from "./workload/unsafe-sysctl.ts";
import { windowsAdministrator } from "./workload/windows-administrator.ts";
import { windowsHostProcess } from "./workload/windows-host-process.ts";
import { writableHostPath } from "./workload/writable-host-path.ts";
import { writableRootFilesystem } from "./workload/writable-root-filesystem.ts";
import { writableSystemPath } from "./workload/writable-system-path.ts";

export const controls = [
  accountAutomount,
  accountTokenSecret,
  accountTokensCreate,
  adminRoleBinding,
  admissionAlwaysAdmit,
  admissionAlwaysPullImages,
  admissionEventRateLimit,
  admissionExternalIps,
  admissionNamespaceLifecycle,
  admissionNodeRestriction,
  admissionPodSecurity,
  admissionPoliciesWrite,
  admissionPolicyFailsOpen,
  admissionPolicyUnbound,
  admissionServiceAccount,
  anonymousBinding,
  apiServerAccountKey,
  apiServerAccountLookup,
  apiServerAlwaysAllow,
  apiServerAnonymousAuth,
  apiServerBootstrapTokens,
  apiServerCiphers,
  apiServerClientAuthority,
  apiServerEtcdAuthority,
  apiServerEtcdCertificate,
  apiServerEtcdPlain,
  apiServerInsecurePort,
  apiServerKubeletAuthority,
  apiServerKubeletCertificate,
  apiServerNodeAuthorization,
  apiServerProfiling,
  apiServerRbac,
  apiServerRequestTimeout,
  apiServerSecurePort,
  apiServerTlsCertificate,
  apiServerTlsVersion,
  apiServerTokenAuthFile,
  apiServerTokenExtension,
  apiServicesWrite,
  apparmorAnnotation,
  apparmorUnconfined,
  auditLog,
  auditLogAge,
  auditLogBackups,
  auditLogSize,
  auditPolicy,
  authenticatedBinding,
  awsAuthMasters,
  barePod,
  bidirectionalMount,
  bindingMissingAccount,
  bindingMissingRole,
  blockingDisruptionBudget,
  capabilitiesKept,
  capabilityAdded,
  capabilityAll,
  capabilityBeyondDefault,
  capabilityBpf,
  capabilityDacReadSearch,
  capabilityNetAdmin,
  capabilityNetRaw,
  capabilitySysAdmin,
  capabilitySysBoot,
  capabilitySysModule,
  capabilitySysPtrace,
  capabilitySysRawio,
  capabilitySysTime,
  capabilitySyslog,
  certificatesApprove,
  certificatesSign,
  clusterAdminBinding,
  containerRuntimeEndOfLife,
  controlPlaneNodeSelector,
  controlPlaneOpen,
  controllerManagerAccountCredentials,
  controllerManagerAccountKey,
  controllerManagerBindAddress,
  controllerManagerKubeletRotation,
  controllerManagerPodGc,
  controllerManagerProfiling,
  controllerManagerRootAuthority,
  credentialInAnnotation,
  credentialInArgs,
  credentialInConfigMap,
  credentialInEnv,
  customNameserver,
  customResourceDefinitionsWrite,
  danglingAutoscaler,
  debugContainerLeft,
  defaultAccountBinding,
  defaultAccountCloudIdentity,
  defaultAccountWorkload,
  defaultDenyEgress,
  defaultDenyIngress,
  defaultNamespace,
  disruptionBudgetUnhealthy,
  duplicateEnv,
  encryptionAtRest,
  endpointsWrite,
  entersNode,
  etcdAutoTls,
  etcdCertificate,
  etcdClientAuthentication,
  etcdListensWidely,
  etcdOwnAuthority,
  etcdPeerAuthentication,
  etcdPeerAutoTls,
  etcdPeerCertificate,
  eventsDelete,
  exposedAdminInterface,
  exposedDataStore,
  externalNameService,
  externalSecretStore,
  finishedJobKept,
  foreignAccountBinding,
  gatewayListenerTls,
  gatewayRoutesFromAll,
  gitRepoVolume,
  helmTiller,
  hostAliases,
  hostIpc,
  hostNetwork,
  hostPathControlPlane,
  hostPathDev,
  hostPathEtc,
  hostPathHome,
  hostPathKubelet,
  hostPathLog,
  hostPathPersistentVolume,
  hostPathProc,
  hostPathRoot,
  hostPathRuntimeSocket,
  hostPathRuntimeStorage,
  hostPathSys,
  hostPathVolume,
  hostPid,
  hostPort,
  hostProbe,
  imageDigest,
  imagePullPolicy,
  imageRegistryFrozen,
  imageRegistryImplied,
  imageSignaturePolicy,
  imageTag,
  impersonate,
  ingressHostShared,
  ingressMissingService,
  ingressNginxSnippetsAllowed,
  ingressPlainRedirectOff,
  ingressSnippet,
  ingressTls,
  ingressWildcardHost,
  interactiveTerminal,
  kubeProxyMetrics,
  kubeSystemWorkload,
  kubeletAnonymousAuth,
  kubeletAuthorization,
  kubeletCertificate,
  kubeletCertificateRotation,
  kubeletCiphers,
  kubeletClientAuthority,
  kubeletEndOfLife,
  kubeletEventRate,
  kubeletIptables,
  kubeletKernelDefaults,
  kubeletPodPids,
  kubeletReadOnlyPort,
  kubeletSeccompDefault,
  kubeletServingRotation,
  kubeletStreamingTimeout,
  kubeletVersionSkew,
  kubernetesDashboard,
  kubernetesEndOfLife,
  limitRange,
  loadBalancerOpen,
  loadedVulnerabilities,
  longLivedToken,
  lowUserId,
  memoryVolumeUnbounded,
  missingAccount,
  missingConfigMap,
  missingCpuLimit,
  missingCpuRequest,
  missingDisruptionBudget,
  missingEphemeralStorageLimit,
  missingLivenessProbe,
  missingMemoryLimit,
  missingMemoryRequest,
  missingReadinessProbe,
  namespaceAccountTokensCreate,
  namespaceAccountsBinding,
  namespaceClusterAdminBinding,
  namespaceNetworkPolicy,
  namespaceSecretsRead,
  namespacesModify,
  netRawKept,
  networkPluginPolicies,
  networkPoliciesWrite,
  networkPolicyAnyNamespace,
  networkPolicyAnySource,
  networkPolicyMetadataService,
  networkPolicyOpenEgress,
  networkPolicyOpenIngress,
  networkPolicyPeerSelectsNothing,
  networkPolicySelectsNothing,
  noGracePeriod,
  nodeName,
  nodePortService,
  nodesGroupBinding,
  nodesModify,
  nodesProxy,
  operatingSystemEndOfLife,
  persistentVolumesCreate,
  platformRoleBinding,
  podApparmorUnconfined,
  podLogsRead,
  podRootAllowed,
  podRootGroup,
  podRootUser,
  podSeccompUnconfined,
  podSecurityLabel,
  podSecurityNotNewest,
  podSecuritySilent,
  podSelinuxType,
  podSelinuxUser,
  podStatusWrite,
  podWindowsHostProcess,
  podsAttach,
  podsCreate,
  podsEphemeralContainers,
  podsEvict,
  podsExec,
  podsModify,
  podsPortForward,
  podsProxy,
  policyControl,
  privilegeEscalation,
  privilegedContainer,
  privilegedPort,
  privilegedScc,
  probePortUndeclared,
  procMountUnmasked,
  procMountUserNamespace,
  publicAddress,
  recreateStrategy,
  removedApi,
  replicasOnOneNode,
  resourceQuota,
  restrictedVolume,
  retiredIngressNginx,
  reverseShell,
  roleAllPermissions,
  roleBindingsWrite,
  roleWildcardApiGroups,
  roleWildcardCustomResources,
  roleWildcardResources,
  roleWildcardUrls,
  roleWildcardVerbs,
  rolesBind,
  rolesEscalate,
  rolesWrite,
  rootAllowed,
  rootGroup,
  rootInHostUserNamespace,
  rootUser,
  routeMissingService,
  runsDownloadedScript,
  runtimeSensor,
  schedulerBindAddress,
  schedulerProfiling,
  seccompUnconfined,
  seccompUnset,
  secretBySubPath,
  secretInEnv,
  secretInEnvFrom,
  secretInManifest,
  secretsRead,
  secretsWrite,
  selinuxType,
  selinuxUser,
  serviceExternalIps,
  serviceMonitorSelectsNothing,
  servicePortUnserved,
  serviceSelectsNothing,
  serviceStatusWrite,
  servicesWrite,
  shareProcessNamespace,
  singleReplica,
  sshPort,
  stealPods,
  sudoInCommand,
  systemConfigMapsWrite,
  systemMastersBinding,
  systemPriority,
  tokenAutomount,
  toleratesControlPlane,
  toleratesEverything,
  unsafeSysctl,
  volumeEncryption,
  webhookConfigurationsWrite,
  webhookFailsOpen,
  webhookHoldsSystem,
  webhookMissingService,
  webhookOutside,
  webhookSeesSecrets,
  webhookSkippedByLabel,
  webhookTimeout,
  windowsAdministrator,
  windowsHostProcess,
  workloadNetworkPolicy,
  workloadsDelete,
  workloadsWrite,
  writableHostPath,
  writableRootFilesystem,
  writableSystemPath,
] as const satisfies readonly Control[];

/** The id of a control that is there: what a framework may name. */
export type ControlId = (typeof controls)[number]["id"];
