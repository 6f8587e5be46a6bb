import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";
import { minorText } from "../control-plane/releases.ts";
import { kubeletVersion, node } from "./nodes.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  const server = minorNumber(inventory.server.version);
  for (const record of inventory.ofKind("v1/Node")) {
    const resource = recordRef(record);
    const path = "status.nodeInfo.kubeletVersion";
    const kubelet = minorNumber(kubeletVersion(record.resource));
    if (server === undefined || kubelet === undefined)
      yield {
        resource,
        path,
        result: "unknown",
        because: "The version of the API server or of the kubelet is not in this snapshot",
      };
    else {
      const behind = server - kubelet;
      const ok = behind >= 0 && behind <= 3;
      const said = behind < 0 ? `${-behind} minor versions newer than` : `${behind} minor versions behind`;
      yield {
        resource,
        path,
        result: ok ? "pass" : "fail",
        because: `The kubelet is ${said} the API server`,
      };
    }
  }
}

function minorNumber(version: string | undefined): number | undefined {
  const minor = minorText(version);
  return minor === undefined ? undefined : Number(minor.split(".")[1]);
}

export const kubeletVersionSkew = defineControl({
  id: "kubelet-version-skew",
  title: "Kubelets are within three versions of the API server",
  severity: "medium",
  why: "Outside the range that is tested, fields that protect a pod may be ignored by the kubelet without a word: a new seccomp or user-namespace setting is then admitted and has no effect.",
  remediation: "Upgrade the nodes that are behind, never past the API server. Drain each first.",
  equivalents: ["kubescape:C-0273"],
  reference: "https://kubernetes.io/releases/version-skew-policy/#kubelet",
  target: "node",
  reads: [],
  judge,
  noFix: "An upgrade is not a change to a resource.",
  examples: {
    pass: [{ version: "1.35", resources: [node({ kubeletVersion: "v1.33.4" })] }],
    fail: [
      { version: "1.35", resources: [node({ kubeletVersion: "v1.31.4" })] },
      {
        name: "newer than the API server",
        version: "1.35",
        resources: [node({ kubeletVersion: "v1.36.0" })],
      },
    ],
  },
});
