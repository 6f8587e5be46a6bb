/** The cluster as a place of findings, for what belongs to no single resource. */
import type { ResourceRef } from "@plimsoll/core";

export const clusterRef: ResourceRef = {
  apiVersion: "plimsoll.dev/v1",
  kind: "Cluster",
  namespace: "",
  name: "cluster",
};
