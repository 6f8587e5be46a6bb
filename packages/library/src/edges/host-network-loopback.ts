/** A container reaches what listens on the node's loopback. */
import { defineEdge } from "@plimsoll/core";
import { escapes } from "./escape.ts";

export const hostNetworkLoopback = defineEdge({
  id: "host-network-loopback",
  title: "A container reaches what listens on the node's loopback",
  from: "workload",
  to: "node",
  technique: "T1611",
  tactic: "privilege-escalation",
  why: "In the network of the node it reaches services that trust the loopback, the kubelet, the cloud's metadata and the runtime's abstract sockets.",
  brokenBy: ["host-network"],
  find: (inventory) =>
    escapes(
      inventory,
      ({ spec }) => (spec["hostNetwork"] === true ? ["the pod uses the node's network"] : undefined),
      ["it takes a service of the node that trusts its loopback"],
    ),
  examples: {
    present: [{ container: {}, pod: { hostNetwork: true } }],
    absent: [{ container: {}, pod: { hostNetwork: false } }],
  },
});
