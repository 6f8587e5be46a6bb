import { defineControl, refOf, type Inventory, type Judgement } from "@plimsoll/core";
import { gateway, gatewayKinds, listenersOf, redirects, routeKinds } from "./gateways.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const { resource } of gatewayKinds.flatMap((kind) => inventory.ofKind(kind))) {
    const ref = refOf(resource);
    for (const [index, listener] of listenersOf(resource).entries()) {
      const path = `spec.listeners[${index}].protocol`;
      if (listener["protocol"] !== "HTTP")
        yield { resource: ref, path, result: "pass", because: "it does not speak plain HTTP" };
      else if (redirects(inventory, ref))
        yield { resource: ref, path, result: "pass", because: "what comes in plain is sent on to TLS" };
      else
        yield {
          resource: ref,
          path,
          result: "fail",
          because: `The listener ${String(listener["name"])} serves plain HTTP`,
        };
    }
  }
}

export const gatewayListenerTls = defineControl({
  id: "gateway-listener-tls",
  title: "Gateways serve over TLS",
  severity: "medium",
  why: "Through a listener without TLS, passwords and session cookies cross every network between the browser and the cluster as they are.",
  remediation:
    "Add a listener of the protocol HTTPS with a certificate, and on the plain one only a route with a `RequestRedirect` to `https`. Clients that cannot follow it need the new address first.",
  equivalents: ["kubescape:C-0263"],
  target: "cluster",
  reads: [...gatewayKinds, ...routeKinds],
  judge,
  noFix: "The certificate that would be served has to be obtained first.",
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
    fail: [{ resources: [gateway({ name: "http", port: 80, protocol: "HTTP" })] }],
  },
});
