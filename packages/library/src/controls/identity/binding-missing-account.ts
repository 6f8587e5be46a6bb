import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { clusterRoleBinding } from "./role.ts";

const account = "v1/ServiceAccount";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const { ref: resource, subjects } of inventory.bindings) {
    for (const { kind, namespace, name } of subjects) {
      // Whoever makes accounts in kube-system owns the cluster already; its controllers make theirs when they need them.
      if (kind !== "ServiceAccount" || namespace === "kube-system") continue;
      const found = inventory.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name });
      const path = "subjects";
      if (found !== undefined)
        yield { resource, path, result: "pass", because: `account ${namespace}/${name} is there` };
      else if (inventory.server.kind === "files")
        yield {
          resource,
          path,
          result: "skip",
          because: `account ${namespace}/${name} is not among these files`,
        };
      else if (!inventory.covers(account, namespace))
        yield { resource, path, result: "unknown", because: `The accounts of ${namespace} were not read` };
      else
        yield { resource, path, result: "fail", because: `There is no service account ${namespace}/${name}` };
    }
  }
}

export const bindingMissingAccount = defineControl({
  id: "binding-missing-account",
  title: "Bindings name accounts that exist",
  severity: "low",
  why: "The role waits for an account that is not there. Whoever may create accounts in that namespace, or the namespace itself, makes one of that name and holds the role.",
  remediation:
    "Remove the account that is not there from the binding. Accounts of Kubernetes' own controllers are made when they are first needed: those bindings may stay.",
  equivalents: ["popeye:1300"],
  grants: "lateral-movement",
  target: "binding",
  reads: [account],
  judge,
  noFix: "Whether the account was deleted or is still to come is not visible.",
  examples: {
    pass: [
      {
        resources: [
          clusterRoleBinding("view", { kind: "ServiceAccount", name: "web" }),
          { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "web", namespace: "default" } },
        ],
      },
    ],
    fail: [{ resources: [clusterRoleBinding("view", { kind: "ServiceAccount", name: "gone" })] }],
  },
});
