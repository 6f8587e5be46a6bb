/** The shape of a sensor: somebody's runtime tool, what it can see, and how one record of it is read. */
import type { Severity } from "../model/finding.ts";
import type {
  ObservationDetail,
  ObservationKind,
  Observation,
  Origin,
  Sight,
  Trust,
  Watch,
} from "../model/observation.ts";
import type { Detection } from "../model/detection.ts";

/** Where an event happened, as far as the record tells. */
export interface Where {
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  /** As the record has it; what the inventory says of the pod goes before. */
  readonly workload?: string;
  readonly workloadKind?: string;
  readonly node?: string;
  /** `sha256:…`, or as written. */
  readonly image?: string;
}

/** Why a record, or a part of it, was not taken. Each is counted under its name. */
export type Rejection =
  | "too-long" // over the limit of a line
  | "no-json"
  | "too-deep" // over the limits of depth or size of a value
  | "unknown-shape" // JSON, and no record of this tool
  | "unknown-event" // of this tool, of a kind that is not read
  | "no-time"
  | "future" // later than the clock allows
  | "ancient" // before there were containers
  | "no-container" // of the node itself, or not attributed
  | "not-complete" // a stage of a request before its answer
  | "other-node" // it speaks of a node that its source is not
  | "no-workload" // a person's or a component's doing
  | "reply" // an answer to a connection that was counted when it was opened
  | "duplicate"
  | "incomplete" // a field that is needed is missing or has another type
  | "too-many"; // containers or detections over the limit

export type Parsed =
  | {
      readonly part: "event";
      readonly where: Where;
      readonly time: string | undefined;
      readonly detail: ObservationDetail;
      readonly trust: Trust;
      readonly origin?: Origin;
      readonly start?: boolean;
    }
  | {
      readonly part: "detection";
      readonly where: Where;
      readonly time: string | undefined;
      readonly rule: string;
      readonly severity: Severity;
      readonly message: string;
      readonly program?: string;
      readonly techniques?: readonly string[];
    }
  /** What is already joined: our own agent's records. */
  | { readonly part: "observation"; readonly observation: Observation }
  | { readonly part: "watch"; readonly watch: Watch }
  | { readonly part: "told"; readonly detection: Detection }
  /** The tool says that it lost events, or nothing but that it is there. */
  | { readonly part: "sign"; readonly time: string | undefined; readonly drops: number }
  | { readonly part: "rejected"; readonly why: Rejection };

export interface SensorExample {
  readonly title: string;
  readonly record: unknown;
  /** What it becomes. */
  readonly gives: readonly Parsed[];
}

export interface Sensor {
  readonly id: string;
  readonly title: string;
  /** What it sees, and how well; a kind that is not named it cannot see, and is unknown. */
  readonly observes: { readonly [Kind in ObservationKind]?: Sight };
  /** What it does not see or tell, in words. */
  readonly blind: readonly string[];
  /** How people get such records out of the tool. */
  readonly source: string;
  /** Whether a record is of this tool. Cheap, and never throws. */
  readonly recognizes: (record: RawRecord) => boolean;
  /** One record (a line, an object, an item of a list) into parts. Pure; whatever the record holds, it does not throw. */
  readonly parse: (record: RawRecord) => Iterable<Parsed>;
  readonly examples: readonly SensorExample[];
}

/** A JSON object from outside, its depth and size within limits, nothing else known of it. */
export interface RawRecord {
  readonly [key: string]: unknown;
}

export function defineSensor<const Id extends string>(
  sensor: Sensor & { readonly id: Id },
): Sensor & { readonly id: Id } {
  return sensor;
}
