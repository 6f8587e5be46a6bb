import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { accountRef, ownWorkloads, pathText } from "./place.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const workload of ownWorkloads(inventory)) {
    const account = accountRef(workload);
    if (account.name === "default") continue;
    const path = pathText(...workload.pod.specPath, "serviceAccountName");
    const what = `service account ${account.namespace}/${account.name}`;
    const resource = workload.ref;
    if (inventory.get(account) !== undefined)
      yield { resource, path, result: "pass", because: `its ${what} is there` };
    else if (inventory.server.kind === "files")
      yield { resource, path, result: "skip", because: `${what} is not among these files` };
    else yield { resource, path, result: "fail", because: `There is no ${what}` };
  }
}

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "default" },
  spec: {
    serviceAccountName: "web",
    containers: [{ name: "web", image: "registry.example.com/shop/web:1.0" }],
  },
};

export const missingAccount = defineControl({
  id: "missing-account",
  title: "Workloads name accounts that exist",
  severity: "medium",
  why: "No pod of the workload is made until the account is there, and whoever may create it decides by its bindings and its pull secrets what the workload will be able to do.",
  remediation: "Create the account together with the workload, or correct the name.",
  equivalents: ["kubescape:C-0307", "kube-linter:non-existent-service-account", "popeye:307", "popeye:507"],
  target: "workload",
  reads: ["v1/ServiceAccount"],
  judge,
  noFix: "Whether the account was forgotten or its name is wrong is not visible.",
  examples: {
    pass: [
      {
        resources: [
          pod,
          { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "web", namespace: "default" } },
        ],
      },
    ],
    fail: [{ resources: [pod] }],
  },
});
