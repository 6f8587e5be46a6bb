/**
 * What other packages may use: everything that turns the outside into a snapshot.
 *
 * This package may not judge anything, ask an API server for a Secret, run a shell, or fetch what a file names.
 */
import type { Snapshot } from "@plimsoll/core";
import type { Access } from "./access.ts";
import type { Changer } from "./change.ts";
import type { Rewritten } from "./rewrite/document.ts";
import type { Doors } from "./doors.ts";
import type { Leadership } from "./lease.ts";
import type { ClusterOptions } from "./live.ts";
import type { ServerFacts } from "./server.ts";
import type { ToldFlaws } from "./service-flaws.ts";
import type { ServiceOptions, Shipped } from "./service.ts";
import type { Watch, WatchOptions } from "./watch.ts";

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
export { mergeSnapshots } from "./merge.ts";

/** See `live.ts`, which is loaded only when a cluster is read: it brings the network stack along. */
export async function readCluster(options: ClusterOptions): Promise<Snapshot> {
  const live = await import("./live.ts");
  return live.readCluster(options);
}

/** See `snapshot.ts`, which brings a decompressor along. */
export async function readSnapshot(file: string): Promise<Snapshot> {
  const saved = await import("./snapshot.ts");
  return saved.readSnapshot(file);
}

/** The same for writing one. */
export async function writeSnapshot(snapshot: Snapshot, file: string): Promise<void> {
  const saved = await import("./snapshot.ts");
  return saved.writeSnapshot(snapshot, file);
}

export { dataIn, readBytes, readData, readText, textIn, type DataDocument } from "./data.ts";

/** The real doors of a service: see `doors.ts`. */
export async function openWorld(): Promise<Doors> {
  const world = await import("./world.ts");
  return world.openWorld();
}

export type { Access } from "./access.ts";
export type { ServerFacts } from "./server.ts";
export type { Leadership, LeaseApi, LeaseSettings } from "./lease.ts";
export type { Change, KindStatus, Taker, Watch, WatchOptions, WatchStatus } from "./watch.ts";

/** How a cluster is reached; see `access.ts`. Throws a `UserError` (`no-cluster`) where nothing says how. */
export async function accessOf(kubeconfig?: string, context?: string): Promise<Access> {
  const access = await import("./access.ts");
  return access.accessOf(kubeconfig, context);
}

/** See `watch.ts`, which is loaded only by what runs for long. */
export async function watchCluster(options: WatchOptions): Promise<Watch> {
  const watch = await import("./watch.ts");
  return watch.watchCluster(options);
}

/** Seeks to lead among replicas by a Lease of the cluster; see `lease.ts`. */
export async function leadByLease(
  { access, doors }: Pick<WatchOptions, "access" | "doors">,
  lease: { readonly namespace: string; readonly name: string; readonly candidate: string },
  onChange: (leads: boolean) => void,
): Promise<Leadership> {
  const [{ seekLeadership }, { openLease }] = await Promise.all([
    import("./lease.ts"),
    import("./lease/api.ts"),
  ]);
  const api = openLease(access, doors, lease.namespace, lease.name);
  return seekLeadership(doors, api, lease.candidate, onChange);
}

/** What an API server is, for the header of a snapshot; see `server.ts`. */
export async function serverFacts(access: Access, doors: Doors): Promise<ServerFacts> {
  const server = await import("./server.ts");
  return server.serverFacts(access, doors);
}

export type { ResourcePatch } from "./rewrite/file.ts";
export type { Rewritten } from "./rewrite/document.ts";
export type { Changer, Prepared } from "./change.ts";
export type { PatchStep } from "./restore.ts";
export { ApiError } from "./refusal.ts";

/** See `rewrite/file.ts`, which brings a YAML editor along. */
export async function rewriteFile(
  ...given: Parameters<typeof import("./rewrite/file.ts").rewriteFile>
): Promise<Rewritten> {
  const file = await import("./rewrite/file.ts");
  return file.rewriteFile(...given);
}

export type { Kustomizing, Trial } from "./kustomize-trial.ts";

/** See `kustomize-trial.ts`. */
export async function openKustomization(
  ...given: Parameters<typeof import("./kustomize-trial.ts").openKustomization>
): Promise<ReturnType<typeof import("./kustomize-trial.ts").openKustomization>> {
  const trial = await import("./kustomize-trial.ts");
  return trial.openKustomization(...given);
}

export type { ChartPart, Charting, ChartOutput, ChartTrial, OfChart } from "./chart-trial.ts";

/** See `chart-trial.ts`. */
export async function chartOf(
  ...given: Parameters<typeof import("./chart-trial.ts").chartOf>
): Promise<string | undefined> {
  const trial = await import("./chart-trial.ts");
  return trial.chartOf(...given);
}

/** See `chart-trial.ts`. */
export async function openChart(
  ...given: Parameters<typeof import("./chart-trial.ts").openChart>
): Promise<ReturnType<typeof import("./chart-trial.ts").openChart>> {
  const trial = await import("./chart-trial.ts");
  return trial.openChart(...given);
}

/** See `rewrite/document.ts`. */
export async function rewriteDocument(
  ...given: Parameters<typeof import("./rewrite/document.ts").rewriteDocument>
): Promise<Rewritten> {
  const document = await import("./rewrite/document.ts");
  return document.rewriteDocument(...given);
}

export type { ToldFlaws } from "./service-flaws.ts";

/** Flaws as a running service tells them; see `service-flaws.ts`. */
export async function readFlaws(options: ServiceOptions): Promise<ToldFlaws> {
  const service = await import("./service-flaws.ts");
  return service.readFlaws(options, await openWorld());
}

export type { ServiceOptions, Shipped } from "./service.ts";

/** What a running service saw; see `service.ts`. */
export async function readService(options: ServiceOptions): Promise<Shipped> {
  const service = await import("./service.ts");
  return service.readService(options, await openWorld());
}

/** The door through which a cluster is changed; see `change.ts`. */
export async function openChanger(access: Access, doors: Doors): Promise<Changer> {
  const change = await import("./change.ts");
  return change.openChanger(access, doors);
}
