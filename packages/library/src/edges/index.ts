/** Every attack edge of the library. */
import type { AttackEdge } from "@plimsoll/core";
import { cgroupReleaseAgent } from "./cgroup-release-agent.ts";
import { containerLoopback } from "./container-loopback.ts";
import { corePattern } from "./core-pattern.ts";
import { exposedWorkload } from "./exposed-workload.ts";
import { hostFileHandles } from "./host-file-handles.ts";
import { hostFileWrite } from "./host-file-write.ts";
import { hostHomeRead } from "./host-home-read.ts";
import { hostKeysRead } from "./host-keys-read.ts";
import { hostNetworkLoopback } from "./host-network-loopback.ts";
import { hostPidNsenter } from "./host-pid-nsenter.ts";
import { hostProcessEnvironment } from "./host-process-environment.ts";
import { hostProcessInjection } from "./host-process-injection.ts";
import { hostRootRead } from "./host-root-read.ts";
import { hosts } from "./hosts.ts";
import { isTokenOf } from "./is-token-of.ts";
import { kernelEventHelper } from "./kernel-event-helper.ts";
import { kernelModuleLoad } from "./kernel-module-load.ts";
import { kernelTracing } from "./kernel-tracing.ts";
import { kubeletDirectory } from "./kubelet-directory.ts";
import { lateralConnection } from "./lateral-connection.ts";
import { logSymlink } from "./log-symlink.ts";
import { metadataService } from "./metadata-service.ts";
import { nodeCloudIdentity } from "./node-cloud-identity.ts";
import { nodeDevices } from "./node-devices.ts";
import { privilegedMount } from "./privileged-mount.ts";
import { rawInputOutput } from "./raw-input-output.ts";
import { runsAs } from "./runs-as.ts";
import { runtimeSocket } from "./runtime-socket.ts";
import { runtimeStorage } from "./runtime-storage.ts";
import { secretEnvironment } from "./secret-environment.ts";
import { secretMount } from "./secret-mount.ts";
import { shareProcessNamespace } from "./share-process-namespace.ts";
import { sharedVolume } from "./shared-volume.ts";
import { takesCloudRole } from "./takes-cloud-role.ts";
import { volumeMount } from "./volume-mount.ts";
import { vulnerablePackage } from "./vulnerable-package.ts";
import { windowsHostProcess } from "./windows-host-process.ts";

export const edges: readonly AttackEdge[] = [
  cgroupReleaseAgent,
  containerLoopback,
  corePattern,
  exposedWorkload,
  hostFileHandles,
  hostFileWrite,
  hostHomeRead,
  hostKeysRead,
  hostNetworkLoopback,
  hostPidNsenter,
  hostProcessEnvironment,
  hostProcessInjection,
  hostRootRead,
  hosts,
  isTokenOf,
  kernelEventHelper,
  kernelModuleLoad,
  kernelTracing,
  kubeletDirectory,
  lateralConnection,
  logSymlink,
  metadataService,
  nodeCloudIdentity,
  nodeDevices,
  privilegedMount,
  rawInputOutput,
  runsAs,
  runtimeSocket,
  runtimeStorage,
  secretEnvironment,
  secretMount,
  shareProcessNamespace,
  sharedVolume,
  takesCloudRole,
  volumeMount,
  vulnerablePackage,
  windowsHostProcess,
];
