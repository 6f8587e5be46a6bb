/** Findings: listed, counted, one by one, and what became of each. */
import { Type } from "typebox";
import { severities } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import type { FindingQuery, GroupKey } from "../store/query.ts";
import type { HistoryEntry, StoredResult } from "../store/store.ts";
import { ProblemError } from "./problem.ts";
import { defineRoute, mustBeJudged, type Asked, type Context } from "./route.ts";
import { choice, closed, cursor, instant, pageOf, shapes, word, words } from "./shapes.ts";
import type { Place } from "../auth/grants.ts";
import { placeOfId } from "./sight.ts";

const filters = {
  control: Type.Optional(words),
  severity: Type.Optional(Type.Array(choice(severities))),
  outcome: Type.Optional(
    Type.Array(choice(["pass", "fail", "skip", "unknown"]), { description: "Default: fail." }),
  ),
  namespace: Type.Optional(Type.Array(Type.String({ maxLength: 512 }), { maxItems: 50 })),
  kind: Type.Optional(words),
  name: Type.Optional(words),
  workload: Type.Optional(word),
  edit: Type.Optional(word),
  place: Type.Optional(Type.Array(choice(["act", "later", "blind", "system"]))),
  team: Type.Optional(words),
  excepted: Type.Optional(Type.Boolean()),
  changedSince: Type.Optional(instant),
  firstSeenSince: Type.Optional(instant),
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
};

const sorts = ["severity", "lastChanged", "firstSeen", "namespace", "name", "control", "kind"] as const;
const groupKeys = [
  "severity",
  "outcome",
  "control",
  "namespace",
  "kind",
  "place",
  "workload",
  "edit",
  "team",
] as const satisfies readonly GroupKey[];

/** Of controls that are policies of the cluster: they come and go. */
const policyPrefix = "policy.";
const listQuery = Type.Object(
  {
    ...filters,
    sort: Type.Optional(choice(sorts)),
    descending: Type.Optional(Type.Boolean()),
    limit: Type.Optional(pageOf),
    cursor: Type.Optional(cursor),
  },
  closed,
);
const groupQuery = Type.Object({ ...filters, by: choice(groupKeys) }, closed);
const idParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 2048 }) }, closed);

export const findingShape = Type.Object({
  finding: shapes.result,
  place: Type.Optional(choice(["act", "later", "blind", "system"])),
  firstSeen: instant,
  lastChanged: instant,
});

export const changeShape = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  namespace: Type.String(),
  name: Type.String(),
  uid: Type.Optional(Type.String()),
  resourceVersion: Type.Optional(Type.String()),
  at: instant,
  manager: Type.Optional(Type.String({ description: "The field manager that made the change." })),
  verb: choice(["added", "modified", "deleted"]),
});

export const historyShape = Type.Object({
  sequence: Type.Integer(),
  at: instant,
  id: Type.String(),
  kind: choice(["opened", "changed", "excepted", "exception-ended", "fixed", "gone", "lost"]),
  control: Type.String(),
  namespace: Type.String(),
  severity: choice(severities),
  because: Type.String(),
  by: Type.Optional(changeShape),
});

type Filters = typeof listQuery extends { readonly static: infer S } ? S : never;

function queryOf(query: Partial<Record<keyof typeof filters, unknown>>, cluster: string): FindingQuery {
  const { control, severity, outcome = ["fail"], namespace, kind, name, place, team, ...rest } = query;
  const lists = {
    controls: control,
    severities: severity,
    outcomes: outcome,
    namespaces: namespace,
    kinds: kind,
    names: name,
    places: place,
    teams: team,
  };
  const given = Object.entries(lists).filter(([, list]) => list !== undefined);
  return { clusters: [cluster], ...Object.fromEntries(given), ...rest } as FindingQuery;
}

/** Of a control that nobody knows, an empty answer would look like nothing found. */
function mustBeControls(ids: readonly string[] = [], { settings }: Context): void {
  const own = settings().own.controls;
  const isKnown = (id: string): boolean =>
    id.startsWith(policyPrefix) || [...library.controls, ...own].some((control) => control.id === id);
  const unknown = ids.find((id) => !isKnown(id));
  if (unknown !== undefined) throw new ProblemError("bad-request", `there is no control ${unknown}`);
}

async function seenQuery(query: FindingQuery, { eyes }: Asked): Promise<FindingQuery> {
  const visible = await eyes.visible(query.namespaces);
  return visible === undefined ? query : { ...query, visible };
}

function shown({ result, place, firstSeen, lastChanged }: StoredResult) {
  return { finding: result, ...(place === undefined ? {} : { place }), firstSeen, lastChanged };
}

export const findingRoutes = [
  defineRoute({
    id: "listFindings",
    path: "/api/v1/findings",
    tag: "findings",
    summary: "Findings and other results as they are now, filtered, sorted and in pages",
    needs: "objects",
    query: listQuery,
    answer: Type.Object({ items: Type.Array(findingShape), next: Type.Optional(Type.String()) }),
    run: async (asked, context) => {
      mustBeJudged(context);
      mustBeControls(asked.query.control, context);
      const query = await seenQuery(queryOf(asked.query as Filters, context.cluster), asked);
      const { items, next } = await context.store.findings(query);
      return { items: items.map(shown), ...(next === undefined ? {} : { next }) };
    },
  }),
  defineRoute({
    id: "groupFindings",
    path: "/api/v1/findings/groups",
    tag: "findings",
    summary: "How many findings there are, by one of their properties",
    needs: "objects",
    query: groupQuery,
    answer: Type.Object({ groups: Type.Array(Type.Object({ key: Type.String(), count: Type.Integer() })) }),
    run: async (asked, context) => {
      mustBeJudged(context);
      const { by, ...rest } = asked.query;
      mustBeControls(rest.control, context);
      const query = await seenQuery(queryOf(rest, context.cluster), asked);
      return { groups: await context.store.groups(query, by) };
    },
  }),
  defineRoute({
    id: "getFinding",
    path: "/api/v1/findings/:id",
    tag: "findings",
    summary: "One finding by its id",
    needs: "objects",
    params: idParams,
    answer: findingShape,
    run: async ({ params, eyes }, { store, cluster }) => {
      await mustSee(params.id, eyes);
      const found = await store.finding(cluster, params.id);
      if (found === undefined) throw new ProblemError("not-found");
      return shown(found);
    },
  }),
  defineRoute({
    id: "getFindingHistory",
    path: "/api/v1/findings/:id/history",
    tag: "findings",
    summary:
      "When a finding was opened, changed, accepted, fixed, and by which change; kept after it is gone",
    needs: "objects",
    params: idParams,
    answer: Type.Object({ items: Type.Array(historyShape) }),
    run: async ({ params, eyes }, { store, cluster }) => {
      await mustSee(params.id, eyes);
      const items = await store.history(cluster, params.id);
      if (items.length === 0 && (await store.finding(cluster, params.id)) === undefined)
        throw new ProblemError("not-found");
      const sees = await eyes.seen(items.flatMap(({ by }) => by ?? []));
      return { items: items.map((entry) => seenBy(entry, sees)) };
    },
  }),
];

export function withoutCluster(entry: HistoryEntry): Omit<HistoryEntry, "cluster"> {
  const { sequence, at, id, kind, control, namespace, severity, because, by } = entry;
  const said = { sequence, at, id, kind, control, namespace, severity, because };
  return by === undefined ? said : { ...said, by };
}

/** Another object may have caused it: who may not see that one is not told its name. */
export function seenBy(
  entry: HistoryEntry,
  sees: (place: Place) => boolean,
): ReturnType<typeof withoutCluster> {
  const { by, ...said } = withoutCluster(entry);
  return by === undefined || !sees(by) ? said : { ...said, by };
}

/** Who may not see it is told the same as where there is none. */
async function mustSee(id: string, eyes: Asked["eyes"]): Promise<void> {
  const place = placeOfId(id);
  if (place === undefined) throw new ProblemError("not-found");
  if (!(await eyes.seen([place]))(place)) throw new ProblemError("not-found");
}

export type { Context };
