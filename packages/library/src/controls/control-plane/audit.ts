/** The check of controls about the audit log, which on a managed cluster is the customer's choice. */
import type { Inventory, Judgement } from "@plimsoll/core";
import { clusterRef } from "./cluster.ts";
import { componentsOf, judgeComponent, type Flags } from "./flags.ts";

const providerCommands: { readonly [distribution: string]: string } = {
  eks: "`aws eks describe-cluster --name NAME --query cluster.logging`",
  aks: "`az monitor diagnostic-settings list --resource CLUSTER-ID`",
  gke: "`gcloud logging read 'logName:cloudaudit.googleapis.com' --limit 1`",
};

export function auditCheck(
  flag: string,
  holds: (flags: Flags) => boolean,
): {
  readonly target: "cluster";
  readonly reads: readonly string[];
  readonly judge: (inventory: Inventory) => Iterable<Judgement>;
} {
  return {
    target: "cluster",
    reads: ["v1/Pod"],
    *judge(inventory) {
      const command = providerCommands[inventory.server.distribution ?? ""];
      if (command !== undefined && componentsOf(inventory, "kube-apiserver").length === 0) {
        const because = `The provider keeps the audit log and you turn it on there: ${command} tells`;
        yield { resource: clusterRef, result: "unknown", because };
        return;
      }
      yield* judgeComponent(inventory, "kube-apiserver", flag, (flags) => {
        const value = flags.get(flag);
        const said = `kube-apiserver runs ${value === undefined ? `without --${flag}` : `with --${flag}=${value}`}`;
        return { result: holds(flags) ? "pass" : "fail", because: said };
      });
    },
  };
}
