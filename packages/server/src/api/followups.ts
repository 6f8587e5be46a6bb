/** Edits that somebody made and what became of them; how edits of each field have fared so far. */
import { Type } from "typebox";
import type { Followup } from "../followup/shape.ts";
import { defineRoute } from "./route.ts";
import { choice, closed, instant, shapes } from "./shapes.ts";

const states = ["watching", "confirmed", "blamed", "taken-back", "unknown"] as const;
const query = Type.Object({ state: Type.Optional(choice(states)) }, closed);
const sign = Type.Object({
  kind: Type.String(),
  field: Type.String(),
  pod: Type.String(),
  container: Type.Optional(Type.String()),
  at: Type.Optional(Type.String()),
  text: Type.String(),
});

export const recordShape = Type.Array(
  Type.Object({ field: Type.String(), confirmed: Type.Integer(), blamed: Type.Integer() }),
);

const item = Type.Object({
  id: Type.String(),
  edit: Type.String(),
  title: Type.String(),
  resource: shapes.resource,
  state: choice(states),
  text: Type.String(),
  since: Type.String(),
  until: Type.String(),
  at: instant,
  fields: Type.Array(Type.Object({ field: Type.String(), container: Type.Optional(Type.String()) })),
  signs: Type.Array(sign),
  pods: Type.Integer(),
  looked: Type.Array(Type.String()),
  missing: Type.Array(Type.Object({ text: Type.String(), remedy: Type.String() })),
  undo: Type.Array(Type.Unsafe({ type: "object" })),
  promised: Type.Optional(Type.String()),
  by: Type.Optional(Type.String()),
});

export const followupRoutes = [
  defineRoute({
    id: "listFollowups",
    path: "/api/v1/followups",
    tag: "actions",
    summary:
      "Edits that somebody made and what became of them, newest first, each with the patch that takes it back",
    needs: "objects",
    query,
    answer: Type.Object({ items: Type.Array(item), record: recordShape }),
    run: async ({ query: { state }, eyes }, { followups }) => {
      const list = followups.list().filter(({ outcome }) => state === undefined || outcome.state === state);
      const sees = await eyes.seen(list.map(({ followed }) => followed.resource));
      const items = list.filter(({ followed }) => sees(followed.resource)).map(itemOf);
      // Counts over all of the cluster tell of nobody's objects, and yet are for those who may see all.
      return { items, record: (await eyes.seesReport()) ? followups.record() : [] };
    },
  }),
];

function itemOf({ followed, outcome, at }: Followup): object {
  const { changed: _, severity: __, resolved: ___, ...told } = followed;
  return { ...told, ...outcome, at };
}
