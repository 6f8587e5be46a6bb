/** The shape of a field: what its change would refuse of what a container was seen to do. May not guess: unseen is unknown. */
import type { EvidenceCoverage } from "../../model/evidence.ts";
import type { PatchOperation } from "../../model/finding.ts";
import type { Image } from "../../model/image.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { MeasuredKind, Observation, ObservationDetail } from "../../model/observation.ts";
import type { ObservationKind, Peaks, Watch, WatchedKind } from "../../model/observation.ts";
import type { Path } from "../../model/resource.ts";
import type { Missing, VerdictKind, Witness } from "../../model/verdict.ts";
import type { ContainerRole } from "../../model/workload.ts";

/**
 * All that a field may look at of a pod's spec. Workloads that are alike in these, and in what else a site holds, are
 * judged once: a field sees nothing beside, so that it cannot tell them apart.
 */
export const podKeys = [
  "automountServiceAccountToken",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "securityContext",
  "volumes",
] as const;

/** And of a container. */
export const containerKeys = [
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "startupProbe",
  "volumeMounts",
] as const;

export type PodPart = { readonly [K in (typeof podKeys)[number]]?: Json };
export type ContainerPart = { readonly [K in (typeof containerKeys)[number]]?: Json };

/** One container in one state of its pod. */
export interface Site {
  readonly pod: PodPart;
  readonly container: ContainerPart;
  readonly name: string;
  readonly role: ContainerRole;
  /** Its AppArmor profile, as an annotation of the pod names it. */
  readonly apparmor?: string;
  /** Its image as written; told only where that changes, since hardly two containers have the same. */
  readonly reference?: Json;
  /** From the resource's root. */
  readonly podPath: Path;
  readonly containerPath: Path;
  /** What is known of its image; absent: nobody looked. */
  readonly image?: Image;
  /** Digests that its pods run, where they were read; told with `reference`. */
  readonly digests?: readonly string[];
  /** `automountServiceAccountToken` of its service account, where that was read and says so. */
  readonly accountMounts?: boolean;
}

export type DetailOf<K extends ObservationKind> = Extract<ObservationDetail, { readonly kind: K }>;

/** Something that a container was seen to do. */
export type Seen<K extends ObservationKind = ObservationKind> = Sighting<DetailOf<K>>;

interface Sighting<D extends ObservationDetail> {
  readonly detail: D;
  readonly observation: Observation;
  readonly replicas: number;
  readonly replicasWatched: number;
  /** Why it may not be ordinary work. What has one breaks a fix and repairs none: nothing is learned silently. */
  readonly flags: readonly string[];
}

/** What was seen of a container, and how well it was looked at. */
export interface ContainerEvidence {
  readonly seen: <K extends ObservationKind>(kind: K) => readonly Seen<K>[];
  readonly coverage: (kind: WatchedKind) => EvidenceCoverage;
  /** What keeps "never seen" from meaning "does not do", under the thresholds in force. */
  readonly lacks: (kind: WatchedKind) => readonly Missing[];
  /** Who measured its peaks, of which pod and when: of the image that runs now. */
  readonly measured: (kind: MeasuredKind) => readonly Measured[];
}

export type Measured = Watch & { readonly peaks: Peaks };

/** A figure that speaks against a change; no single behaviour does. */
export type MeasuredWitness = Omit<Witness, "detail">;

export interface Change {
  readonly before: Site;
  readonly after: Site;
  readonly seen: ContainerEvidence;
  /** Requests to the API under its service account: of this workload, or not told of which. */
  readonly account: ContainerEvidence;
}

/** What a field says: nothing of itself where `clear`, else what speaks against it. */
export interface Judgement {
  readonly verdict: Exclude<VerdictKind, "repaired">;
  readonly basis: "construction" | "observation";
  readonly because: string;
  /** Whose coverage the judgement rests on. */
  readonly kinds?: readonly WatchedKind[];
  readonly witnesses?: readonly (Seen | MeasuredWitness)[];
  readonly missing?: readonly Missing[];
  /** For `breaks`: what would make it clear. It is believed only once the outcome was judged again. */
  readonly repair?: Repair;
}

/** Operations against the changed resource, and what they do in words. */
export interface Repair {
  readonly operations: readonly PatchOperation[];
  readonly text: string;
}

/** A state of a container and its pod for an example; completed to a pod with one container `app`. */
export interface FieldState {
  readonly pod?: JsonObject;
  readonly container?: JsonObject;
}

/** A change, what was seen, and what is to be said of it. Watched well enough but for `unseen`. */
export interface FieldExample {
  readonly name: string;
  readonly before?: FieldState;
  readonly after: FieldState;
  readonly seen?: readonly ObservationDetail[];
  /** Kinds that no sensor watched. */
  readonly unseen?: readonly ObservationKind[];
  readonly image?: Partial<Image>;
  /** Digests that its pods run. */
  readonly running?: readonly string[];
  /** What each of its pods used at most. */
  readonly peaks?: Peaks;
}

export interface Field {
  readonly id: string;
  /** What it refuses, in a few words. */
  readonly title: string;
  /** In dots: `pod.hostPID`, `container.securityContext.privileged`. It speaks for all that stands below them. */
  readonly paths: readonly string[];
  /** The value in force, defaults filled in; where it stays the same, nothing is refused. */
  readonly effective: (site: Site) => Json;
  /** Asked only where the value in force changes. */
  readonly judge: (change: Change) => Judgement;
  readonly examples: { readonly [Verdict in VerdictKind]?: readonly FieldExample[] };
}

export function defineField(field: Field): Field {
  return field;
}
