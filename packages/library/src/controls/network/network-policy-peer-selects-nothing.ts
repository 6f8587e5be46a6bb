import {
  defineControl,
  isJsonObject,
  matchesSelector,
  type Inventory,
  type JsonObject,
  type Judgement,
} from "@plimsoll/core";
import { pathText } from "../identity/place.ts";
import { networkPolicy, webPod } from "./example.ts";
import { objectsIn } from "./gateways.ts";
import { networkPolicyKind, policiesIn, type Policy } from "./isolation.ts";
import { podLabelsIn } from "./references.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  const namespaces = new Set(
    inventory.ofKind(networkPolicyKind).map(({ resource }) => resource.metadata.namespace ?? ""),
  );
  for (const namespace of namespaces) {
    for (const policy of policiesIn(inventory, namespace)) yield* judgePolicy(inventory, policy);
  }
}

function* judgePolicy(inventory: Inventory, policy: Policy): Generator<Judgement> {
  const { namespace, name } = policy;
  const resource = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace, name };
  for (const { path, what, selector } of peersOf(policy)) {
    const candidates = what === "namespace" ? namespaceLabels(inventory) : podLabelsIn(inventory, namespace);
    if (candidates.some((labels) => matchesSelector(selector, labels)))
      yield { resource, path, result: "pass", because: "the peer is there" };
    else if (inventory.server.kind === "files")
      yield { resource, path, result: "skip", because: "the peer is not among these files" };
    else yield { resource, path, result: "fail", because: `No ${what} has the labels of this peer` };
  }
}

interface Peer {
  readonly path: string;
  readonly what: "namespace" | "pod of the namespace";
  readonly selector: JsonObject;
}

/** Namespaces that peers name, and pods that they name in the policy's own namespace. */
function* peersOf({ spec }: Policy): Generator<Peer> {
  for (const [rules, peers] of [
    ["ingress", "from"],
    ["egress", "to"],
  ] as const) {
    for (const [index, rule] of objectsIn(spec[rules]).entries()) {
      for (const [at, { podSelector, namespaceSelector }] of objectsIn(rule[peers]).entries()) {
        const path = (field: string): string => pathText("spec", rules, index, peers, at, field);
        if (isJsonObject(namespaceSelector))
          yield { path: path("namespaceSelector"), what: "namespace", selector: namespaceSelector };
        else if (isJsonObject(podSelector))
          yield { path: path("podSelector"), what: "pod of the namespace", selector: podSelector };
      }
    }
  }
}

function namespaceLabels(inventory: Inventory): readonly { readonly [key: string]: string }[] {
  return inventory.ofKind("v1/Namespace").map(({ resource }) => resource.metadata.labels ?? {});
}

export const networkPolicyPeerSelectsNothing = defineControl({
  id: "network-policy-peer-selects-nothing",
  title: "Network policies name peers that exist",
  severity: "low",
  why: "The door stands open for pods that are not there. Whoever may create a pod with those labels walks through.",
  remediation:
    "Correct the peer's selector, or remove the peer. A corrected one lets its pods in, which may have been cut off until now.",
  equivalents: [
    "kube-linter:dangling-networkpolicypeer-podselector",
    "popeye:1201",
    "popeye:1202",
    "popeye:1208",
  ],
  grants: "lateral-movement",
  target: "networkpolicy",
  reads: [
    "v1/Namespace",
    "v1/Pod",
    "apps/v1/Deployment",
    "apps/v1/StatefulSet",
    "apps/v1/DaemonSet",
    "apps/v1/ReplicaSet",
    "batch/v1/Job",
    "batch/v1/CronJob",
  ],
  judge,
  noFix: "Which pods were meant is not visible.",
  examples: {
    pass: [
      {
        resources: [
          networkPolicy("web", {
            podSelector: {},
            ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }],
          }),
          webPod,
        ],
      },
    ],
    fail: [
      {
        resources: [
          networkPolicy("web", {
            podSelector: {},
            ingress: [{ from: [{ podSelector: { matchLabels: { app: "gone" } } }] }],
          }),
          webPod,
        ],
      },
    ],
  },
});
