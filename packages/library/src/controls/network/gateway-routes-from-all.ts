import { defineControl, isJsonObject, refOf, type Inventory, type Judgement } from "@plimsoll/core";
import { gateway, gatewayKinds, listenersOf } from "./gateways.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const { resource } of gatewayKinds.flatMap((kind) => inventory.ofKind(kind))) {
    for (const [index, listener] of listenersOf(resource).entries()) {
      const allowed = isJsonObject(listener["allowedRoutes"])
        ? listener["allowedRoutes"]["namespaces"]
        : undefined;
      const from = isJsonObject(allowed) ? (allowed["from"] ?? "Same") : "Same";
      const named = typeof listener["hostname"] === "string" && !listener["hostname"].startsWith("*");
      const ok = from !== "All" || named;
      yield {
        resource: refOf(resource),
        path: `spec.listeners[${index}].allowedRoutes`,
        result: ok ? "pass" : "fail",
        because: ok
          ? "it takes routes of chosen namespaces, or for one host"
          : `The listener ${String(listener["name"])} takes routes for any host from every namespace`,
      };
    }
  }
}

export const gatewayRoutesFromAll = defineControl({
  id: "gateway-routes-from-all",
  title: "Gateways choose whose routes they take",
  severity: "medium",
  why: "A listener that takes routes of every namespace and for any host lets each team, and whoever took over one, publish under another's name and receive its visitors.",
  remediation:
    "Set `allowedRoutes.namespaces.from: Selector` with the namespaces that may publish, or give each host a listener. Routes of other namespaces are no longer attached.",
  equivalents: ["kubescape:C-0266"],
  target: "cluster",
  reads: gatewayKinds,
  judge,
  noFix: "Which namespaces may publish is not written in the Gateway.",
  examples: {
    pass: [
      {
        resources: [
          gateway({
            name: "https",
            port: 443,
            protocol: "HTTPS",
            tls: { certificateRefs: [{ name: "shop-tls" }] },
          }),
        ],
      },
    ],
    fail: [
      {
        resources: [
          gateway({
            name: "https",
            port: 443,
            protocol: "HTTPS",
            tls: { certificateRefs: [{ name: "shop-tls" }] },
            allowedRoutes: { namespaces: { from: "All" } },
          }),
        ],
      },
    ],
  },
});
