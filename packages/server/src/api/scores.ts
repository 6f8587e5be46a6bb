/** Posture scores: now, over time, and why one changed. */
import { Type } from "typebox";
import type { HistoryEntry } from "../store/store.ts";
import { historyShape, withoutCluster } from "./findings.ts";
import { ProblemError } from "./problem.ts";
import { asOf, asOfShape, defineRoute, mustBeKnown, reportOf, requirementsOf } from "./route.ts";
import { closed, instant, shapes, word } from "./shapes.ts";

const range = { from: instant, to: instant };
const historyQuery = Type.Object({ ...range, framework: Type.Optional(word) }, closed);
const whyQuery = Type.Object({ ...range, framework: word }, closed);

const scoreAt = Type.Object({
  at: instant,
  sequence: Type.Integer(),
  id: Type.String(),
  title: Type.String(),
  score: Type.Union([Type.Number(), Type.Null()]),
  met: Type.Integer(),
  failed: Type.Integer(),
  unknown: Type.Integer(),
  accepted: Type.Integer(),
  manual: Type.Integer(),
  skipped: Type.Integer(),
});

/** Entries of history that an answer holds at most. */
const most = 1_000;

export const scoreRoutes = [
  defineRoute({
    id: "getScores",
    path: "/api/v1/scores",
    tag: "scores",
    summary: "The posture score of every framework",
    needs: "report",
    answer: Type.Object({ takenAt: Type.String(), asOf: asOfShape, scores: Type.Array(shapes.score) }),
    run: async ({ eyes }, context) => {
      await eyes.mustSeeReport();
      const { takenAt, frameworks } = reportOf(context);
      return { takenAt, asOf: asOf(context), scores: frameworks };
    },
  }),
  defineRoute({
    id: "getScoreHistory",
    path: "/api/v1/scores/history",
    tag: "scores",
    summary: "Scores wherever they changed between two times, and the one that held when the time began",
    needs: "report",
    query: historyQuery,
    answer: Type.Object({ items: Type.Array(scoreAt) }),
    run: async ({ query, eyes }, { store, cluster }) => {
      await eyes.mustSeeReport();
      if (query.framework !== undefined) mustBeKnown(query.framework);
      const items = await store.scores(cluster, rangeOf(query), query.framework);
      return { items: items.slice(-5_000) };
    },
  }),
  defineRoute({
    id: "explainScore",
    path: "/api/v1/scores/why",
    tag: "scores",
    summary:
      "Why a score changed between two times: findings of its controls that came and went, and what changed them",
    needs: "report",
    query: whyQuery,
    answer: Type.Object({
      before: Type.Optional(scoreAt),
      after: Type.Optional(scoreAt),
      changes: Type.Array(historyShape),
      complete: Type.Boolean({ description: "False where there were more changes than are listed." }),
    }),
    run: async ({ query, eyes }, context) => {
      await eyes.mustSeeReport();
      const { store, cluster } = context;
      const { from, to } = rangeOf(query);
      const requirements = requirementsOf(reportOf(context), query.framework);
      const controls = new Set(requirements.flatMap((entry) => entry.controls));
      const scores = await store.scores(cluster, { from, to }, query.framework);
      const [before, after] = [scores[0], scores.at(-1)];
      const changes: HistoryEntry[] = [];
      let sequence = before?.sequence ?? 0;
      let isOver = before === undefined;
      while (!isOver && changes.length <= most) {
        const page = await store.historySince(cluster, sequence, 2_000);
        const within = page.filter(({ at }) => at <= to);
        changes.push(...within.filter(({ control, at }) => at >= from && controls.has(control)));
        const last = page.at(-1);
        isOver = page.length < 2_000 || within.length < page.length || last === undefined;
        // A batch that the page ended in is read on from its end: of more changes than that, some are not listed.
        sequence = Math.max(sequence + 1, last?.sequence ?? 0);
      }
      return {
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        changes: changes.slice(0, most).map(withoutCluster),
        complete: changes.length <= most && isOver,
      };
    },
  }),
];

function rangeOf({ from, to }: { readonly from: number; readonly to: number }) {
  if (from > to) throw new ProblemError("bad-request", "from is after to");
  return { from, to };
}
