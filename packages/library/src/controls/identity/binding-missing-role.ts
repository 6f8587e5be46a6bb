import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { clusterRole, clusterRoleBinding, rule } from "./role.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const { ref: resource, roleRef, role } of inventory.bindings) {
    const path = "roleRef.name";
    const what = `${roleRef.kind} ${roleRef.name}`;
    if (role !== undefined) yield { resource, path, result: "pass", because: `its ${what} is there` };
    else if (inventory.server.kind === "files")
      yield { resource, path, result: "skip", because: `${what} is not among these files` };
    else yield { resource, path, result: "fail", because: `There is no ${what}` };
  }
}

export const bindingMissingRole = defineControl({
  id: "binding-missing-role",
  title: "Bindings lead to roles that exist",
  severity: "medium",
  why: "The binding grants nothing today. Whoever may create a role of that name decides what its subjects hold tomorrow, without touching the binding that was reviewed.",
  remediation:
    "Delete the binding, or create the role that it was meant for. Nobody loses anything that they hold.",
  equivalents: ["popeye:1300", "polaris:clusterrolebindingPodExecAttach"],
  target: "binding",
  reads: ["rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"],
  judge,
  noFix: "Whether the binding is left over or the role was forgotten is not visible.",
  examples: {
    pass: [
      {
        resources: [
          clusterRoleBinding("example", { kind: "User", name: "alice" }),
          clusterRole(rule(["get"], ["pods"])),
        ],
      },
    ],
    fail: [{ resources: [clusterRoleBinding("shop-reader", { kind: "User", name: "alice" })] }],
  },
});
