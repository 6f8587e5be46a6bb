/** What other packages may use: everything that turns the outside into a snapshot. */
export { readFiles, type FileOptions, type FileProgress } from "./files.ts";
export type { HelmOptions } from "./helm.ts";
export { readCluster, type ClusterOptions, type ClusterProgress } from "./live.ts";
export { contexts, type Context } from "./kubeconfig.ts";
export { readSnapshot, writeSnapshot } from "./snapshot.ts";
export { mergeSnapshots } from "./merge.ts";
