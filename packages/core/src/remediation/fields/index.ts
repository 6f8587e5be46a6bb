/** All fields, in the order in which what they say is told. */
import { accountToken } from "./account-token.ts";
import { apparmor } from "./apparmor.ts";
import { capabilities } from "./capabilities.ts";
import type { Field } from "./field.ts";
import { group, volumeGroup } from "./group.ts";
import { hostIpc } from "./host-ipc.ts";
import { hostNetwork } from "./host-network.ts";
import { hostPort } from "./host-port.ts";
import { hostProcesses } from "./host-processes.ts";
import { image } from "./image.ts";
import { nonRootField } from "./non-root.ts";
import { privilegeEscalation } from "./privilege-escalation.ts";
import { privileged } from "./privileged.ts";
import { probeField } from "./probes.ts";
import { procMount } from "./proc-mount.ts";
import { readOnlyRootFilesystem } from "./read-only-root-filesystem.ts";
import { resources } from "./resources.ts";
import { seccomp } from "./seccomp.ts";
import { sysctls } from "./sysctls.ts";
import { user } from "./user.ts";
import { volumes } from "./volumes.ts";

export const fields: readonly Field[] = [
  readOnlyRootFilesystem,
  nonRootField,
  user,
  group,
  volumeGroup,
  capabilities,
  privilegeEscalation,
  privileged,
  hostProcesses,
  hostIpc,
  hostNetwork,
  hostPort,
  volumes,
  accountToken,
  seccomp,
  apparmor,
  procMount,
  sysctls,
  image,
  resources,
  probeField,
];
