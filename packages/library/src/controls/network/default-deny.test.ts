import { createInventory, exampleSnapshot, type Resource } from "@plimsoll/core";
import { expect, test } from "vitest";
import { foreignDefaultDeny } from "./default-deny.ts";

const cilium = (spec: object, namespace = "shop") =>
  policy("cilium.io/v2", "CiliumNetworkPolicy", spec, namespace);
const calico = (spec: object) => policy("projectcalico.org/v3", "GlobalNetworkPolicy", spec, undefined);

function policy(apiVersion: string, kind: string, spec: object, namespace: string | undefined): Resource {
  return {
    apiVersion,
    kind,
    metadata: { name: "x", ...(namespace === undefined ? {} : { namespace }) },
    spec,
  } as Resource;
}

test.each([
  ["an empty rule of Cilium allows nothing", cilium({ endpointSelector: {}, ingress: [{}] }), true, false],
  ["no rules, no isolation", cilium({ endpointSelector: {}, ingress: [] }), false, false],
  [
    "peers that are named",
    cilium({ endpointSelector: {}, ingress: [{ fromEndpoints: [{}] }], egress: [{}] }),
    true,
    true,
  ],
  ["everybody", cilium({ endpointSelector: {}, ingress: [{ fromEntities: ["all"] }] }), false, false],
  ["some pods", cilium({ endpointSelector: { matchLabels: { app: "web" } }, ingress: [{}] }), false, false],
  [
    "told not to deny",
    cilium({ endpointSelector: {}, enableDefaultDeny: { ingress: false }, ingress: [{}] }),
    false,
    false,
  ],
  ["another namespace", cilium({ endpointSelector: {}, ingress: [{}] }, "other"), false, false],
  ["Calico, all pods, no rules", calico({ selector: "all()", types: ["Ingress", "Egress"] }), true, true],
  ["Calico without types", calico({}), true, false],
  ["Calico, some pods", calico({ selector: "app == 'web'", types: ["Ingress"] }), false, false],
  ["Calico, some namespaces", calico({ namespaceSelector: "team == 'a'", types: ["Ingress"] }), false, false],
  ["Calico lets everything in", calico({ types: ["Ingress"], ingress: [{ action: "Allow" }] }), false, false],
  [
    "Calico lets some in",
    calico({ types: ["Ingress"], ingress: [{ action: "Allow", source: { nets: ["10.0.0.0/8"] } }] }),
    true,
    false,
  ],
])("%s", (_, resource, ingress, egress) => {
  const inventory = createInventory(exampleSnapshot([resource]));
  expect(foreignDefaultDeny(inventory, "shop", "ingress") !== undefined).toBe(ingress);
  expect(foreignDefaultDeny(inventory, "shop", "egress") !== undefined).toBe(egress);
});
