/** Every control, by id. */
import type { Control } from "@plimsoll/core";
import { accountTokensCreate } from "./identity/account-tokens-create.ts";
import { admissionPoliciesWrite } from "./identity/admission-policies-write.ts";
import { certificatesApprove } from "./identity/certificates-approve.ts";
import { certificatesSign } from "./identity/certificates-sign.ts";
import { impersonate } from "./identity/impersonate.ts";
import { namespaceAccountTokensCreate } from "./identity/namespace-account-tokens-create.ts";
import { namespaceSecretsRead } from "./identity/namespace-secrets-read.ts";
import { nodesProxy } from "./identity/nodes-proxy.ts";
import { persistentVolumesCreate } from "./identity/persistent-volumes-create.ts";
import { podsAttach } from "./identity/pods-attach.ts";
import { podsCreate } from "./identity/pods-create.ts";
import { podsEphemeralContainers } from "./identity/pods-ephemeral-containers.ts";
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
import { webhookConfigurationsWrite } from "./identity/webhook-configurations-write.ts";
import { workloadsWrite } from "./identity/workloads-write.ts";
import { apparmorAnnotation } from "./workload/apparmor-annotation.ts";
import { apparmorUnconfined } from "./workload/apparmor-unconfined.ts";
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
import { gitRepoVolume } from "./workload/git-repo-volume.ts";
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
import { netRawKept } from "./workload/net-raw-kept.ts";
import { podApparmorUnconfined } from "./workload/pod-apparmor-unconfined.ts";
import { podRootAllowed } from "./workload/pod-root-allowed.ts";
import { podRootUser } from "./workload/pod-root-user.ts";
import { podSeccompUnconfined } from "./workload/pod-seccomp-unconfined.ts";
import { podSelinuxType } from "./workload/pod-selinux-type.ts";
import { podSelinuxUser } from "./workload/pod-selinux-user.ts";
import { podWindowsHostProcess } from "./workload/pod-windows-host-process.ts";
import { privilegeEscalation } from "./workload/privilege-escalation.ts";
import { privilegedContainer } from "./workload/privileged-container.ts";
import { procMountUnmasked } from "./workload/proc-mount-unmasked.ts";
import { procMountUserNamespace } from "./workload/proc-mount-user-namespace.ts";
import { restrictedVolume } from "./workload/restricted-volume.ts";
import { rootAllowed } from "./workload/root-allowed.ts";
import { rootUser } from "./workload/root-user.ts";
import { seccompUnconfined } from "./workload/seccomp-unconfined.ts";
import { seccompUnset } from "./workload/seccomp-unset.ts";
import { selinuxType } from "./workload/selinux-type.ts";
import { selinuxUser } from "./workload/selinux-user.ts";
import { unsafeSysctl } from "./workload/unsafe-sysctl.ts";
import { windowsHostProcess } from "./workload/windows-host-process.ts";
import { writableHostPath } from "./workload/writable-host-path.ts";
import { writableSystemPath } from "./workload/writable-system-path.ts";

export const controls = [
  accountTokensCreate,
  admissionPoliciesWrite,
  apparmorAnnotation,
  apparmorUnconfined,
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
  gitRepoVolume,
  hostIpc,
  hostNetwork,
  hostPathControlPlane,
  hostPathDev,
  hostPathEtc,
  hostPathHome,
  hostPathKubelet,
  hostPathLog,
  hostPathProc,
  hostPathRoot,
  hostPathRuntimeSocket,
  hostPathRuntimeStorage,
  hostPathSys,
  hostPathVolume,
  hostPid,
  hostPort,
  hostProbe,
  impersonate,
  namespaceAccountTokensCreate,
  namespaceSecretsRead,
  netRawKept,
  nodesProxy,
  persistentVolumesCreate,
  podApparmorUnconfined,
  podRootAllowed,
  podRootUser,
  podSeccompUnconfined,
  podSelinuxType,
  podSelinuxUser,
  podWindowsHostProcess,
  podsAttach,
  podsCreate,
  podsEphemeralContainers,
  podsExec,
  podsModify,
  podsPortForward,
  podsProxy,
  privilegeEscalation,
  privilegedContainer,
  procMountUnmasked,
  procMountUserNamespace,
  restrictedVolume,
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
  rootUser,
  seccompUnconfined,
  seccompUnset,
  secretsRead,
  secretsWrite,
  selinuxType,
  selinuxUser,
  unsafeSysctl,
  webhookConfigurationsWrite,
  windowsHostProcess,
  workloadsWrite,
  writableHostPath,
  writableSystemPath,
] as const satisfies readonly Control[];

/** The id of a control that is there: what a framework may name. */
export type ControlId = (typeof controls)[number]["id"];
