/**
 * What a principal may see. A finding, an edit, a resource: whoever may `get` that kind in that namespace sees it;
 * what has no namespace needs the right in the whole cluster.
 */
import type { Clock } from "@plimsoll/cluster";
import { apiResourceOf, type Resource, type ResourceRef } from "@plimsoll/core";
import type { ApiServer, Question } from "./apiserver.ts";
import { AuthError } from "./error.ts";
import { createKept } from "./kept.ts";
import { principalKey, type Principal } from "./principal.ts";

export interface Grants {
  /** Throws `AuthError` (`unavailable`) where it cannot be told within its time. */
  readonly may: (principal: Principal, question: Question) => Promise<boolean>;
  /** Looks up all places at once; what it gives answers without waiting. */
  readonly sightOf: (principal: Principal, places: Iterable<Place>) => Promise<Sight>;
}

/** A kind in a namespace. */
export type Place = Pick<ResourceRef, "apiVersion" | "kind" | "namespace">;

export interface Sight {
  /** Everything, whatever it is. */
  readonly all: boolean;
  readonly sees: (place: Place) => boolean;
  /** Whether objects outside namespaces, and the whole of the cluster, are theirs to see. */
  readonly wholeCluster: boolean;
}

export const everything: Sight = { all: true, sees: () => true, wholeCluster: true };

export interface GrantsOptions {
  readonly api: ApiServer;
  readonly clock: Clock;
  /** Milliseconds that a yes holds, at most 10 s; a no holds half as long. */
  readonly holds?: number;
}

const mostKept = 200_000;
const parallel = 32;
/** Milliseconds for all questions of one request. */
const patience = 2_000;

export function createGrants({ api, clock, holds = 10_000 }: GrantsOptions): Grants {
  const yes = Math.min(holds, 10_000);
  const kept = createKept<boolean>({ clock, most: mostKept, holds: (allowed) => (allowed ? yes : yes / 2) });
  const may = (principal: Principal, question: Question): Promise<boolean> =>
    principal.by === "local"
      ? Promise.resolve(true)
      : kept.get(`${principalKey(principal)} ${JSON.stringify(question)}`, () =>
          api.may(principal, question),
        );
  return {
    may,
    sightOf: async (principal, places) => {
      if (principal.by === "local") return everything;
      if (await may(principal, anything)) return everything;
      return look(clock, places, (question) => may(principal, question));
    },
  };
}

/** RBAC says yes to this only by a rule that names every resource of every group by `*`. */
const anything: Question = { verb: "get", group: "*", resource: "*", namespace: "" };

type Ask = (question: Question) => Promise<boolean>;

async function look(clock: Clock, places: Iterable<Place>, ask: Ask): Promise<Sight> {
  const started = clock.elapsed();
  const inTime: Ask = (question) => {
    if (clock.elapsed() - started > patience)
      throw new AuthError("unavailable", "the API server did not say in time what is allowed");
    return ask(question);
  };
  const namespaces = new Map<string, Set<string>>();
  for (const place of places) {
    const key = kindKey(place);
    const found = namespaces.get(key) ?? new Set<string>();
    namespaces.set(key, found.add(place.namespace));
  }
  const everywhere = new Set<string>();
  const here = new Set<string>();
  await inTurns([...namespaces.keys()], async (key) => {
    if (await inTime(questionOf(key, ""))) everywhere.add(key);
  });
  const rest = [...namespaces].flatMap(([key, names]) =>
    everywhere.has(key) ? [] : [...names].flatMap((name) => (name === "" ? [] : [[key, name] as const])),
  );
  await inTurns(rest, async ([key, namespace]) => {
    if (await inTime(questionOf(key, namespace))) here.add(`${key} ${namespace}`);
  });
  const wholeCluster = await inTime({ verb: "get", group: "", resource: "nodes", namespace: "" });
  return {
    all: false,
    wholeCluster,
    sees: (place) => {
      const key = kindKey(place);
      return everywhere.has(key) || here.has(`${key} ${place.namespace}`);
    },
  };
}

/** Group and plural, since RBAC knows no versions. */
function kindKey({ apiVersion, kind }: Place): string {
  const { group, resource } = apiResourceOf({ apiVersion, kind, metadata: {} } as Resource);
  return `${resource}.${group}`;
}

function questionOf(key: string, namespace: string): Question {
  const dot = key.indexOf(".");
  return { verb: "get", group: key.slice(dot + 1), resource: key.slice(0, dot), namespace };
}

async function inTurns<T>(list: readonly T[], work: (entry: T) => Promise<void>): Promise<void> {
  const queue = list.values();
  const worker = async (): Promise<void> => {
    for (const entry of queue) await work(entry);
  };
  await Promise.all(Array.from({ length: Math.min(parallel, list.length) }, worker));
}
