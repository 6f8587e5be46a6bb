/**
 * Findings, exposure and connections weighed by what was seen: granted and used, granted and never used, or not known.
 * What is not known never makes anything less urgent.
 */
import type { Enough } from "../model/evidence.ts";
import type { Judged } from "../controls/ledger.ts";
import { createAnswers, type Answer, type Question } from "../evidence/answer.ts";
import { enough, expectations } from "../evidence/expected.ts";
import { coverageText, durationText } from "../evidence/lack.ts";
import type { Seen } from "../evidence/merge.ts";
import { detailText } from "../evidence/tell.ts";
import type { Silent } from "../inventory/exposure.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Port } from "../inventory/network/connectivity.ts";
import { isJsonArray, isJsonObject } from "../model/json.ts";
import type { FindingEvidence } from "../model/finding.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Workload } from "../model/workload.ts";
import { trafficOf, type Traffic } from "./traffic.ts";
import { asked, lasting, questionOf } from "./use.ts";

export interface Weighing {
  /** What was seen of a finding's privilege; undefined where nothing observable would show it. */
  readonly ofFinding: (judged: Judged) => FindingEvidence | undefined;
  /** Whether something listens where an exposed workload is led to. */
  readonly listening: (workload: Workload) => Answer | undefined;
  readonly silent: Silent;
  readonly traffic: Traffic;
}

export type Sightings = Pick<Snapshot, "observations"> & Pick<Partial<Snapshot>, "watches" | "detections">;

/** Undefined where nobody observed anything: everything is as it is without. */
export function weighingOf(
  snapshot: Sightings,
  inventory: Inventory,
  least: Enough = enough,
): Weighing | undefined {
  const seen: Seen = {
    observations: snapshot.observations,
    watches: snapshot.watches ?? [],
    detections: snapshot.detections ?? [],
  };
  if (seen.observations.length === 0 && seen.watches.length === 0) return undefined;
  const answer = createAnswers(seen, expectations(inventory), least);
  const listeners = new Set(
    seen.observations.flatMap(({ detail, sensor }) =>
      detail.kind === "connection" && detail.operation === "listen" ? [sensor] : [],
    ),
  );
  const listening = (workload: Workload, ports: readonly Port[]): Answer | undefined =>
    answer({ ...listeningOn(workload, ports), sensors: listeners });
  return {
    ofFinding: (judged) => {
      if (judged.control.grants === undefined || judged.result.result !== "fail") return undefined;
      const question = questionOf(judged, inventory);
      const found = question === undefined ? undefined : answer(question);
      return found === undefined ? undefined : evidenceOf(question!.claim, found);
    },
    listening: (workload) => listening(workload, inventory.exposureOf(workload).ports),
    traffic: trafficOf(seen.observations, inventory),
    silent: (workload, ports) => {
      const found = listening(workload, ports);
      return found?.state === "not-observed" ? coverageText(found.coverage) : undefined;
    },
  };
}

/** Characters of a witness that are shown: command lines may be long. */
const longest = 200;

function evidenceOf(claim: string, { state, witnesses, coverage, lack }: Answer): FindingEvidence {
  const { hours } = coverage;
  if (state === "not-observed")
    return { claim, state, text: `granted, never used ${coverageText(coverage)}`, hours };
  if (state === "unknown")
    return {
      claim,
      state,
      text: `granted; whether it is used is not known: ${lack?.text ?? ""}`,
      hours,
      ...(lack === undefined ? {} : { remedy: lack.remedy }),
    };
  const last = witnesses
    .flatMap(({ support }) => support.map((each) => each.last))
    .reduce((a, b) => (a > b ? a : b));
  const more = witnesses.length === 1 ? "" : ` and ${witnesses.length - 1} more`;
  const shown = detailText(witnesses[0]!.detail);
  const first = `${shown.length > longest ? `${shown.slice(0, longest)}…` : shown}${more}`;
  return { claim, state, text: `granted and used: ${first}, last on ${last.slice(0, 10)}`, hours };
}

function listeningOn(workload: Workload, ports: readonly Port[]): Question {
  const wanted = new Set(
    ports.flatMap(({ port }) => (typeof port === "number" ? [port] : named(workload, port))),
  );
  return {
    ...asked(workload, lasting(workload), ["connection"]),
    isUse: (detail) =>
      detail.kind === "connection" &&
      detail.direction === "in" &&
      detail.refused !== true &&
      (ports.length === 0 || wanted.has(detail.port)),
  };
}

/** Ports that containers declare under a name; none: it leads nowhere that is declared. */
function named({ containers }: Workload, name: string): readonly number[] {
  return containers.flatMap(({ raw: { ports } }) =>
    (isJsonArray(ports) ? ports : []).flatMap((entry) =>
      isJsonObject(entry) && entry["name"] === name && typeof entry["containerPort"] === "number"
        ? [entry["containerPort"]]
        : [],
    ),
  );
}

/** `use: granted, never used in 13 days …`, of several the one that says most against waiting. */
export function useStep(members: readonly Judged[]): readonly string[] {
  const order = ["observed", "unknown", "not-observed"] as const;
  const found = members.flatMap(({ result }) => result.evidence ?? []);
  const [first] = found.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return first === undefined ? [] : [`use: ${first.text}`];
}

/** Hours without use where each privilege that it takes away was watched completely and never used; else undefined. */
export function unusedFor(members: readonly Judged[]): number | undefined {
  const granting = members.filter(({ control }) => control.grants !== undefined);
  if (granting.length === 0) return undefined;
  const hours = granting.map(({ result }) =>
    result.evidence?.state === "not-observed" ? result.evidence.hours : NaN,
  );
  const least = Math.min(...hours);
  return Number.isNaN(least) ? undefined : least;
}

export function unusedText(hours: number): string {
  return `granted, never used in ${durationText(hours)} of complete observation`;
}
