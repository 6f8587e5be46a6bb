/** The check of controls about the audit log, which on a managed cluster is the customer's choice. */
import type { Inventory, Judgement } from "@plimsoll/core";
import { clusterRef } from "./cluster.ts";
import { componentsOf, isSet, judgeComponent, type Flags } from "./flags.ts";

const providerCommands: { readonly [distribution: string]: string } = {
  eks: "`aws eks describe-cluster --name NAME --query cluster.logging`",
  aks: "`az monitor diagnostic-settings list --resource CLUSTER-ID`",
  gke: "`gcloud logging read 'logName:cloudaudit.googleapis.com' --limit 1`",
};

export function auditCheck(
  flag: string,
  holds: (flags: Flags) => boolean,
  /** Says why the question does not come up. */
  idle: (flags: Flags) => string | undefined = () => undefined,
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
        const reason = idle(flags);
        if (reason !== undefined) return { result: "skip", because: reason };
        const value = flags.get(flag);
        const said = `kube-apiserver runs ${value === undefined ? `without --${flag}` : `with --${flag}=${value}`}`;
        return { result: holds(flags) ? "pass" : "fail", because: said };
      });
    },
  };
}

/** The check of controls about how much of the log is kept: unset or 0 is without limit (files then end at 100 MB). */
export function keptLogCheck(flag: string, least: number): ReturnType<typeof auditCheck> {
  return auditCheck(
    flag,
    (flags) => {
      const value = flags.get(flag);
      return value === undefined || Number(value) === 0 || Number(value) >= least;
    },
    (flags) =>
      isSet(flags.get("audit-log-path")) ? undefined : "the API server writes no audit log to files",
  );
}
