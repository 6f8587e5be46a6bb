/** The shape of a detection: which behaviour should never be seen, or not of this workload, and what it means. */
import type { Severity } from "../model/finding.ts";
import type { Observation, ObservationDetail, ObservationKind, Origin } from "../model/observation.ts";

interface RuleData {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** What it means where it is seen. */
  readonly why: string;
  /** ATT&CK techniques, as `T1059.004`. */
  readonly techniques: readonly string[];
  /** The same in other tools: Falco's names of rules, Kubescape's ids. */
  readonly equivalents: readonly string[];
  /** Controls whose fix would have kept it from happening. */
  readonly closedBy: readonly string[];
  /** The kinds of behaviour that it looks at: blind to one of them, nobody can say that it did not happen. */
  readonly kinds: readonly ObservationKind[];
}

/** One behaviour is enough to tell. */
export interface CelRule extends RuleData {
  /**
   * CEL, true where it happened. It may use `detail` (an `ObservationDetail`), `name` (the last part of its path; of busybox and
   * the like the name that it was called by), `line`
   * (a program's arguments, joined by blanks), `origin` (`entrypoint`, `exec`, `set-up`, `unknown`), `container` (a
   * `ContainerKey`), `made` (the container itself made the file at the path), `learned` (it did so while it was learned)
   * and `settled` (it was watched from its start, and long enough of it without loss, so that what is not learned is news).
   */
  readonly when: string;
  readonly examples: {
    readonly present: readonly RuleExample[];
    readonly absent: readonly RuleExample[];
  };
}

/** Only several behaviours together tell. */
export interface TypedRule extends RuleData {
  /** All that one container did, of the rule's kinds; gives those that tell. */
  readonly over: (behaviours: readonly Observation[]) => Iterable<readonly Observation[]>;
  readonly examples: {
    readonly present: readonly SeriesExample[];
    readonly absent: readonly SeriesExample[];
  };
}

export type DetectionRule = CelRule | TypedRule;

interface ExampleData {
  /** Rules of others, among the rule's `equivalents`, that tell of the same. */
  readonly shows?: readonly string[];
}

export interface RuleExample extends ExampleData {
  /** As people call it; absent: by its place in the list. */
  readonly name?: string;
  readonly detail: ObservationDetail;
  readonly origin?: Origin;
  /** What the container did before. */
  readonly earlier?: readonly ObservationDetail[];
  /** It was watched for long enough: what is not among `earlier` is news. Default: false. */
  readonly settled?: boolean;
}

export interface SeriesExample extends ExampleData {
  readonly details: readonly ObservationDetail[];
  /** Seconds between one and the next. */
  readonly apart: number;
}

export function defineDetection<const Id extends string>(
  rule: CelRule & { readonly id: Id },
): CelRule & { readonly id: Id };
export function defineDetection<const Id extends string>(
  rule: TypedRule & { readonly id: Id },
): TypedRule & { readonly id: Id };
export function defineDetection(rule: DetectionRule): DetectionRule {
  return rule;
}
