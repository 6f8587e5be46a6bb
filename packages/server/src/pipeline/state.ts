/** What the pipeline holds between one step and the next. */
import type { Change as Handed } from "@plimsoll/cluster";
import {
  nothingSeen,
  type DetectionReport,
  type JointSaid,
  type ResultTurn,
  type Seen,
  type Snapshot,
  type SnapshotHeader,
} from "@plimsoll/core";
import type { Outline } from "../overview/outline.ts";
import type { Overview } from "../overview/overview.ts";
import type { Batch } from "../store/batch.ts";
import type { Draft } from "./draft.ts";
import { createForgetting, type Forgetting } from "./forgetting.ts";
import { createGiven, type Given, type GivenChange } from "./given.ts";
import type { Judge } from "./judge.ts";
import type { Pace } from "./pace.ts";
import { createPresent, type Present } from "./present.ts";
import { createSightings, type Sightings } from "./seen.ts";
import type { ObserveError, PipelineOptions, Standing } from "./shape.ts";

export interface Observed {
  readonly batch: Seen;
  readonly images: readonly GivenChange[];
  readonly resolve: () => void;
  readonly reject: (error: ObserveError) => void;
}

/** Who writes, and where it goes on. */
export interface Writer {
  readonly term: number;
  sequence: number;
  first: boolean;
  readonly draft: Draft;
  /** Sent, and not known to be acknowledged: the very same is sent again. */
  inflight: Batch | undefined;
  /** Whose sightings the next acknowledgement holds. */
  observers: Observed[];
}

/** What the overview answered, of all changes up to a revision. */
export interface Answer {
  readonly revision: number;
  readonly said: readonly JointSaid[];
  readonly outline?: Outline;
}

export interface State {
  readonly options: PipelineOptions;
  readonly present: Present;
  queue: Handed[];
  observed: Observed[];
  readonly sightings: Sightings;
  readonly forgetting: Forgetting;
  /** What was told up to a sequence is old enough to be forgotten, where there is any; absent where nobody asked. */
  toForget: { readonly upTo: number | undefined } | undefined;
  readonly given: Given;
  /** What of it was judged by. */
  taken: Seen;
  /** Objects that no judgement has seen as they are. */
  readonly unjudged: Set<string>;
  begun: boolean;
  /** Settings, the clock or who leads may have changed. */
  due: boolean;
  /** Changes taken in; those that the overview has looked at; those whose findings are all judged; those that the report stands for. */
  revision: number;
  heard: number;
  findings: number;
  reported: number | undefined;
  /** Judging was put off, and goes on piece by piece. */
  pending: boolean;
  /** What pieces of judging turned that was not told yet, and since when. */
  untold: ResultTurn[];
  untoldSince: number;
  /** What happened and should not, as it was last worked out; whether it is to be worked out anew. */
  detections: readonly DetectionReport[];
  undetected: boolean;
  readonly pace: Pace;
  stopping: boolean;
  term: number | undefined;
  writer: Writer | undefined;
  outline: Outline | undefined;
  /** The store was not told where the last report puts findings. */
  unplaced: boolean;
  judge: Judge | undefined;
  /** Absent while it waits to be begun anew. */
  overview: Overview | undefined;
  /** Why it ended by itself; absent once it has told of the whole cluster again. */
  overviewLost: string | undefined;
  overviewLosses: number;
  /** Ends when the overview has answered, or has ended. */
  asking: Promise<void> | undefined;
  answers: Answer[];
  /** JSON of the controls of one's own that it judges by. */
  own: string;
  wake: () => void;
  judged: number;
  committed: number;
  judgedAt: number | undefined;
  committedAt: number | undefined;
  took: number;
  trouble: string | undefined;
}

export function opened(options: PipelineOptions): State {
  const given = createGiven();
  const left = (because: string): void => options.log("warn", "vulnerability-report-left", { because });
  const present = createPresent(left, given);
  return {
    options,
    given,
    present,
    queue: [],
    observed: [],
    sightings: createSightings(),
    forgetting: createForgetting(),
    toForget: undefined,
    taken: nothingSeen,
    unjudged: new Set(),
    begun: false,
    due: false,
    revision: 0,
    heard: -1,
    findings: -1,
    reported: undefined,
    pending: false,
    untold: [],
    untoldSince: 0,
    detections: [],
    undetected: true,
    pace: {
      changedAt: 0,
      reportedAt: 0,
      reportTook: 0,
      settledAt: 0,
      settleTook: 0,
      failures: 0,
      pieceAt: 0,
      pieceTook: 0,
      weighedAt: 0,
      weighTook: 0,
    },
    stopping: false,
    term: undefined,
    writer: undefined,
    outline: undefined,
    unplaced: false,
    judge: undefined,
    overview: undefined,
    overviewLost: undefined,
    overviewLosses: 0,
    asking: undefined,
    answers: [],
    own: "",
    wake: () => undefined,
    judged: 0,
    committed: 0,
    judgedAt: undefined,
    committedAt: undefined,
    took: 0,
    trouble: undefined,
  };
}

/** More was seen than it was judged by. */
export function isUnweighed({ sightings, taken }: State): boolean {
  return sightings.seen() !== taken;
}

export function standingOf(state: State): Standing {
  const { revision, findings, reported } = state;
  return {
    revision: isUnweighed(state) ? revision + 1 : revision,
    findings: Math.max(0, findings),
    ...(reported === undefined ? {} : { report: reported }),
  };
}

export function snapshotOf(state: State): Snapshot {
  const { present, sightings, options } = state;
  return present.snapshot(headerOf(state), sightings.seen(), options.settings().exploited);
}

export function headerOf({ options, present }: State): SnapshotHeader {
  const { clock, facts, cluster } = options;
  const distribution = facts.distribution(present.nodes().map(({ resource }) => resource));
  return {
    format: "plimsoll-snapshot",
    version: 1,
    takenAt: new Date(clock.now()).toISOString(),
    server: {
      kind: "cluster",
      name: cluster,
      ...(facts.version === undefined ? {} : { version: facts.version }),
      ...(distribution === undefined ? {} : { distribution }),
    },
  };
}
