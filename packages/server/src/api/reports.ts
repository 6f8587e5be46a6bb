/** What only the whole report says: attack paths, edits to act on, coverage and gaps, frameworks, exceptions. */
import { Type } from "typebox";
import { library } from "@plimsoll/library";
import { recordShape } from "./followups.ts";
import { asOf, asOfShape, defineRoute, reportOf, requirementsOf } from "./route.ts";
import { closed, shapes, word } from "./shapes.ts";

const pathQuery = Type.Object({ entry: Type.Optional(word), target: Type.Optional(word) }, closed);

export const reportRoutes = [
  defineRoute({
    id: "getPaths",
    path: "/api/v1/paths",
    tag: "paths",
    summary: "The gravest attack paths, what cuts them, and what nothing cuts",
    needs: "report",
    query: pathQuery,
    answer: Type.Object({ takenAt: Type.String(), asOf: asOfShape, paths: shapes.paths }),
    run: async ({ query: { entry = "", target = "" }, eyes }, context) => {
      await eyes.mustSeeReport();
      const { takenAt, paths } = reportOf(context);
      if (paths === undefined) return { takenAt, asOf: asOf(context), paths: undefined };
      const top = paths.top.filter((path) => path.entry.includes(entry) && path.target.includes(target));
      return { takenAt, asOf: asOf(context), paths: { ...paths, top } };
    },
  }),
  defineRoute({
    id: "getActions",
    path: "/api/v1/actions",
    tag: "actions",
    summary: "What to do first, in order, with the edits that do it",
    needs: "report",
    answer: Type.Object({
      takenAt: Type.String(),
      asOf: asOfShape,
      priorities: Type.Unsafe({ $ref: "priorities" }),
      edits: Type.Array(shapes.edit),
      /** How edits of each field have fared after they were made. */
      record: recordShape,
    }),
    run: async ({ eyes }, context) => {
      await eyes.mustSeeReport();
      const { takenAt, priorities, edits } = reportOf(context);
      const record = context.followups.record();
      return { takenAt, asOf: asOf(context), priorities, edits, record };
    },
  }),
  defineRoute({
    id: "getCoverage",
    path: "/api/v1/coverage",
    tag: "coverage",
    summary: "What was looked at, and every gap: what could not be seen and what would show it",
    needs: "report",
    answer: Type.Object({
      takenAt: Type.String(),
      asOf: asOfShape,
      coverage: shapes.coverage,
      gaps: Type.Array(shapes.gap),
    }),
    run: async ({ eyes }, context) => {
      await eyes.mustSeeReport();
      const { takenAt, coverage, gaps } = reportOf(context);
      return { takenAt, asOf: asOf(context), coverage, gaps };
    },
  }),
  defineRoute({
    id: "listFrameworks",
    path: "/api/v1/frameworks",
    tag: "frameworks",
    summary: "The frameworks that are known; public knowledge",
    needs: "nothing",
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          title: Type.String(),
          version: Type.String(),
          source: Type.String(),
          requirements: Type.Integer(),
        }),
      ),
    }),
    run: async () => ({
      items: library.frameworks.map(({ id, title, version, source, requirements }) => ({
        id,
        title,
        version,
        source,
        requirements: requirements.length,
      })),
    }),
  }),
  defineRoute({
    id: "getFramework",
    path: "/api/v1/frameworks/:id",
    tag: "frameworks",
    summary: "How far each requirement of a framework is met",
    needs: "report",
    params: Type.Object({ id: word }, closed),
    answer: Type.Object({
      takenAt: Type.String(),
      asOf: asOfShape,
      requirements: Type.Array(shapes.requirement),
    }),
    run: async ({ params: { id }, eyes }, context) => {
      await eyes.mustSeeReport();
      const report = reportOf(context);
      const requirements = [...requirementsOf(report, id)];
      return { takenAt: report.takenAt, asOf: asOf(context), requirements };
    },
  }),
  defineRoute({
    id: "listExceptions",
    path: "/api/v1/exceptions",
    tag: "exceptions",
    summary: "What became of each exception in the settings",
    needs: "report",
    answer: Type.Object({ items: Type.Array(shapes.exception) }),
    run: async ({ eyes }, context) => {
      await eyes.mustSeeReport();
      return { items: reportOf(context).exceptions };
    },
  }),
];
