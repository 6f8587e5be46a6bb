/** Whose the benchmark's sections are where a provider runs the control plane (the providers' shared-responsibility pages). */
import type { OwnerRule } from "@plimsoll/core";

export const owners: readonly OwnerRule[] = [
  // Control plane components and etcd are out of the customer's sight and reach.
  { begins: ["1.", "2."], owner: { eks: "provider", aks: "provider", gke: "provider", openshift: "shared" } },
  // Who signs in and what is logged is set by the customer on what the provider offers; so are node images and pools.
  { begins: ["3.", "4."], owner: { eks: "shared", aks: "shared", gke: "shared", openshift: "shared" } },
];
