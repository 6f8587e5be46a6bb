/** What a writer hands to the store: one step of one cluster, whole or not at all. */
import type {
  Detection,
  DetectionReport,
  FrameworkScore,
  Image,
  Observation,
  ResourceRecord,
  Result,
  Snapshot,
  Watch,
} from "@plimsoll/core";
import type { NewEntry } from "./outbox.ts";

export interface Batch {
  readonly cluster: string;
  /**
   * One more than the last acknowledged one, from 1. The same sequence with the same content is a repetition, with
   * other content a `conflict`; a later one is `out-of-order`.
   */
  readonly sequence: number;
  /** The leader's term: a batch with a lower one than was seen is refused as `conflict`, so that two leaders cannot mix. */
  readonly term: number;
  /** Milliseconds since 1970, from the writer's clock. Order is by sequence alone: a clock may jump. */
  readonly at: number;
  /** True where parts and results are all there are: what is not named is gone. For the first batch and for rebuilding. */
  readonly whole?: boolean;
  /** What changed in the cluster; results name theirs by index. */
  readonly changes?: readonly Change[];
  readonly parts?: readonly PartChange[];
  /** Header, gaps, skipped and covered, where one of them changed. */
  readonly world?: World;
  readonly results?: readonly ResultChange[];
  /** All frameworks, where a count changed. */
  readonly scores?: readonly FrameworkScore[];
  readonly notices?: readonly NewEntry[];
  /** Resource versions of watched kinds from which to go on; kinds that are not named keep theirs. */
  readonly positions?: { readonly [kind: string]: string };
}

/** A change of one object that made results change. */
export interface Change {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Field manager, from `managedFields`, before they are cut off. */
  readonly manager?: string;
  readonly verb: "added" | "modified" | "deleted";
}

export type World = Pick<Snapshot, "header" | "gaps" | "skipped" | "covered">;

/** Where the priorities of a report put what resolves a finding. */
export type Place = "act" | "later" | "blind" | "system";

/** `told`: what observations and tools’ own detections amount to, as people are told of it. */
export const parts = ["resource", "image", "observation", "watch", "detection", "told"] as const;

export type Part = (typeof parts)[number];

/** A key is unique within its part; a resource's is `refKey(refOf(resource))`. Without a value it is gone. */
export type PartChange =
  | {
      readonly part: "resource";
      readonly key: string;
      readonly value?: ResourceRecord;
      readonly uid?: string;
      readonly resourceVersion?: string;
    }
  | { readonly part: "image"; readonly key: string; readonly value?: Image }
  | { readonly part: "observation"; readonly key: string; readonly value?: Observation }
  | { readonly part: "watch"; readonly key: string; readonly value?: Watch }
  | { readonly part: "detection"; readonly key: string; readonly value?: Detection }
  | { readonly part: "told"; readonly key: string; readonly value?: DetectionReport };

/** Without a result its place is gone. */
export interface ResultChange {
  readonly id: string;
  readonly result?: Result;
  readonly place?: Place;
  /** Index into the batch's `changes`. */
  readonly by?: number;
}

export interface Acknowledgement {
  readonly cluster: string;
  readonly sequence: number;
  readonly repeated: boolean;
  /** Entries that were written to the history. */
  readonly history: number;
}
