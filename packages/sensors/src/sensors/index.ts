/** Every sensor, by its id. */
import type { Sensor } from "@plimsoll/core";
import { falco } from "./falco.ts";
import { hubble } from "./hubble.ts";
import { inspektorGadget } from "./inspektor-gadget.ts";
import { kubernetesAudit } from "./kubernetes-audit.ts";
import { kubescape } from "./kubescape.ts";
import { plimsoll } from "./plimsoll.ts";
import { sysdig } from "./sysdig.ts";
import { tetragon } from "./tetragon.ts";
import { tracee } from "./tracee.ts";

export const sensors: readonly Sensor[] = [
  falco,
  hubble,
  inspektorGadget,
  kubernetesAudit,
  kubescape,
  plimsoll,
  sysdig,
  tetragon,
  tracee,
];
