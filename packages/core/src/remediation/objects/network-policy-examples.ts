/** Examples of policies that are narrowed. */
import type { JsonObject } from "../../model/json.ts";
import type { ObservationDetail } from "../../model/observation.ts";
import type { Resource } from "../../model/resource.ts";
import type { ObjectField } from "./object-field.ts";
import { node, object, usingPod, workload } from "./example-objects.ts";

const who = "Deployment shop/web";

function policy(
  ingress: readonly JsonObject[],
  selector: JsonObject = { matchLabels: { app: "web" } },
): Resource {
  return object("networking.k8s.io/v1", "NetworkPolicy", "web", {
    spec: { podSelector: selector, policyTypes: ["Ingress"], ingress },
  });
}

const accepted: ObservationDetail = {
  kind: "connection",
  operation: "accept",
  direction: "in",
  protocol: "TCP",
  port: 8080,
  peer: { namespace: "shop", workload: "Deployment/front" },
};
const connected: ObservationDetail = {
  kind: "connection",
  operation: "connect",
  direction: "out",
  protocol: "TCP",
  port: 8080,
  peer: { namespace: "shop", workload: "Deployment/web" },
};
const everybody = policy([{}]);
const fromFront = { from: [{ podSelector: { matchLabels: { app: "front" } } }] };
const shop = [usingPod({}), workload("front", {}), node];
const narrowedTo = (ingress: readonly JsonObject[]) =>
  [{ op: "replace", path: "/spec/ingress", value: ingress }] as const;

export const networkPolicyExamples: ObjectField["examples"] = {
  clear: [
    {
      name: "who came may still come",
      resources: [everybody, ...shop],
      operations: narrowedTo([fromFront]),
      seen: { [who]: [accepted] },
    },
    {
      name: "it selects nobody",
      resources: [policy([{}], { matchLabels: { app: "gone" } }), ...shop],
      operations: narrowedTo([]),
      unwatched: true,
    },
    {
      name: "what another policy refused already is no loss",
      resources: [
        everybody,
        object("networking.k8s.io/v1", "NetworkPolicy", "front-shut", {
          spec: { podSelector: { matchLabels: { app: "front" } }, policyTypes: ["Egress"] },
        }),
        ...shop,
      ],
      operations: narrowedTo([]),
      seen: { [who]: [accepted] },
    },
  ],
  repaired: [
    {
      name: "who came gets a rule, by labels",
      resources: [everybody, ...shop],
      operations: narrowedTo([{ from: [{ podSelector: { matchLabels: { app: "other" } } }] }]),
      seen: { [who]: [accepted] },
    },
  ],
  breaks: [
    {
      name: "one that the policy does not select was seen connecting to one that it does",
      resources: [everybody, ...shop],
      operations: narrowedTo([]),
      seen: { "Deployment shop/front": [connected] },
    },
  ],
  unknown: [
    {
      name: "nobody watched",
      resources: [everybody, ...shop],
      operations: narrowedTo([fromFront]),
      unwatched: true,
    },
    {
      name: "who came is gone, and who it was is not known",
      resources: [everybody, ...shop],
      operations: narrowedTo([fromFront]),
      seen: { [who]: [{ ...accepted, peer: { address: "10.1.0.77" } }] },
    },
  ],
};
