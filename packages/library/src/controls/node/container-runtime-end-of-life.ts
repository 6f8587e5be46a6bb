import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";
import { node, runtimeVersion } from "./nodes.ts";
import { runtimeSupport } from "./maintained.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind("v1/Node")) {
    const version = runtimeVersion(record.resource);
    const support = runtimeSupport(version, inventory.takenAt);
    yield {
      resource: recordRef(record),
      path: "status.nodeInfo.containerRuntimeVersion",
      ...(support === undefined
        ? {
            result: "unknown",
            because: `The end of ${version ?? "an unknown runtime"} is not in the table: see its release notes`,
          }
        : { result: support.supported ? "pass" : "fail", because: support.because }),
    };
  }
}

export const containerRuntimeEndOfLife = defineControl({
  id: "container-runtime-end-of-life",
  title: "Nodes run a maintained container runtime",
  severity: "high",
  why: "The runtime is what keeps a container in its box. Published ways out of old versions, such as those of containerd and runc, work for as long as the old version runs.",
  remediation:
    "Drain the node and upgrade runtime and runc, or replace the node pool. Restarting the runtime does not restart running containers; those keep the old shim until they are made anew.",
  equivalents: [],
  target: "node",
  reads: [],
  judge,
  noFix: "An upgrade is not a change to a resource.",
  examples: {
    pass: [{ resources: [node({ containerRuntimeVersion: "containerd://2.2.1" })] }],
    fail: [
      { resources: [node({ containerRuntimeVersion: "containerd://1.6.38" })] },
      { resources: [node({ containerRuntimeVersion: "docker://19.3.15" })] },
    ],
  },
});
