/** Every detection. */
import type { DetectionRule } from "@plimsoll/core";
import { apiAccess } from "./api-access.ts";
import { apiContact } from "./api-contact.ts";
import { bpfLoad } from "./bpf-load.ts";
import { clearLogs } from "./clear-logs.ts";
import { corePattern } from "./core-pattern.ts";
import { credentialFile } from "./credential-file.ts";
import { credentialSearch } from "./credential-search.ts";
import { cryptoMiner } from "./crypto-miner.ts";
import { debugfs } from "./debugfs.ts";
import { deviceAccess } from "./device-access.ts";
import { dnsTunnel } from "./dns-tunnel.ts";
import { driftedBinary } from "./drifted-binary.ts";
import { environmentRead } from "./environment-read.ts";
import { execFromMount } from "./exec-from-mount.ts";
import { execFromSharedMemory } from "./exec-from-shared-memory.ts";
import { execIntoPod } from "./exec-into-pod.ts";
import { filelessExecution } from "./fileless-execution.ts";
import { hardlinkOverSensitiveFile } from "./hardlink-over-sensitive-file.ts";
import { ioUring } from "./io-uring.ts";
import { kernelModule } from "./kernel-module.ts";
import { kubernetesClient } from "./kubernetes-client.ts";
import { lateralScan } from "./lateral-scan.ts";
import { metadataService } from "./metadata-service.ts";
import { miningDomain } from "./mining-domain.ts";
import { miningPort } from "./mining-port.ts";
import { mount } from "./mount.ts";
import { namespaceChange } from "./namespace-change.ts";
import { netcatExec } from "./netcat-exec.ts";
import { networkTool } from "./network-tool.ts";
import { packageManager } from "./package-manager.ts";
import { packetSocket } from "./packet-socket.ts";
import { persistence } from "./persistence.ts";
import { pipedDownload } from "./piped-download.ts";
import { powerfulSystemCall } from "./powerful-system-call.ts";
import { preload } from "./preload.ts";
import { privilegeGain } from "./privilege-gain.ts";
import { ptrace } from "./ptrace.ts";
import { releaseAgent } from "./release-agent.ts";
import { removeData } from "./remove-data.ts";
import { reverseShell } from "./reverse-shell.ts";
import { sensitiveFile } from "./sensitive-file.ts";
import { shellByServer } from "./shell-by-server.ts";
import { shellHistory } from "./shell-history.ts";
import { shellInContainer } from "./shell-in-container.ts";
import { sshConnection } from "./ssh-connection.ts";
import { symlinkOverSensitiveFile } from "./symlink-over-sensitive-file.ts";
import { tokenAccess } from "./token-access.ts";
import { unexpectedCapability } from "./unexpected-capability.ts";
import { unexpectedConnection } from "./unexpected-connection.ts";
import { unexpectedFile } from "./unexpected-file.ts";
import { unexpectedListener } from "./unexpected-listener.ts";
import { unexpectedName } from "./unexpected-name.ts";
import { unexpectedProcess } from "./unexpected-process.ts";
import { unexpectedSystemCall } from "./unexpected-system-call.ts";
import { writeBelowSystem } from "./write-below-system.ts";

export const detections: readonly DetectionRule[] = [
  apiAccess,
  apiContact,
  bpfLoad,
  clearLogs,
  corePattern,
  credentialFile,
  credentialSearch,
  cryptoMiner,
  debugfs,
  deviceAccess,
  dnsTunnel,
  driftedBinary,
  environmentRead,
  execFromMount,
  execFromSharedMemory,
  execIntoPod,
  filelessExecution,
  hardlinkOverSensitiveFile,
  ioUring,
  kernelModule,
  kubernetesClient,
  lateralScan,
  metadataService,
  miningDomain,
  miningPort,
  mount,
  namespaceChange,
  netcatExec,
  networkTool,
  packageManager,
  packetSocket,
  persistence,
  pipedDownload,
  powerfulSystemCall,
  preload,
  privilegeGain,
  ptrace,
  releaseAgent,
  removeData,
  reverseShell,
  sensitiveFile,
  shellByServer,
  shellHistory,
  shellInContainer,
  sshConnection,
  symlinkOverSensitiveFile,
  tokenAccess,
  unexpectedCapability,
  unexpectedConnection,
  unexpectedFile,
  unexpectedListener,
  unexpectedName,
  unexpectedProcess,
  unexpectedSystemCall,
  writeBelowSystem,
];
