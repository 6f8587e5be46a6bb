/** Whether a workload was seen doing something: asked as a question, answered with witnesses or with what was lacking. */
import type { EvidenceCoverage, EvidenceState, Lack, Enough } from "../model/evidence.ts";
import type { ContainerKey, Observation, ObservationDetail, ObservationKind } from "../model/observation.ts";
import { placeKey } from "./behaviour.ts";
import type { Expected } from "./expected.ts";
import { createLedgers } from "./ledger.ts";
import type { Seen } from "./merge.ts";

export interface Question {
  /** The kinds of behaviour that would show it; each must have been watched completely for a no. */
  readonly kinds: readonly ObservationKind[];
  /** Any of them may do it. Without an image: of the one that runs now. */
  readonly containers: readonly ContainerKey[];
  /** Kinds that may show it too, and whose silence says nothing. */
  readonly alsoShownBy?: readonly ObservationKind[];
  readonly isUse: (detail: ObservationDetail) => boolean;
  /** Sensors whose silence says something; absent: all that see the kind. */
  readonly sensors?: ReadonlySet<string>;
  /** Somebody else may do it, who is not observed. */
  readonly beyond?: Lack;
}

export interface Answer {
  readonly state: EvidenceState;
  readonly witnesses: readonly Observation[];
  /** Of the container and kind that was watched least. */
  readonly coverage: EvidenceCoverage;
  /** Why it is unknown. */
  readonly lack?: Lack;
}

export function createAnswers(
  seen: Seen,
  expectedOf: (container: ContainerKey) => Expected,
  least: Enough,
): (question: Question) => Answer | undefined {
  const byPlace = Map.groupBy(seen.observations, ({ container }) => placeKey(container));
  const ledgers = createLedgers(seen, expectedOf, least);
  return ({ kinds, alsoShownBy = [], containers, isUse, sensors, beyond }) => {
    const telling = [...kinds, ...alsoShownBy];
    const coverages = containers.flatMap((container) => kinds.map((kind) => ledgers(container).kinds[kind]));
    const [worst] = coverages.toSorted(
      (a, b) => Number(a.complete) - Number(b.complete) || a.hours - b.hours,
    );
    if (worst === undefined) return undefined;
    const places = new Set(
      containers.flatMap((container) => [placeKey(container), placeKey({ ...container, container: "" })]),
    );
    const witnesses = [...places]
      .flatMap((place) => byPlace.get(place) ?? [])
      .filter(({ detail, origin }) => origin !== "set-up" && telling.includes(detail.kind) && isUse(detail));
    if (witnesses.length > 0) return { state: "observed", witnesses, coverage: worst };
    const lack = worst.lacks.find(({ counts }) => counts) ?? beyond ?? silent(coverages, sensors);
    return lack === undefined
      ? { state: "not-observed", witnesses, coverage: worst }
      : { state: "unknown", witnesses, coverage: worst, lack };
  };
}

function silent(
  coverages: readonly EvidenceCoverage[],
  sensors: ReadonlySet<string> | undefined,
): Lack | undefined {
  const mute = coverages.find((each) => sensors !== undefined && !each.sensors.some((id) => sensors.has(id)));
  if (mute === undefined) return undefined;
  return {
    id: "blind",
    text: `${mute.sensors.join(", ")} never told what listens`,
    remedy: "bring the records of a sensor that sees ports opened",
    counts: true,
  };
}
