/** The shape of a framework: a published document, each of its requirements, and the controls that meet each. */
import type { Distribution } from "../model/snapshot.ts";

export interface Requirement<ControlId extends string = string> {
  /** As published. */
  readonly id: string;
  /** In our own words. */
  readonly title: string;
  /** Controls that must all pass for it to be met; empty means it is met by hand. */
  readonly controls: readonly ControlId[];
  /** For requirements without controls: why no control can tell, and what evidence helps. */
  readonly manual?: string;
  /** Related requirements elsewhere, as `cis-2.0.1/5.1.1`. */
  readonly related?: readonly string[];
  /** Results of these kinds count only on workloads matching this Kubernetes minor version or newer. */
  readonly since?: string;
}

/** Who has to meet a requirement: whoever runs the workloads, whoever runs the control plane for them, or both. */
export type Owner = "customer" | "provider" | "shared";

/** Whose requirements are where somebody else runs part of the cluster, by how their ids begin. */
export interface OwnerRule {
  readonly begins: readonly string[];
  /** Distributions that are not named leave them to the customer. */
  readonly owner: { readonly [D in Distribution]?: Owner };
}

export interface Framework<ControlId extends string = string> {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** Who publishes it and where. */
  readonly source: string;
  readonly description: string;
  readonly requirements: readonly Requirement<ControlId>[];
  /** Whose they are per distribution; the first rule that fits counts, and without one all are the customer's. */
  readonly owners?: readonly OwnerRule[];
}

/** Whose a requirement is on a distribution; on one nobody could tell, the customer's. */
export function ownerOf(
  { owners = [] }: Framework,
  id: string,
  distribution: Distribution | undefined,
): Owner {
  if (distribution === undefined) return "customer";
  return (
    owners.find(({ begins }) => begins.some((text) => id.startsWith(text)))?.owner[distribution] ?? "customer"
  );
}
