import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";
import { node, osImage } from "./nodes.ts";
import { systemSupport } from "./maintained.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind("v1/Node")) {
    const image = osImage(record.resource);
    const support = systemSupport(image, inventory.takenAt);
    yield {
      resource: recordRef(record),
      path: "status.nodeInfo.osImage",
      ...(support === undefined
        ? {
            result: "unknown",
            because: `The end of ${image ?? "an unknown system"} is not in the table: its vendor tells`,
          }
        : { result: support.supported ? "pass" : "fail", because: support.because }),
    };
  }
}

export const operatingSystemEndOfLife = defineControl({
  id: "operating-system-end-of-life",
  title: "Nodes run a maintained operating system",
  severity: "medium",
  why: "All containers share the node's kernel. A hole in a kernel that nobody patches any more is a way out of every one of them.",
  remediation:
    "Move the node pool to a current image: drain, replace, uncordon. Kernels change with it, so test what loads modules or eBPF programs first. Paid extended support counts as maintained: accept this finding then.",
  equivalents: [],
  target: "node",
  reads: [],
  judge,
  noFix: "An upgrade is not a change to a resource.",
  examples: {
    pass: [{ resources: [node({ osImage: "Ubuntu 24.04.3 LTS" })] }],
    fail: [{ resources: [node({ osImage: "CentOS Linux 7 (Core)" })] }],
  },
});
