/** Every control about pods and what makes them, by id. */
import { apparmorAnnotation } from "./apparmor-annotation.ts";
import { apparmorUnconfined } from "./apparmor-unconfined.ts";
import { barePod } from "./bare-pod.ts";
import { bidirectionalMount } from "./bidirectional-mount.ts";
import { blockingDisruptionBudget } from "./blocking-disruption-budget.ts";
import { capabilitiesKept } from "./capabilities-kept.ts";
import { capabilityAdded } from "./capability-added.ts";
import { capabilityAll } from "./capability-all.ts";
import { capabilityBeyondDefault } from "./capability-beyond-default.ts";
import { capabilityBpf } from "./capability-bpf.ts";
import { capabilityDacReadSearch } from "./capability-dac-read-search.ts";
import { capabilityNetAdmin } from "./capability-net-admin.ts";
import { capabilityNetRaw } from "./capability-net-raw.ts";
import { capabilitySysAdmin } from "./capability-sys-admin.ts";
import { capabilitySysBoot } from "./capability-sys-boot.ts";
import { capabilitySysModule } from "./capability-sys-module.ts";
import { capabilitySysPtrace } from "./capability-sys-ptrace.ts";
import { capabilitySysRawio } from "./capability-sys-rawio.ts";
import { capabilitySysTime } from "./capability-sys-time.ts";
import { capabilitySyslog } from "./capability-syslog.ts";
import { controlPlaneNodeSelector } from "./control-plane-node-selector.ts";
import { customNameserver } from "./custom-nameserver.ts";
import { danglingAutoscaler } from "./dangling-autoscaler.ts";
import { debugContainerLeft } from "./debug-container-left.ts";
import { defaultNamespace } from "./default-namespace.ts";
import { disruptionBudgetUnhealthy } from "./disruption-budget-unhealthy.ts";
import { duplicateEnv } from "./duplicate-env.ts";
import { entersNode } from "./enters-node.ts";
import { finishedJobKept } from "./finished-job-kept.ts";
import { gitRepoVolume } from "./git-repo-volume.ts";
import { hostAliases } from "./host-aliases.ts";
import { hostIpc } from "./host-ipc.ts";
import { hostNetwork } from "./host-network.ts";
import { hostPathControlPlane } from "./host-path-control-plane.ts";
import { hostPathDev } from "./host-path-dev.ts";
import { hostPathEtc } from "./host-path-etc.ts";
import { hostPathHome } from "./host-path-home.ts";
import { hostPathKubelet } from "./host-path-kubelet.ts";
import { hostPathLog } from "./host-path-log.ts";
import { hostPathProc } from "./host-path-proc.ts";
import { hostPathRoot } from "./host-path-root.ts";
import { hostPathRuntimeSocket } from "./host-path-runtime-socket.ts";
import { hostPathRuntimeStorage } from "./host-path-runtime-storage.ts";
import { hostPathSys } from "./host-path-sys.ts";
import { hostPathVolume } from "./host-path-volume.ts";
import { hostPid } from "./host-pid.ts";
import { hostPort } from "./host-port.ts";
import { hostProbe } from "./host-probe.ts";
import { interactiveTerminal } from "./interactive-terminal.ts";
import { kubeSystemWorkload } from "./kube-system-workload.ts";
import { longLivedToken } from "./long-lived-token.ts";
import { lowUserId } from "./low-user-id.ts";
import { memoryVolumeUnbounded } from "./memory-volume-unbounded.ts";
import { missingConfigMap } from "./missing-config-map.ts";
import { missingCpuLimit } from "./missing-cpu-limit.ts";
import { missingCpuRequest } from "./missing-cpu-request.ts";
import { missingDisruptionBudget } from "./missing-disruption-budget.ts";
import { missingEphemeralStorageLimit } from "./missing-ephemeral-storage-limit.ts";
import { missingLivenessProbe } from "./missing-liveness-probe.ts";
import { missingMemoryLimit } from "./missing-memory-limit.ts";
import { missingMemoryRequest } from "./missing-memory-request.ts";
import { missingReadinessProbe } from "./missing-readiness-probe.ts";
import { netRawKept } from "./net-raw-kept.ts";
import { noGracePeriod } from "./no-grace-period.ts";
import { nodeName } from "./node-name.ts";
import { podApparmorUnconfined } from "./pod-apparmor-unconfined.ts";
import { podRootAllowed } from "./pod-root-allowed.ts";
import { podRootGroup } from "./pod-root-group.ts";
import { podRootUser } from "./pod-root-user.ts";
import { podSeccompUnconfined } from "./pod-seccomp-unconfined.ts";
import { podSelinuxType } from "./pod-selinux-type.ts";
import { podSelinuxUser } from "./pod-selinux-user.ts";
import { podWindowsHostProcess } from "./pod-windows-host-process.ts";
import { privilegeEscalation } from "./privilege-escalation.ts";
import { privilegedContainer } from "./privileged-container.ts";
import { privilegedPort } from "./privileged-port.ts";
import { probePortUndeclared } from "./probe-port-undeclared.ts";
import { procMountUnmasked } from "./proc-mount-unmasked.ts";
import { procMountUserNamespace } from "./proc-mount-user-namespace.ts";
import { recreateStrategy } from "./recreate-strategy.ts";
import { removedApi } from "./removed-api.ts";
import { replicasOnOneNode } from "./replicas-on-one-node.ts";
import { restrictedVolume } from "./restricted-volume.ts";
import { reverseShell } from "./reverse-shell.ts";
import { rootAllowed } from "./root-allowed.ts";
import { rootGroup } from "./root-group.ts";
import { rootInHostUserNamespace } from "./root-in-host-user-namespace.ts";
import { rootUser } from "./root-user.ts";
import { runsDownloadedScript } from "./runs-downloaded-script.ts";
import { seccompUnconfined } from "./seccomp-unconfined.ts";
import { seccompUnset } from "./seccomp-unset.ts";
import { secretBySubPath } from "./secret-by-sub-path.ts";
import { selinuxType } from "./selinux-type.ts";
import { selinuxUser } from "./selinux-user.ts";
import { shareProcessNamespace } from "./share-process-namespace.ts";
import { singleReplica } from "./single-replica.ts";
import { sshPort } from "./ssh-port.ts";
import { sudoInCommand } from "./sudo-in-command.ts";
import { systemPriority } from "./system-priority.ts";
import { toleratesControlPlane } from "./tolerates-control-plane.ts";
import { toleratesEverything } from "./tolerates-everything.ts";
import { unsafeSysctl } from "./unsafe-sysctl.ts";
import { windowsAdministrator } from "./windows-administrator.ts";
import { windowsHostProcess } from "./windows-host-process.ts";
import { writableHostPath } from "./writable-host-path.ts";
import { writableRootFilesystem } from "./writable-root-filesystem.ts";
import { writableSystemPath } from "./writable-system-path.ts";

export const workloadControls = [
  apparmorAnnotation,
  apparmorUnconfined,
  barePod,
  bidirectionalMount,
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
  controlPlaneNodeSelector,
  customNameserver,
  danglingAutoscaler,
  debugContainerLeft,
  defaultNamespace,
  disruptionBudgetUnhealthy,
  duplicateEnv,
  entersNode,
  finishedJobKept,
  gitRepoVolume,
  hostAliases,
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
  interactiveTerminal,
  kubeSystemWorkload,
  longLivedToken,
  lowUserId,
  memoryVolumeUnbounded,
  missingConfigMap,
  missingCpuLimit,
  missingCpuRequest,
  missingDisruptionBudget,
  missingEphemeralStorageLimit,
  missingLivenessProbe,
  missingMemoryLimit,
  missingMemoryRequest,
  missingReadinessProbe,
  netRawKept,
  noGracePeriod,
  nodeName,
  podApparmorUnconfined,
  podRootAllowed,
  podRootGroup,
  podRootUser,
  podSeccompUnconfined,
  podSelinuxType,
  podSelinuxUser,
  podWindowsHostProcess,
  privilegeEscalation,
  privilegedContainer,
  privilegedPort,
  probePortUndeclared,
  procMountUnmasked,
  procMountUserNamespace,
  recreateStrategy,
  removedApi,
  replicasOnOneNode,
  restrictedVolume,
  reverseShell,
  rootAllowed,
  rootGroup,
  rootInHostUserNamespace,
  rootUser,
  runsDownloadedScript,
  seccompUnconfined,
  seccompUnset,
  secretBySubPath,
  selinuxType,
  selinuxUser,
  shareProcessNamespace,
  singleReplica,
  sshPort,
  sudoInCommand,
  systemPriority,
  toleratesControlPlane,
  toleratesEverything,
  unsafeSysctl,
  windowsAdministrator,
  windowsHostProcess,
  writableHostPath,
  writableRootFilesystem,
  writableSystemPath,
] as const;
