/** A container runs as a process of the Windows node. */
import { defineEdge } from "@plimsoll/core";
import { escapes, objectOf } from "./escape.ts";

export const windowsHostProcess = defineEdge({
  id: "windows-host-process",
  title: "A container runs as a process of the Windows node",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "A host process has the rights of the node's own services.",
  brokenBy: ["windows-host-process", "pod-windows-host-process"],
  find: (inventory) =>
    escapes(inventory, ({ security, spec }) => {
      const own = objectOf(security["windowsOptions"])["hostProcess"];
      const pod = objectOf(objectOf(spec["securityContext"])["windowsOptions"])["hostProcess"];
      return (own ?? pod) === true ? ["the container is a host process"] : undefined;
    }),
  examples: {
    present: [
      {
        container: {},
        pod: { hostNetwork: true, securityContext: { windowsOptions: { hostProcess: true } } },
      },
    ],
    absent: [{ container: {}, pod: { securityContext: { windowsOptions: { hostProcess: false } } } }],
  },
});
