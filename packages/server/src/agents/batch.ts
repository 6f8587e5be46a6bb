/** What an agent sends, and what it is answered. */
import { Type, type Static } from "typebox";
import { closed, instant } from "../api/shapes.ts";

const text = Type.String({ minLength: 1, maxLength: 300 });
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Bytes of one request, and entries in it. */
export const mostBytes = 4 * 1024 * 1024;
const mostEntries = 20_000;

export const batchShape = Type.Object(
  {
    version: Type.Literal(1),
    /** The node that it is of: the one that the token is bound to. */
    node: text,
    /** One run of the agent. */
    instance: text,
    agent: text,
    sequence: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    report: Type.Object(
      {
        tier: Type.Union([
          Type.Literal("ebpf"),
          Type.Literal("fanotify"),
          Type.Literal("proc"),
          Type.Literal("none"),
        ]),
        refused: Type.Array(Type.String({ maxLength: 500 }), { maxItems: 10 }),
        blind: Type.Array(Type.String({ maxLength: 500 }), { maxItems: 50 }),
        lost: count,
        nameless: count,
        crowded: count,
        failures: count,
        givenUp: count,
      },
      closed,
    ),
    /** Each is looked at by itself: what is not well made is refused and counted, and the rest is taken. */
    observations: Type.Array(Type.Unknown(), { maxItems: mostEntries }),
    watches: Type.Array(Type.Unknown(), { maxItems: mostEntries }),
  },
  closed,
);

export type AgentBatch = Static<typeof batchShape>;

export const answerShape = Type.Object({
  /** One run of the service: what was told to another may be lost. */
  service: Type.String(),
  sequence: Type.Integer(),
  /** The batch was taken before. */
  repeated: Type.Boolean(),
  taken: Type.Integer(),
  /** Entries of containers whose pods are not known yet. */
  waiting: Type.Integer(),
  /** Entries by what was wrong with them. */
  refused: Type.Record(Type.String(), Type.Integer()),
});

export type AgentAnswer = Static<typeof answerShape>;

export const agentShape = Type.Object({
  node: Type.String(),
  /** Its version; `""` where this replica knows it from the store alone, and what it told of itself is not known. */
  agent: Type.String(),
  /** How it looks: `ebpf` sees most. */
  tier: Type.String(),
  /** Better ways that its node does not allow, and why. */
  refused: Type.Array(Type.String()),
  blind: Type.Array(Type.String()),
  heardAt: Type.Integer(),
  /** It should have told of itself since. */
  silent: Type.Boolean(),
  /** When it was not heard and its node not seen, the last few times. */
  unheard: Type.Array(
    Type.Object({
      from: instant,
      to: Type.Optional(instant),
      gone: Type.Optional(Type.Literal(true)),
    }),
  ),
  /** Milliseconds, the most between two signs of it. */
  longestPause: Type.Integer(),
  /** Events that its senses lost, and behaviours it gave up because it was not heard. */
  lost: Type.Integer(),
  lostAt: Type.Optional(instant),
  givenUp: Type.Integer(),
  crowded: Type.Integer(),
});

export type AgentStanding = Static<typeof agentShape>;
