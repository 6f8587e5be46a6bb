/**
 * What other packages may use: everything that turns the outside into a snapshot.
 *
 * This package may not judge anything, ask an API server for a Secret, run a shell, or fetch what a file names.
 */
import type { Snapshot } from "@plimsoll/core";
import type { Doors } from "./doors.ts";
import type { ClusterOptions } from "./live.ts";

export {
  NetworkError,
  pause,
  type Cancel,
  type Clock,
  type Disk,
  type Doors,
  type Entry,
  type Incoming,
  type Line,
  type Network,
  type NetworkErrorCode,
  type Outgoing,
  type Random,
  type Target,
} from "./doors.ts";
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

/** The real doors of a service: see `doors.ts`. */
export async function openWorld(): Promise<Doors> {
  const world = await import("./world.ts");
  return world.openWorld();
}
