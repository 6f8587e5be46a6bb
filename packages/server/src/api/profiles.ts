/** What workloads were seen to do, what could not be seen of them, and what was seen that should not have been. */
import { Type } from "typebox";
import {
  atLeast,
  detailText,
  expectations,
  observationKinds,
  profilesOf,
  withGrave,
  workloadKinds,
  type ContainerKey,
  type Profile,
  type Seen,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import type { Place } from "../auth/grants.ts";
import { defineRoute } from "./route.ts";
import { choice, closed, shapes, word } from "./shapes.ts";

const container = Type.Object({
  namespace: Type.String(),
  workloadKind: Type.String(),
  workload: Type.String(),
  container: Type.String(),
  image: Type.Optional(Type.String()),
});
const query = Type.Object(
  {
    namespace: word,
    workload: Type.Optional(word),
    kind: Type.Optional(word),
    container: Type.Optional(word),
    behaviour: Type.Optional(choice(observationKinds)),
    /** Behaviours of one container. */
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000, default: 500 })),
  },
  closed,
);
const behaviour = Type.Object({
  key: Type.String(),
  kind: Type.String(),
  /** One line for people. */
  text: Type.String(),
  detail: Type.Record(Type.String(), Type.Unknown()),
  patterns: Type.Optional(Type.Array(Type.String())),
  replicas: Type.Integer(),
  replicasWatched: Type.Integer(),
  first: Type.String(),
  last: Type.String(),
  count: Type.Integer(),
  sensors: Type.Array(Type.String()),
  learned: Type.Boolean(),
  flags: Type.Array(Type.Object({ id: Type.String(), text: Type.String() })),
});

interface Of {
  readonly container: ContainerKey;
}

export const profileRoutes = [
  defineRoute({
    id: "listProfiles",
    path: "/api/v1/profiles",
    tag: "profiles",
    summary: "What the containers of a namespace's workloads were seen to do, and what could not be seen",
    needs: "objects",
    query,
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          container,
          behaviours: Type.Array(behaviour),
          /** Behaviours beyond the limit. */
          more: Type.Integer(),
          /** For each kind of behaviour what was seen of it. */
          coverage: Type.Record(Type.String(), Type.Unknown()),
          blind: Type.Array(Type.String()),
        }),
      ),
    }),
    run: async ({ query: asked, eyes }, { pipeline, reception, settings }) => {
      const { observations, watches = [], detections = [] } = pipeline.snapshot();
      const isAsked = ({ container: each }: Of): boolean =>
        each.namespace === asked.namespace &&
        (asked.workload === undefined || each.workload === asked.workload) &&
        (asked.kind === undefined || each.workloadKind === asked.kind) &&
        (asked.container === undefined || each.container === asked.container);
      const chosen = [...observations, ...watches, ...detections].filter(isAsked);
      const sees = await eyes.seen(chosen.map((each) => placeOf(each.container)));
      const isSeen = (each: Of): boolean => isAsked(each) && sees(placeOf(each.container));
      const seen: Seen = {
        observations: observations.filter(isSeen),
        watches: watches.filter(isSeen),
        detections: detections.filter(isSeen),
      };
      const inventory = reception.inventory();
      const { evidence, own, exceptions } = settings();
      const rules = {
        controls: [...library.controls, ...own.controls],
        detections: [...(library.detections ?? []), ...own.detections],
      };
      const { behaviour: kind, limit = 500 } = asked;
      const options = { expectedOf: expectations(inventory), enough: atLeast(evidence) };
      const profiles = profilesOf(withGrave(seen, rules, inventory, exceptions), options);
      return { items: profiles.map((profile) => itemOf(profile, kind, limit)) };
    },
  }),
  defineRoute({
    id: "listDetections",
    path: "/api/v1/detections",
    tag: "detections",
    summary: "What was seen that should not have happened, the last first",
    needs: "objects",
    query: Type.Object({ namespace: Type.Optional(word), rule: Type.Optional(word) }, closed),
    answer: Type.Object({ items: Type.Array(shapes.detection) }),
    // Not of the report, which is settled later: what happened is told at once.
    run: async ({ query: { namespace, rule }, eyes }, { pipeline }) => {
      const asked = pipeline
        .detections()
        .filter(
          (each) =>
            (namespace === undefined || each.container.namespace === namespace) &&
            (rule === undefined || each.rule === rule),
        );
      const sees = await eyes.seen(asked.map((each) => placeOf(each.container)));
      const items = asked.filter((each) => sees(placeOf(each.container)));
      return { items: items.toSorted((a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : 0)) };
    },
  }),
];

/** Whoever may get the workload sees its profile; of a kind that is not ours, whoever may get pods. */
export function placeOf({ namespace, workloadKind }: ContainerKey): Place {
  const known =
    [...workloadKinds, "v1/ServiceAccount"].find((each) => each.endsWith(`/${workloadKind}`)) ?? "v1/Pod";
  const at = known.lastIndexOf("/");
  return { apiVersion: known.slice(0, at), kind: known.slice(at + 1), namespace };
}

function itemOf({ container: key, behaviours, ledger }: Profile, kind: string | undefined, limit: number) {
  const all = behaviours.filter(({ detail }) => kind === undefined || detail.kind === kind);
  return {
    container: key,
    behaviours: all.slice(0, limit).map(({ key: id, detail, patterns, ...each }) => ({
      key: id,
      kind: detail.kind,
      text: detailText(detail, patterns),
      detail,
      ...(patterns === undefined ? {} : { patterns }),
      replicas: each.replicas,
      replicasWatched: each.replicasWatched,
      first: each.first,
      last: each.last,
      count: each.count,
      sensors: each.sensors,
      learned: each.learned,
      flags: each.flags,
    })),
    more: Math.max(0, all.length - limit),
    coverage: ledger.kinds,
    blind: ledger.blindKinds,
  };
}
