/** The verdict of a change of an object that runs nothing itself: by its fields, repaired where they know how, and judged again. */
import type { PatchOperation } from "../../model/finding.ts";
import type { Resource } from "../../model/resource.ts";
import { applyOperations } from "../patches/patch.ts";
import { strangers } from "../verdicts/strangers.ts";
import type { Judged } from "../verdicts/tell.ts";
import { touchedBy } from "../verdicts/touched.ts";
import { objectFields } from "./index.ts";
import type { ObjectField } from "./object-field.ts";
import type { ObjectGround } from "./object-ground.ts";

/** What a field looks at, as far as it reaches. */
export type GroundOf = (reach: ObjectField["reach"]) => ObjectGround;

export interface ObjectOutcome {
  readonly judged: readonly Judged[];
  readonly repair: readonly PatchOperation[];
}

const mostRounds = 20;

/** Labels of what runs nothing may select: of them nothing is said to be inert. */
const neverInert = (): boolean => false;

export function judgeObject(
  before: Resource,
  operations: readonly PatchOperation[],
  groundOf: GroundOf,
): ObjectOutcome {
  const first = judgeAll(before, operations, groundOf);
  const repair: PatchOperation[] = [];
  const texts: string[] = [];
  let judged = first;
  for (let round = 0; round < mostRounds; round += 1) {
    const broken = judged.find(({ judgement }) => judgement.verdict === "breaks");
    if (broken === undefined) break;
    const next = broken.judgement.repair;
    if (next === undefined || next.operations.length === 0) return { judged: first, repair: [] };
    repair.push(...next.operations);
    texts.push(next.text);
    judged = judgeAll(before, [...operations, ...repair], groundOf);
  }
  const isMended = repair.length > 0 && judged.every(({ judgement }) => judgement.verdict === "clear");
  if (!isMended || touchedBy(before, applyOperations(before, [...operations, ...repair])).length === 0)
    return { judged: first, repair: [] };
  return {
    judged: first.map((each) =>
      each.judgement.verdict === "breaks"
        ? {
            ...each,
            judgement: { ...each.judgement, verdict: "clear" },
            was: each.judgement,
            repaired: texts.join(", and "),
          }
        : each,
    ),
    repair,
  };
}

function judgeAll(
  before: Resource,
  operations: readonly PatchOperation[],
  groundOf: GroundOf,
): readonly Judged[] {
  const after = applyOperations(before, operations);
  const touched = touchedBy(before, after);
  const own = objectFields.filter(({ kinds }) => kinds.includes(`${before.apiVersion}/${before.kind}`));
  const asked = own.filter((field) => touched.some(({ path }) => speaks(field, path)));
  const rest = touched.filter(({ path }) => !own.some((field) => speaks(field, path)));
  return [
    ...asked.flatMap((field) =>
      field
        .judge({ before, after, ground: groundOf(field.reach) })
        .map((said) => ({ field: field.id, ...said })),
    ),
    ...strangers(rest, neverInert),
  ];
}

function speaks({ paths }: ObjectField, path: string): boolean {
  return paths.some((own) => path === own || path.startsWith(`${own}.`));
}

/** Kinds of which a verdict may rest on anything in the cluster. */
export const farKinds: readonly string[] = objectFields
  .filter(({ reach }) => reach === "cluster")
  .flatMap(({ kinds }) => kinds);
