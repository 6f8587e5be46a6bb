/** What became of results between two states of the same place. */
import type { Result } from "../model/finding.ts";
import type { Change, ResultTurn, TurnKind } from "../model/change.ts";

/** Results that differ in any byte, of those at one place. `gone`: the object is no more. */
export function turnsBetween(
  before: readonly Result[],
  after: readonly Result[],
  gone: boolean,
  cause: Change | undefined,
): readonly ResultTurn[] {
  const earlier = new Map(before.map((result) => [result.id, result]));
  const turns: ResultTurn[] = [];
  const why = cause === undefined ? {} : { cause };
  for (const result of after) {
    const was = earlier.get(result.id);
    earlier.delete(result.id);
    if (was !== undefined && (was === result || JSON.stringify(was) === JSON.stringify(result))) continue;
    const kinds = kindsOf(was, result, false);
    turns.push({
      id: result.id,
      kinds,
      ...(was === undefined ? {} : { before: was }),
      after: result,
      ...why,
    });
  }
  for (const was of earlier.values())
    turns.push({ id: was.id, kinds: kindsOf(was, undefined, gone), before: was, ...why });
  return turns;
}

/** Joins what happened to a result twice into what happened to it in all. */
export function joinTurns(turns: readonly ResultTurn[]): readonly ResultTurn[] {
  const joined = new Map<string, ResultTurn>();
  for (const turn of turns) {
    const earlier = joined.get(turn.id);
    if (earlier === undefined) {
      joined.set(turn.id, turn);
      continue;
    }
    const { before } = earlier;
    const { after } = turn;
    const cause = earlier.cause ?? turn.cause;
    if (JSON.stringify(before) === JSON.stringify(after)) joined.delete(turn.id);
    else
      joined.set(turn.id, {
        id: turn.id,
        kinds: kindsOf(before, after, turn.kinds.includes("gone")),
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        ...(cause === undefined ? {} : { cause }),
      });
  }
  return [...joined.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function kindsOf(before: Result | undefined, after: Result | undefined, gone: boolean): readonly TurnKind[] {
  const failed = before?.result === "fail";
  if (after?.result !== "fail") {
    if (!failed) return [];
    if (after === undefined) return [gone ? "gone" : "fixed"];
    return [after.result === "unknown" ? "lost" : "fixed"];
  }
  if (!failed) return after.exception === undefined ? ["opened"] : ["opened", "excepted"];
  if (before.exception?.id !== after.exception?.id)
    return [after.exception === undefined ? "exception-ended" : "excepted"];
  return wordsOf(before) === wordsOf(after) ? [] : ["changed"];
}

function wordsOf({ because, value, severity, container }: Result): string {
  return JSON.stringify([because, value ?? null, severity, container ?? null]);
}
