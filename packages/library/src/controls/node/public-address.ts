import { defineControl, isJsonArray, isJsonObject, type Inventory, type Judgement } from "@plimsoll/core";
import { recordRef } from "../identity/place.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const record of inventory.ofKind("v1/Node")) {
    const { status } = record.resource;
    const addresses =
      isJsonObject(status) && isJsonArray(status["addresses"])
        ? status["addresses"].filter(isJsonObject)
        : [];
    const found = addresses.find(({ type }) => type === "ExternalIP");
    const resource = recordRef(record);
    if (found === undefined)
      yield { resource, result: "pass", because: "it has no address outside its network" };
    else
      yield {
        resource,
        path: "status.addresses",
        result: "fail",
        because: `The node has the public address ${String(found["address"])}`,
      };
  }
}

export const publicAddress = defineControl({
  id: "public-address",
  title: "Nodes have no public addresses",
  severity: "medium",
  why: "The kubelet, node ports and pods on the node's network stand on the internet with the node. One rule of the firewall too wide and they answer.",
  remediation:
    "Make node pools private, with a NAT gateway for what goes out and a load balancer for what comes in. Pods that are reached by the node's address must be moved behind one first.",
  equivalents: ["kubescape:C-0229", "kubescape:C-0248"],
  grants: "information",
  target: "node",
  reads: [],
  judge,
  noFix: "Addresses are given by the cloud, when the node pool is made.",
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Node",
            metadata: { name: "node-1" },
            status: { addresses: [{ type: "InternalIP", address: "10.0.0.5" }] },
          },
        ],
      },
    ],
    fail: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Node",
            metadata: { name: "node-1" },
            status: { addresses: [{ type: "ExternalIP", address: "203.0.113.9" }] },
          },
        ],
      },
    ],
  },
});
