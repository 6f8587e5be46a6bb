/** The shape of a route: what may be asked, what is answered, and how. The types are the documentation and the check. */
import { Type, type TObject, type TSchema, type Static } from "typebox";
import type { Clock } from "@plimsoll/cluster";
import type { RequirementResult, Snapshot } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import type { Principal } from "../auth/principal.ts";
import type { Followups } from "../followup/shape.ts";
import type { Outline } from "../overview/outline.ts";
import type { Pipeline } from "../pipeline/shape.ts";
import type { Settings } from "../settings/settings.ts";
import type { Visible } from "../store/query.ts";
import type { Store } from "../store/store.ts";
import type { ServiceStatus } from "./standing-shape.ts";
import type { Reception } from "../agents/reception.ts";
import type { Feed } from "./feed.ts";
import type { Eyes } from "./sight.ts";
import { ProblemError } from "./problem.ts";

export interface Context {
  readonly cluster: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly pipeline: Pipeline;
  readonly followups: Pick<Followups, "list" | "record">;
  readonly feed: Feed;
  readonly reception: Reception;
  readonly settings: () => Settings;
  readonly status: () => Promise<ServiceStatus>;
}

export interface Asked<Q = unknown, P = unknown, B = unknown> {
  readonly query: Q;
  readonly params: P;
  readonly body: B;
  readonly eyes: Eyes;
  readonly principal: Principal;
}

export interface Route {
  /** `listFindings`. */
  readonly id: string;
  /** Default: get. */
  readonly method?: "post";
  /** As Fastify has it: `/api/v1/findings/:id`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly query?: TObject;
  readonly params?: TObject;
  /** JSON, checked before `run`. */
  readonly body?: TSchema;
  /** One document of another tool: taken packed too, and refused where it is no UTF-8. */
  readonly document?: true;
  /** Of the body. */
  readonly mostBytes?: number;
  /** Of the body; default: 200. */
  readonly deepest?: number;
  readonly answer: TSchema;
  /** Who may ask, in words, for the documentation. */
  readonly needs: "nothing" | "report" | "objects" | "agent" | "source";
  readonly run: (asked: Asked, context: Context) => Promise<unknown>;
}

type Given<S extends TSchema | undefined> = S extends TSchema ? Static<S> : unknown;

interface Defined<
  Q extends TObject | undefined,
  P extends TObject | undefined,
  B extends TSchema | undefined,
> extends Omit<Route, "query" | "params" | "body" | "run"> {
  readonly query?: Q;
  readonly params?: P;
  readonly body?: B;
  readonly run: (asked: Asked<Given<Q>, Given<P>, Given<B>>, context: Context) => Promise<unknown>;
}

export function defineRoute<
  const Q extends TObject | undefined = undefined,
  const P extends TObject | undefined = undefined,
  const B extends TSchema | undefined = undefined,
>(route: Defined<Q, P, B>): Route {
  return route as unknown as Route;
}

/** Refuses while nothing was judged yet: an empty answer would look like nothing found. */
export function mustBeJudged({ pipeline }: Context): void {
  if (pipeline.status().judged === 0)
    throw new ProblemError("not-ready", "the cluster is being read for the first time");
}

/** Which revision of the cluster the report stands for. Findings are ahead of it while it is being worked out. */
export function asOf({ pipeline }: Context): AsOf {
  const { revision: latest, report: revision = 0 } = pipeline.standing();
  return { revision, latest, current: revision === latest };
}

export const asOfShape = Type.Object({
  revision: Type.Integer({ description: "The revision of the cluster that this stands for." }),
  latest: Type.Integer({ description: "The revision up to which findings are known." }),
  current: Type.Boolean({ description: "False: it is being worked out anew." }),
});

export type AsOf = Static<typeof asOfShape>;

/** What the latest report says beyond findings, or the refusal that there is none yet: an empty answer would look like nothing found. */
export function reportOf({ pipeline }: Context): Outline {
  const outline = pipeline.outline();
  if (outline === undefined)
    throw new ProblemError("not-ready", "the cluster is being read for the first time");
  return outline;
}

/** Of a framework that nobody knows, an empty answer would look like nothing found. */
export function mustBeKnown(framework: string): void {
  if (!library.frameworks.some(({ id }) => id === framework))
    throw new ProblemError("not-found", "there is no such framework");
}

/** Of one framework; refuses where there is none, and where it is not judged. */
export function requirementsOf({ requirements }: Outline, framework: string): readonly RequirementResult[] {
  mustBeKnown(framework);
  const found = requirements.filter((entry) => entry.framework === framework);
  if (found.length === 0) throw new ProblemError("not-found", "the settings leave this framework out");
  return found;
}

export type { Snapshot, Visible };
