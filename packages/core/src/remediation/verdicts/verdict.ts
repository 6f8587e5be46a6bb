/**
 * Verdicts of patches in words, as reports carry them. Where nothing was seen, thousands of patches get the same one:
 * each is made once and shared.
 */
import { detailText } from "../../evidence/tell.ts";
import type { PatchOperation } from "../../model/finding.ts";
import {
  mostWitnesses,
  verdictKinds,
  type EditVerdict,
  type FieldVerdict,
  type VerdictKind,
  type Witness,
} from "../../model/verdict.ts";
import type { MeasuredWitness, Seen } from "../fields/field.ts";
import type { WorkloadEvidence } from "./gathered.ts";
import { coveragesOf, unwatched, verdictText, type Judged } from "./tell.ts";

export type VerdictOf = (
  judged: readonly Judged[],
  repair: readonly PatchOperation[],
  undo: string,
  evidence: WorkloadEvidence | undefined,
) => EditVerdict;

export function createVerdicts(): VerdictOf {
  const made = new Map<string, EditVerdict>();
  return (judged, repair, undo, evidence) => {
    if (!isPlain(judged, repair)) return verdictOf(judged, repair, undo, evidence);
    const key = JSON.stringify([undo, judged.map(wordsOf)]);
    let verdict = made.get(key);
    if (verdict === undefined) made.set(key, (verdict = verdictOf(judged, repair, undo, evidence)));
    return verdict;
  };
}

/** Made of nothing but the words of its judgements: it tells of no observation, no coverage and no repair. */
function isPlain(judged: readonly Judged[], repair: readonly PatchOperation[]): boolean {
  if (repair.length > 0 || coveragesOf(judged).length > 0) return false;
  return judged.every(
    ({ judgement, repaired, was }) =>
      repaired === undefined && was === undefined && judgement.witnesses === undefined,
  );
}

/** Tells of no observation and of no coverage: it is said so of any workload that is alike. */
export function isOfWords(judged: readonly Judged[]): boolean {
  return judged.every(({ judgement, was }) =>
    [judgement, was].every((each) => each?.kinds === undefined && each?.witnesses === undefined),
  );
}

/** All that a plain verdict is made of. */
function wordsOf({ field, container, judgement }: Judged): readonly unknown[] {
  const { verdict, basis, because, missing = [] } = judgement;
  return [field, container, verdict, basis, because, missing];
}

function verdictOf(
  judged: readonly Judged[],
  repair: readonly PatchOperation[],
  undo: string,
  evidence: WorkloadEvidence | undefined,
): EditVerdict {
  const told = judged.map(fieldVerdict);
  const verdict = verdictKinds.find((kind) => told.some((each) => each.verdict === kind)) ?? "clear";
  const basis = told.some((each) => each.basis === "observation") ? "observation" : "construction";
  return {
    verdict,
    basis,
    text: verdictText(verdict, judged, told, undo, evidence),
    fields: told.filter(
      (each) => each.verdict !== "unknown" || each.missing.some(({ text }) => text !== unwatched),
    ),
    repair,
    undo,
  };
}

function fieldVerdict({ field, container, judgement, repaired, was }: Judged): FieldVerdict {
  const shown = was ?? judgement;
  const witnesses = [...(shown.witnesses ?? [])].sort((a, b) => b.replicas - a.replicas);
  const verdict: VerdictKind = repaired === undefined ? judgement.verdict : "repaired";
  return {
    field,
    ...(container === undefined ? {} : { container }),
    verdict,
    basis: shown.basis,
    because: shown.because,
    witnesses: witnesses.slice(0, mostWitnesses).map(witnessOf),
    witnessCount: witnesses.length,
    missing: judgement.missing ?? [],
    ...(repaired === undefined ? {} : { repair: repaired }),
  };
}

function witnessOf(witness: Seen | MeasuredWitness): Witness {
  if (!("observation" in witness)) return witness;
  const { detail, observation, replicas, replicasWatched, flags } = witness;
  const { support } = observation;
  return {
    text: detailText(detail),
    detail,
    replicas,
    replicasWatched,
    first: support.reduce((least, { first }) => (first < least ? first : least), support[0]!.first),
    last: support.reduce((most, { last }) => (last > most ? last : most), support[0]!.last),
    sensors: [observation.sensor],
    flags,
  };
}
