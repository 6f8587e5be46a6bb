/** All that thinking may read: resources, observations, images, what could not be read, and the clock. */
import type { Detection } from "./detection.ts";
import type { Gap } from "./gap.ts";
import type { Image } from "./image.ts";
import type { Observation, Watch } from "./observation.ts";
import type { ResourceRecord } from "./resource.ts";

export interface SnapshotHeader {
  readonly format: "plimsoll-snapshot";
  readonly version: 1;
  /** RFC 3339; the only clock that scan() knows. */
  readonly takenAt: string;
  readonly server: Server;
}

export interface Server {
  /** `files`: what is there is meant to be applied somewhere. `cluster`: it was read from an API server. */
  readonly kind: "files" | "cluster";
  /** The kubeconfig context or a name given by the user; `files` for files. */
  readonly name: string;
  /** `v1.35.4`, where an API server told. Versioned controls use it. */
  readonly version?: string;
  readonly distribution?: Distribution;
}

/** Who runs the control plane, as far as node and version facts tell; decides which requirements are the customer's. */
export type Distribution = "self-managed" | "eks" | "aks" | "gke" | "openshift" | "k3s" | "rke2";

export interface Snapshot {
  readonly header: SnapshotHeader;
  readonly resources: readonly ResourceRecord[];
  readonly observations: readonly Observation[];
  /** Who was watched, when and how well; without it "not seen" means nothing. Absent: nobody was. */
  readonly watches?: readonly Watch[];
  readonly detections?: readonly Detection[];
  readonly images: readonly Image[];
  readonly gaps: readonly Gap[];
  /** Documents that were read and are not ours to judge, counted by reason (`not-kubernetes`, `unknown-kind`). */
  readonly skipped: readonly SkippedCount[];
  /**
   * Kinds (`v1/Secret`) that this source covers completely. A kind in neither `covered` nor a gap was not looked for,
   * so absence of it says nothing. `*` for sources where what is there is all there is (files).
   */
  readonly covered: readonly string[];
}

export interface SkippedCount {
  readonly reason: string;
  readonly count: number;
}
