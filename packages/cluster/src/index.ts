/** What other packages may use: everything that turns the outside into a snapshot. */
export { readFiles, type FileOptions, type FileProgress } from "./files.ts";
export { readSnapshot, writeSnapshot } from "./snapshot.ts";
export { mergeSnapshots } from "./merge.ts";
export { contexts } from "./live/endpoint.ts";
export { readCluster, type ClusterOptions } from "./live/cluster.ts";
