import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { holders, permits } from "./holder.ts";
import { clusterRole, clusterRoleBinding, rule } from "./role.ts";

const removes = { verbs: ["delete", "deletecollection"], group: "", resource: "pods" };
const evicts = { verbs: ["create"], group: "", resource: "pods/eviction" };
const closes = [
  { verbs: ["update", "patch"], group: "", resource: "nodes" },
  { verbs: ["update", "patch"], group: "", resource: "nodes/status" },
  { verbs: ["delete", "deletecollection"], group: "", resource: "nodes" },
];

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const { name, permissions, isPlatform } of holders(inventory)) {
    if (isPlatform) continue;
    const moving = permissions.find(
      (permission) => permits(permission, removes) || permits(permission, evicts),
    );
    const closing = permissions.find((permission) => closes.some((power) => permits(permission, power)));
    if (moving === undefined || closing === undefined) continue;
    yield {
      resource: closing.binding.ref,
      result: "fail",
      because: `${name} may remove pods (by ${moving.binding.ref.name}) and keep nodes from taking them (by ${closing.binding.ref.name})`,
    };
  }
}

export const stealPods = defineControl({
  id: "steal-pods",
  title: "Nobody can draw other pods onto a node",
  severity: "high",
  why: "Whoever may remove pods and make nodes unschedulable moves strong pods, one after another, onto the node that he holds, and takes their tokens there.",
  remediation:
    "Split the two powers between two accounts, or take the one over nodes away. Autoscalers and deschedulers hold both by their work: guard their namespaces as you guard kube-system.",
  equivalents: ["rbac-police:steal_pods"],
  grants: "cluster-takeover",
  target: "binding",
  reads: ["rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"],
  judge,
  noFix: "Which of the two powers the subject can do without is not written in its roles.",
  examples: {
    pass: [
      {
        resources: [
          clusterRoleBinding("example", { kind: "User", name: "alice" }),
          clusterRole(rule(["delete"], ["pods"])),
        ],
      },
    ],
    fail: [
      {
        resources: [
          clusterRoleBinding("example", { kind: "User", name: "alice" }),
          clusterRole(rule(["delete"], ["pods"]), rule(["patch"], ["nodes"])),
        ],
      },
    ],
  },
});
