/** One thing that has changed, and what became of findings by it: what the watch hands over and the service keeps. */
import type { Thresholds } from "./evidence.ts";
import type { CrownJewel } from "./crown-jewel.ts";
import type { Detection } from "./detection.ts";
import type { Exception } from "./exception.ts";
import type { Result } from "./finding.ts";
import type { Gap } from "./gap.ts";
import type { Image } from "./image.ts";
import type { Observation, Watch } from "./observation.ts";
import type { ResourceRecord } from "./resource.ts";
import type { Server } from "./snapshot.ts";

/** A change that was seen in the cluster itself. */
export type ClusterChange =
  /** An object as it is now; one of another uid takes the place of the one before. */
  | { readonly op: "put"; readonly record: ResourceRecord }
  /** The object of this uid is gone. One of the same name and another uid is not meant. */
  | {
      readonly op: "remove";
      /** `apps/v1/Deployment`. */
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
      readonly uid: string;
    }
  /** All gaps there are now, and all kinds of which every object was handed over before. */
  | { readonly op: "gaps"; readonly gaps: readonly Gap[]; readonly covered: readonly string[] };

/** A change of anything that a report depends on. */
export type Change =
  | ClusterChange
  /** The clock moved. RFC 3339. */
  | { readonly op: "time"; readonly at: string }
  /** All settings as they are now: what is left out has its default. */
  | { readonly op: "settings"; readonly settings: ScanSettings }
  | { readonly op: "server"; readonly server: Server }
  /** All that is known of images now. */
  | { readonly op: "images"; readonly images: readonly Image[] }
  /** All observations there are now. */
  | {
      readonly op: "observations";
      readonly observations: readonly Observation[];
      readonly watches?: readonly Watch[];
      readonly detections?: readonly Detection[];
    };

/** What people may set while it runs; each as in the options of a scan. */
export interface ScanSettings {
  readonly controls?: readonly string[];
  readonly frameworks?: readonly string[];
  readonly exceptions?: readonly Exception[];
  readonly baseline?: ReadonlySet<string>;
  readonly teamLabels?: readonly string[];
  readonly environmentLabels?: readonly string[];
  readonly crownJewels?: readonly CrownJewel[];
  readonly thresholds?: Partial<Thresholds>;
  readonly learningTime?: number;
}

/**
 * `opened`: it failed where it did not. `changed`: it says something else. `excepted`, `exception-ended`: an exception
 * accepts it, or does not any more. `lost`: it cannot be told any more. `fixed`: its control holds there now. `gone`: the
 * object is no more.
 */
export type TurnKind = "opened" | "changed" | "excepted" | "exception-ended" | "lost" | "fixed" | "gone";

/** One result that is not what it was, in any byte. */
export interface ResultTurn {
  /** The identity of the finding. */
  readonly id: string;
  /** What that is to people; empty where only details changed (its place, its edit), or it was no finding and is none. */
  readonly kinds: readonly TurnKind[];
  readonly before?: Result;
  readonly after?: Result;
  /** The change that it comes from; of several, one. */
  readonly cause?: Change;
}

/** What changes mean. */
export interface Delta {
  /** Sorted by id. */
  readonly results: readonly ResultTurn[];
  /** Posture scores that moved. */
  readonly scores: readonly {
    readonly id: string;
    readonly before: number | null;
    readonly after: number | null;
  }[];
  /** Findings were put off, as they take longer: `settle` tells the rest. Paths and priorities are told by a report alone. */
  readonly pending: boolean;
}
