/** Time travel: the state of the cluster as it was. */
import { Type } from "typebox";
import { ProblemError } from "./problem.ts";
import { defineRoute } from "./route.ts";
import { closed, instant } from "./shapes.ts";

const query = Type.Object({ at: instant }, closed);

export const snapshotRoutes = [
  defineRoute({
    id: "getSnapshot",
    path: "/api/v1/snapshots",
    tag: "snapshots",
    summary: "The cluster as it was at a time: its objects, redacted as they were read",
    needs: "report",
    query,
    answer: Type.Object({
      at: instant,
      sequence: Type.Integer(),
      exact: Type.Boolean({ description: "False where retention has thinned that time." }),
      snapshot: Type.Record(Type.String(), Type.Unknown()),
    }),
    run: async ({ query: { at }, eyes }, { store, cluster }) => {
      await eyes.mustSeeReport();
      const found = await store.snapshotAt(cluster, at);
      if (found === undefined) throw new ProblemError("not-found", "nothing was kept before that time");
      return found;
    },
  }),
];
