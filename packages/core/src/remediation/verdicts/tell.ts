/** A verdict in full sentences: what was seen and would be refused, what was not seen and how to see it, how to undo. */
import { durationText, numberText, shortImage } from "../../evidence/lack.ts";
import type { EvidenceCoverage } from "../../model/evidence.ts";
import type { FieldVerdict, Missing, VerdictKind } from "../../model/verdict.ts";
import { observationKinds } from "../../model/observation.ts";
import type { ContainerEvidence, Judgement } from "../fields/field.ts";
import type { WorkloadEvidence } from "./gathered.ts";

/** What a field said of a container. */
export interface Judged {
  readonly field: string;
  readonly container?: string;
  readonly judgement: Judgement;
  readonly seen?: ContainerEvidence;
  /** Its repair in words, and what it said before. */
  readonly repaired?: string;
  readonly was?: Judgement;
}

const shownMissing = 3;

/** Under this the room for a pod is told of; it is no field of a container. */
export const roomField = "room";

/** What ledgers say of a container that nobody watched. */
export const unwatched = "no sensor watched it";

export function verdictText(
  verdict: VerdictKind,
  judged: readonly Judged[],
  told: readonly FieldVerdict[],
  undo: string,
  evidence: WorkloadEvidence | undefined,
): string {
  const back = `Undo: ${undo}`;
  if (verdict === "breaks") return `${conflictText(told)} The patch is withheld`;
  if (verdict === "unknown")
    return `${repairText(told)}${missingText(told.flatMap(({ missing }) => missing))}. ${back}`;
  return `${repairText(told)}${seenText(judged, evidence)}${notSeenText(judged)} ${back}`;
}

function conflictText(told: readonly FieldVerdict[]): string {
  return told
    .filter(({ verdict }) => verdict === "breaks")
    .map((each) => `${each.because}${ofContainer(each)}${witnessText(each)}.`)
    .join(" ");
}

function ofContainer({ container }: FieldVerdict): string {
  return container === undefined ? "" : ` (container ${container})`;
}

function witnessText({ witnesses, witnessCount }: FieldVerdict): string {
  const [first] = witnesses;
  if (first === undefined) return "";
  const more = witnessCount > 1 ? `, and ${numberText(witnessCount - 1)} more` : "";
  const where = first.replicasWatched > 1 ? `; ${first.replicas} of ${first.replicasWatched} replicas` : "";
  const flags = first.flags.map((flag) => `; ${flag}`).join("");
  const when = first.last === "" ? "" : ` (last ${first.last.slice(0, 10)}${where}${flags})`;
  return `: ${first.text}${when}${more}`;
}

function repairText(told: readonly FieldVerdict[]): string {
  const repaired = told.filter(({ verdict }) => verdict === "repaired");
  return repaired
    .map((each) => `${each.because}${ofContainer(each)}${witnessText(each)}; the patch adds ${each.repair}. `)
    .join("");
}

function missingText(missing: readonly Missing[]): string {
  const unique = [...new Map(missing.map((each) => [each.text, each])).values()];
  const shown = unique.slice(0, shownMissing).map(({ text, remedy }) => `${text} (${remedy})`);
  const more = unique.length > shownMissing ? `; and ${unique.length - shownMissing} more` : "";
  return `Not seen: ${shown.join("; ")}${more}`;
}

/** The coverages that the verdict rests on. */
export function coveragesOf(judged: readonly Judged[]): readonly EvidenceCoverage[] {
  return judged.flatMap(({ judgement, seen }) =>
    seen === undefined ? [] : (judgement.kinds ?? []).map((kind) => seen.coverage(kind)),
  );
}

function seenText(judged: readonly Judged[], evidence: WorkloadEvidence | undefined): string {
  const coverages = coveragesOf(judged);
  if (coverages.length === 0) {
    const reasons = [...new Set(judged.map(({ judgement }) => judgement.because))];
    return `${reasons.join(". ")}.`;
  }
  const least = coverages.reduce((a, b) => (a.hours <= b.hours ? a : b));
  const containers = new Map(judged.map(({ container, seen }) => [container, seen]));
  const behaviours = [...containers.values()].reduce(
    (sum, seen) =>
      sum +
      (seen === undefined ? 0 : observationKinds.reduce((all, kind) => all + seen.seen(kind).length, 0)),
    0,
  );
  const image = [...containers.keys()]
    .flatMap((name) => (name === undefined ? [] : (evidence?.expected(name).images ?? [])))
    .find((name) => name.startsWith("sha256:"));
  const facts = [
    `${numberText(behaviours)} behaviours`,
    ...(least.replicasTotal === undefined
      ? []
      : [`${least.replicasSeen} of ${least.replicasTotal} replicas`]),
    ...(least.cronCycles === undefined ? [] : [`${least.cronCycles} runs`]),
    ...(coverages.every(({ startupSeen }) => startupSeen) ? ["from start-up"] : []),
    ...(image === undefined ? [] : [`image ${shortImage(image)}`]),
  ];
  return `${measuredText(judged)}Nothing seen in ${durationText(least.hours)} would ${judged.some(({ repaired }) => repaired !== undefined) ? "then be" : "have been"} refused (${facts.join(", ")}).`;
}

/** Figures, and what room was found, are told: nobody finds them in a list of behaviours. */
function measuredText(judged: readonly Judged[]): string {
  return judged
    .filter(
      ({ field, judgement }) =>
        field === roomField || judgement.kinds?.some((kind) => kind === "memory" || kind === "cpu") === true,
    )
    .map(({ judgement, container }) => {
      const of = container === undefined ? "" : ` (container ${container})`;
      return `${judgement.because}${of}. `;
    })
    .join("");
}

/** What keeps nobody from saying so, and is told all the same. */
function notSeenText(judged: readonly Judged[]): string {
  const lacks = coveragesOf(judged).flatMap((coverage) => coverage.lacks.map(({ text }) => text));
  const unique = [...new Set(lacks)];
  return unique.length === 0 ? "" : ` Not seen: ${unique.slice(0, shownMissing).join("; ")}.`;
}
