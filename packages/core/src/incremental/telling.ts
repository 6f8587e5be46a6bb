/** Tells what is kept: as a delta, a report or a snapshot. */
import type { Tally } from "../controls/ledger.ts";
import type { Delta } from "../model/change.ts";
import type { Report } from "../model/report.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Result } from "../model/finding.ts";
import type { Sightings } from "../risk/evidence.ts";
import { scoreFor } from "../risk/posture.ts";
import type { Told } from "../risk/detections.ts";
import { withDetections } from "../risk/detections.ts";
import { asksForPaths, reportOf, toldOf } from "../scan.ts";
import { gapsInOrder } from "./gaps.ts";
import type { State } from "./state.ts";
import { joinTurns } from "./turns.ts";
import { viewOf } from "./view.ts";

/** Something was put off. */
export function isUnsettled({ heard, unheard, joint, unpatched, far, scales, rooms }: State): boolean {
  if (unheard !== undefined) return heard!.isTold();
  return (
    joint.isPending() || unpatched.size > 0 || far !== undefined || !scales.isValid() || !rooms.isValid()
  );
}

export function deltaOf(state: State): Delta {
  const results = joinTurns(state.untold);
  state.untold = [];
  return { results, scores: movedScores(state), pending: isUnsettled(state) };
}

function movedScores(state: State): Delta["scores"] {
  const before = state.scores;
  const scores = scoresNow(state);
  state.scores = scores;
  return [...scores].flatMap(([id, after]) => {
    const was = before.get(id)?.score ?? null;
    return was === after.score ? [] : [{ id, before: was, after: after.score }];
  });
}

function talliesOf({ totals, selection }: State): ReadonlyMap<string, Tally> {
  return totals.of(selection.controls.map(({ id }) => id));
}

export function reportFrom(state: State): Report {
  const { world, library, options, desks, selection, policies, accepting, paths, scales } = state;
  const judged = desks.judged();
  const told = toldNow(state);
  const exceptions = accepting.acceptance.reports((exception) => desks.countedBy(exception));
  return reportOf({
    ...selection,
    snapshot: snapshotOf(state),
    inventory: viewOf(world, () => undefined, true),
    options,
    evaluation: { judged, tallies: talliesOf(state), gaps: gapsInOrder(judged, selection.controls) },
    gaps: policies.get().gaps,
    results: judged.map(({ result }) => result),
    edits: desks.edits(),
    membersOf: desks.membersOf,
    exceptions: told === undefined ? exceptions : withDetections(exceptions, told),
    attack: asksForPaths(library, options) ? paths?.get() : undefined,
    weighing: scales.weighing(),
    told,
  });
}

/** What happened and should not, as it is known now. */
export function toldNow(state: State, seen?: Sightings): Told | undefined {
  const { world, library, options, desks, around, detect } = state;
  const inventory = viewOf(world, () => undefined, true);
  return toldOf(seen ?? around, inventory, library, desks.judged(), options.exceptions, detect);
}

export function snapshotOf({ stock, options, around }: State): Snapshot {
  return {
    header: {
      format: "plimsoll-snapshot",
      version: 1,
      takenAt: options.takenAt,
      server: options.server,
    },
    resources: stock.records(),
    ...around,
    gaps: stock.gaps(),
    skipped: [],
    covered: stock.covered(),
  };
}

function scoresNow(state: State): State["scores"] {
  const { selection, options } = state;
  const tallies = talliesOf(state);
  const moved = movedControls(state, tallies);
  const known = state.scores;
  return new Map(
    selection.frameworks.map((framework) => {
      const { id, requirements } = framework;
      const isMoved = requirements.some(({ controls }) => controls.some((control) => moved.has(control)));
      const before = isMoved ? undefined : known.get(id);
      return [id, before ?? scoreFor(framework, tallies, options.server.distribution)] as const;
    }),
  );
}

/** Controls that count otherwise than when scores were last told. */
function movedControls({ counted }: State, tallies: ReadonlyMap<string, Tally>): ReadonlySet<string> {
  const moved = new Set<string>();
  for (const [id, { pass, fail, accepted, skip, unknown }] of tallies) {
    const text = `${pass} ${fail} ${accepted} ${skip} ${unknown}`;
    if (counted.get(id) === text) continue;
    counted.set(id, text);
    moved.add(id);
  }
  return moved;
}

/** All results as they were last told. */
export function resultsOf({ desks }: State): readonly Result[] {
  return desks.judged().map(({ result }) => result);
}
