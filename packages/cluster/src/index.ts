/**
 * What other packages may use: everything that turns the outside into a snapshot.
 *
 * This package may not judge anything, ask an API server for a Secret, run a shell, or fetch what a file names.
 */
import type { Snapshot } from "@plimsoll/core";
import type { ClusterOptions } from "./live.ts";

export { readFiles, type FileOptions, type FileProgress } from "./files.ts";
export type { HelmOptions } from "./helm.ts";
export type { ClusterOptions, ClusterProgress } from "./live.ts";
export { contexts, type Context } from "./kubeconfig.ts";
export { readSnapshot, writeSnapshot } from "./snapshot.ts";
export { mergeSnapshots } from "./merge.ts";

/** See `live.ts`, which is loaded only when a cluster is read: it brings the network stack along. */
export async function readCluster(options: ClusterOptions): Promise<Snapshot> {
  const live = await import("./live.ts");
  return live.readCluster(options);
}
export { readData, type DataDocument } from "./data.ts";
