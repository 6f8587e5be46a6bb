import {
  admissionRecords,
  defineControl,
  policyBindingKind,
  isJsonArray,
  isJsonObject,
  targetKinds,
  type Inventory,
  type Judgement,
} from "@plimsoll/core";
import { clusterRef } from "../control-plane/cluster.ts";
import { binding, policy } from "./example.ts";

const enforce = "pod-security.kubernetes.io/enforce";
const engines = /gatekeeper|kyverno|kubewarden|jspolicy|datree|polaris|stackrox|neuvector/;

function* judge(inventory: Inventory): Generator<Judgement> {
  const resource = clusterRef;
  if (inventory.server.kind === "files") {
    yield { resource, result: "skip", because: "no cluster in this scan" };
    return;
  }
  const found = mechanism(inventory);
  yield found === undefined
    ? {
        resource,
        result: "fail",
        because:
          "Neither Pod Security labels, nor an admission policy, nor a policy engine's webhook was found",
      }
    : { resource, result: "pass", because: found };
}

function mechanism(inventory: Inventory): string | undefined {
  const labelled = inventory
    .ofKind("v1/Namespace")
    .find(({ resource }) => ["baseline", "restricted"].includes(resource.metadata.labels?.[enforce] ?? ""));
  if (labelled !== undefined) return `Pod Security is enforced in ${labelled.resource.metadata.name ?? ""}`;
  const bound = admissionRecords(inventory, policyBindingKind).find(({ resource }) => {
    const actions = isJsonObject(resource["spec"]) ? resource["spec"]["validationActions"] : undefined;
    return isJsonArray(actions) && actions.includes("Deny");
  });
  if (bound !== undefined) return `the policy of ${bound.resource.metadata.name ?? ""} denies`;
  const webhook = targetKinds.webhook
    .flatMap((kind) => inventory.ofKind(kind))
    .find(({ resource }) => engines.test(resource.metadata.name ?? ""));
  return webhook === undefined ? undefined : `the webhook ${webhook.resource.metadata.name ?? ""} decides`;
}

export const policyControl = defineControl({
  id: "policy-control",
  title: "Something decides which pods are admitted",
  severity: "high",
  why: "Roles say who may make a pod, not what may be in it. Without a policy at admission, everyone who makes pods makes privileged ones.",
  remediation:
    "Label namespaces for Pod Security, which is built in, with `enforce: baseline` to begin with. For rules of your own, add ValidatingAdmissionPolicies or a policy engine.",
  equivalents: ["kubescape:C-0192", "kubescape:C-0211"],
  grants: "node-takeover",
  target: "cluster",
  reads: ["v1/Namespace", policyBindingKind, ...targetKinds.webhook],
  judge,
  noFix: "Which policy it should be has to be decided.",
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "shop", labels: { [enforce]: "baseline" } },
          },
        ],
      },
      { resources: [policy({}), binding(["Deny"])] },
    ],
    fail: [{ resources: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }] }],
  },
});
