/** The shape of a field of an object that runs nothing itself: what its change would refuse of what others were seen to do. */
import type { ObservationDetail } from "../../model/observation.ts";
import type { PatchOperation } from "../../model/finding.ts";
import type { Resource } from "../../model/resource.ts";
import type { Server } from "../../model/snapshot.ts";
import type { VerdictKind } from "../../model/verdict.ts";
import type { ContainerEvidence, Judgement } from "../fields/field.ts";
import type { ObjectGround } from "./object-ground.ts";

export interface ObjectChange {
  readonly before: Resource;
  readonly after: Resource;
  readonly ground: ObjectGround;
}

/** What is said of one of those whom the change reaches. */
export interface ObjectJudgement {
  readonly judgement: Judgement;
  readonly seen?: ContainerEvidence;
}

/** A world of a few objects, a patch of the first of them, what was seen, and what is to be said of it. */
export interface ObjectExample {
  readonly name: string;
  readonly resources: readonly Resource[];
  readonly operations: readonly PatchOperation[];
  /** By workload or account: `Deployment shop/web`. */
  readonly seen?: { readonly [who: string]: readonly ObservationDetail[] };
  /** Where it was read; default: files, and a cluster for what only a cluster tells. */
  readonly server?: Server;
  /** Kinds that could not be listed. */
  readonly unread?: readonly string[];
  /** Nobody watched anything. */
  readonly unwatched?: true;
}

export interface ObjectField {
  readonly id: string;
  /** What it refuses, in a few words. */
  readonly title: string;
  /** `rbac.authorization.k8s.io/v1/Role`. */
  readonly kinds: readonly string[];
  /** In dots, as `touchedBy` writes them: `object.rules`. It speaks for all that stands below them. */
  readonly paths: readonly string[];
  /** How far what it looks at stands from the object. */
  readonly reach: "namespace" | "cluster";
  /** What no sensor tells of it, in words. */
  readonly blind: readonly string[];
  /** Asked only where something below its paths changed. One judgement for each of those whom it reaches; never none. */
  readonly judge: (change: ObjectChange) => readonly ObjectJudgement[];
  readonly examples: { readonly [Verdict in VerdictKind]?: readonly ObjectExample[] };
}

export function defineObjectField(field: ObjectField): ObjectField {
  return field;
}
