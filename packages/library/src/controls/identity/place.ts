/** Where a judgement about a workload points. */
import {
  refOf,
  type Inventory,
  type Path,
  type ResourceRecord,
  type ResourceRef,
  type Workload,
} from "@plimsoll/core";

/** The text of a path, indexes in brackets, as `Judgement.path` wants it. */
export function pathText(...path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!plainKey.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

const plainKey = /^[\w-]+$/;

/** Workloads that people wrote: those that a controller made from a template are judged there. */
export function ownWorkloads(inventory: Inventory): readonly Workload[] {
  return inventory.workloads.filter((workload) => !workload.derived);
}

export function accountRef({ serviceAccount }: Workload): ResourceRef {
  return { apiVersion: "v1", kind: "ServiceAccount", ...serviceAccount };
}

export function recordRef({ resource }: ResourceRecord): ResourceRef {
  return refOf(resource);
}
