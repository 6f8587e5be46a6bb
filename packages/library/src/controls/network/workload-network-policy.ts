import {
  connectivity,
  defineControl,
  type Connectivity,
  type Inventory,
  type Judgement,
  type Workload,
} from "@plimsoll/core";
import { foreignPoliciesIn, policiesIn, policyKinds, selects } from "./isolation.ts";
import { denyAll, networkPolicy, webPod } from "./example.ts";
import { isolatable, unknownBecause } from "./namespaces.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const workload of isolatable(inventory)) {
    const resource = workload.ref;
    const policies = policiesIn(inventory, resource.namespace);
    const labels = workload.pod.metadata.labels ?? {};
    const own = policies.find((policy) => selects(policy, labels));
    const foreign = foreignPoliciesIn(inventory, resource.namespace);
    if (policies.length === 0)
      yield { resource, result: "skip", because: "its namespace has no NetworkPolicy at all" };
    else if (own !== undefined)
      yield { resource, result: "pass", because: `NetworkPolicy ${own.name} selects it` };
    else if (foreign.length > 0) yield { resource, ...isolationBy(inventory, workload, foreign) };
    else
      yield {
        resource,
        result: "fail",
        because: "The namespace has NetworkPolicies and none of them selects these pods",
      };
  }
}

/** Where policies of other kinds are, what the policies mean together is asked of the network's own picture. */
function isolationBy(
  inventory: Inventory,
  workload: Workload,
  foreign: readonly string[],
): Pick<Judgement, "result" | "because"> {
  const graph = graphs.get(inventory) ?? connectivity(inventory);
  graphs.set(inventory, graph);
  const found = (["ingress", "egress"] as const).map((direction) => graph.isolated(workload, direction));
  const holding = found.find(({ isolated }) => isolated === "yes");
  if (holding !== undefined)
    return { result: "pass", because: holding.because[0]?.text ?? "a policy isolates it" };
  if (found.some(({ isolated }) => isolated === "unknown"))
    return { result: "unknown", because: unknownBecause(foreign) };
  return { result: "fail", because: "The namespace has NetworkPolicies and no policy holds these pods" };
}

const graphs = new WeakMap<Inventory, Connectivity>();

export const workloadNetworkPolicy = defineControl({
  id: "workload-network-policy",
  title: "Where policies are used, each workload is held by one",
  severity: "medium",
  why: "The other pods of the namespace are guarded and this one is not, often because its labels changed. It is the door through which one gets in, and from which one goes on.",
  remediation:
    "Write a policy for it or correct its labels, or close the gap for good with a policy for the empty `podSelector`. Its callers must be allowed by name first.",
  equivalents: ["kubescape:C-0260", "kube-linter:non-isolated-pod", "popeye:1204", "popeye:1205"],
  grants: "lateral-movement",
  target: "workload",
  reads: policyKinds,
  judge,
  noFix: "A policy is a resource of its own, and the workload's traffic must be observed first.",
  examples: {
    pass: [
      { resources: [webPod, denyAll] },
      { name: "no policies at all is another finding", resources: [webPod] },
    ],
    fail: [{ resources: [webPod, networkPolicy("api", { podSelector: { matchLabels: { app: "api" } } })] }],
  },
});
