import {
  defineControl,
  isJsonObject,
  refOf,
  type Inventory,
  type Judgement,
  type ResourceRef,
} from "@plimsoll/core";
import { pathText } from "../identity/place.ts";
import { hostRule, ingress } from "./example.ts";
import { objectsIn } from "./gateways.ts";

interface Claim {
  readonly ref: ResourceRef;
  readonly path: string;
  readonly paths: readonly string[];
}

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const [host, claims] of claimsOf(inventory)) {
    for (const { ref, path, paths } of claims) {
      const rival = claims.find(
        (other) =>
          other.ref.namespace !== ref.namespace && other.paths.some((entry) => paths.includes(entry)),
      );
      yield {
        resource: ref,
        path,
        result: rival === undefined ? "pass" : "fail",
        because:
          rival === undefined
            ? `no other namespace serves these paths of ${host}`
            : `Ingress ${rival.ref.namespace}/${rival.ref.name} serves the same paths of ${host}`,
      };
    }
  }
}

function claimsOf(inventory: Inventory): ReadonlyMap<string, readonly Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const { resource } of inventory.ofKind("networking.k8s.io/v1/Ingress")) {
    const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
    for (const [index, rule] of objectsIn(spec["rules"]).entries()) {
      const { host } = rule;
      if (typeof host !== "string" || host === "") continue;
      const http = isJsonObject(rule["http"]) ? rule["http"] : {};
      const paths = objectsIn(http["paths"]).map((entry) => String(entry["path"] ?? "/"));
      const claim = { ref: refOf(resource), path: pathText("spec", "rules", index, "host"), paths };
      claims.set(host, [...(claims.get(host) ?? []), claim]);
    }
  }
  return claims;
}

const own = ingress({ rules: [hostRule("shop.example.com")] });

export const ingressHostShared = defineControl({
  id: "ingress-host-shared",
  title: "A host is served by one namespace",
  severity: "medium",
  why: "Where two namespaces serve the same path of a host, the controller picks one, mostly the older. Delete that, or make yours first, and the visitors of the other team come to you with their sessions.",
  remediation:
    "Remove the rule of the namespace that does not own the host. A policy at admission that allows each namespace its own hosts keeps it so. Requests that were served by the removed rule are then answered by the other.",
  equivalents: ["gatekeeper:k8suniqueingresshost"],
  grants: "lateral-movement",
  target: "ingress",
  reads: [],
  judge,
  noFix: "Whose host it is has to be decided.",
  examples: {
    pass: [{ resources: [own, { ...own, metadata: { name: "api", namespace: "default" } }] }],
    fail: [{ resources: [own, { ...own, metadata: { name: "web", namespace: "shop" } }] }],
  },
});
