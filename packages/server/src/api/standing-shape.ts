/** How the service itself is: what it sees, what it cannot, what it keeps, and which settings hold. */
import { Type, type Static } from "typebox";
import { instant } from "./shapes.ts";

export const statusShape = Type.Object({
  version: Type.String(),
  cluster: Type.String(),
  now: instant,
  leads: Type.Boolean(),
  synced: Type.Boolean(),
  /** Kinds that cannot be seen now. */
  blind: Type.Array(Type.String()),
  watch: Type.Object({
    kinds: Type.Integer(),
    objects: Type.Integer(),
    requests: Type.Integer(),
    pending: Type.Integer(),
  }),
  judged: Type.Object({
    count: Type.Integer(),
    at: Type.Optional(instant),
    took: Type.Number({ description: "Milliseconds." }),
    waiting: Type.Integer({ description: "Changes that were not judged yet." }),
    revision: Type.Integer({ description: "Changes taken in, and judged of single objects." }),
    findings: Type.Integer({ description: "Of those, up to which all findings are judged." }),
    report: Type.Optional(
      Type.Integer({ description: "The one that paths, priorities and coverage stand for." }),
    ),
  }),
  /** The heap of the thread that watches and answers. */
  memory: Type.Object({
    used: Type.Integer({ description: "Bytes, as of the last look." }),
    limit: Type.Integer({ description: "Bytes that it may hold." }),
    short: Type.Boolean({ description: "What agents and tools tell is not taken until there is room." }),
  }),
  /** Who looks at the whole cluster: joint findings, paths, priorities. */
  overview: Type.Object({
    losses: Type.Integer({ description: "How often it ended by itself." }),
    lost: Type.Optional(Type.String({ description: "Why; until it has told of the whole cluster again." })),
  }),
  store: Type.Object({
    engine: Type.String(),
    writable: Type.Boolean(),
    because: Type.Optional(Type.String()),
    sequence: Type.Integer(),
    bytes: Type.Optional(Type.Integer()),
    waiting: Type.Integer(),
    losses: Type.Array(
      Type.Object({
        at: instant,
        what: Type.String(),
        rows: Type.Optional(Type.Integer()),
        because: Type.String(),
        rebuilt: Type.Boolean(),
      }),
    ),
  }),
  settings: Type.Object({
    since: instant,
    refused: Type.Optional(Type.Object({ at: instant, because: Type.String() })),
  }),
  notices: Type.Object({ waiting: Type.Integer(), delivered: Type.Integer(), dead: Type.Integer() }),
  observing: Type.Object({
    agents: Type.Integer(),
    silent: Type.Integer(),
    tiers: Type.Record(Type.String(), Type.Integer()),
    lost: Type.Integer({ description: "Events that the agents' senses lost." }),
    givenUp: Type.Integer({ description: "Behaviours that agents gave up while they were not heard." }),
    batches: Type.Record(Type.String(), Type.Integer(), { description: "By what became of them." }),
    entries: Type.Object({ taken: Type.Integer(), refused: Type.Integer() }),
    containers: Type.Object({
      waiting: Type.Integer({ description: "No pod told of them yet." }),
      sandboxes: Type.Integer({ description: "Of a pod that does not list them." }),
      nameless: Type.Integer({ description: "No pod told of them in time." }),
      crowded: Type.Integer({ description: "More than can wait." }),
    }),
  }),
  /** Why something does not go on; empty where all is well. */
  troubles: Type.Array(Type.String()),
});

export type ServiceStatus = Static<typeof statusShape>;
