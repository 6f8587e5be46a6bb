/** Ways from one container of a pod to those beside it. */
import {
  companies,
  refKey,
  type ExampleResource,
  type Inventory,
  type Json,
  type Sighting,
  type Workload,
} from "@plimsoll/core";

/** What opens the way, or `undefined` where it is shut. */
type Opening = (
  workload: Workload,
) => { readonly conditions: readonly string[]; readonly unsure: readonly string[] } | undefined;

/** From whichever container to each that runs, one step for each. */
export function* besides(inventory: Inventory, opening: Opening): Generator<Sighting> {
  const all = companies(inventory);
  for (const workload of inventory.workloads) {
    if (workload.derived || workload.system !== undefined) continue;
    const company = all.get(refKey(workload.root));
    const open = company === undefined ? undefined : opening(workload);
    if (open === undefined) continue;
    const { ref, ended } = company!;
    for (const { name } of workload.containers)
      if (!ended.has(name))
        yield {
          from: { kind: "container", ref, name: "" },
          to: { kind: "container", ref, name },
          resource: workload.ref,
          ...open,
        };
  }
}

const container = (name: string): { readonly [key: string]: Json } => ({
  name,
  image: "registry.example.com/shop/app:1.0",
});
const pod = (spec: { readonly [key: string]: Json }): ExampleResource => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop" },
  spec,
});

/** Pods with two containers, and with one. */
export const companyExamples = {
  two: { resources: [pod({ containers: [container("app"), container("proxy")] })] },
  shared: {
    resources: [pod({ shareProcessNamespace: true, containers: [container("app"), container("proxy")] })],
  },
  one: { resources: [pod({ shareProcessNamespace: true, containers: [container("app")] })] },
} as const;
