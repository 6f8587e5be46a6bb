/**
 * Whether a pod that asks for more still finds room: at the LimitRanges and quotas of its namespace, and on a node. What a
 * verdict of it rests on: `docs/decisions/0025`.
 */
import type { JsonObject } from "../../model/json.ts";
import { refKey, type Resource, type ResourceRef } from "../../model/resource.ts";
import type { Missing } from "../../model/verdict.ts";
import type { Judgement } from "../fields/field.ts";
import { unknownFor } from "../fields/judgement.ts";
import { grownIn } from "./amounts.ts";
import { roomSpec, type RoomBook } from "./book.ts";
import { demandOf } from "./demand.ts";
import { defaultsOf, refusedBy } from "./limit-range.ts";
import { askNodes } from "./nodes.ts";
import { askQuotas, type Grown } from "./quota.ts";
import { rolloutOf } from "./rollout.ts";

/** A change of what the pods of a workload ask for. Small enough to be kept and asked again. */
export interface RoomQuestion {
  readonly resource: Resource;
  readonly root: ResourceRef;
  /** Pod specs. */
  readonly before: JsonObject;
  readonly after: JsonObject;
}

export interface RoomGround {
  readonly book: RoomBook;
  readonly isCluster: boolean;
  /** Whether a kind was read, in a namespace or in all. */
  readonly covers: (gvk: string, namespace?: string) => boolean;
}

export function questionOf(
  resource: Resource,
  root: ResourceRef,
  before: JsonObject,
  after: JsonObject,
): RoomQuestion {
  // A pod by itself is made anew, wherever it stands now.
  const [old, now] = [before, after].map((spec) => {
    const { nodeName: _n, ...kept } = roomSpec(spec);
    return kept;
  });
  return { resource, root, before: old!, after: now! };
}

/** `undefined`: it asks for no more, and nothing refuses it. */
export function judgeRoom(question: RoomQuestion, ground: RoomGround): Judgement | undefined {
  const { resource, root } = question;
  const { namespace = "" } = resource.metadata;
  const { book, covers, isCluster } = ground;
  const ranges = book.limitRangesIn(namespace);
  const defaults = defaultsOf(ranges);
  const [before, after] = [question.before, question.after].map((spec): Grown => ({
    spec,
    demand: demandOf(spec, defaults),
  })) as [Grown, Grown];
  const refused = refusedBy(ranges, after.demand);
  if (refused.length > 0) return breaking("Its pods would not be admitted", refused);
  const requests = grownIn(after.demand.requests, before.demand.requests);
  const limits = grownIn(after.demand.limits, before.demand.limits);
  const isGrown = requests.length > 0;
  if (!isCluster) return isGrown ? unseen(requests) : undefined;
  const readsPods = covers("v1/Pod");
  const standing = readsPods || covers("v1/Pod", namespace) ? book.podsOf(refKey(root)) : undefined;
  const rollout = rolloutOf(resource, standing?.length ?? 0);
  if (rollout === undefined) return isGrown ? unseen(requests) : undefined;
  const quota = askQuotas(book.quotasIn(namespace), { before, after, rollout, standing });
  if (quota.refused.length > 0) return breaking("Its pods would not be admitted", quota.refused);
  if (!isGrown && limits.length === 0) return undefined;
  const nodes = !isGrown
    ? undefined
    : covers("v1/Node")
      ? askNodes(book, { after, rollout, standing: readsPods ? standing : undefined })
      : { refused: [], missing: [unread("nodes", "v1/Node")], room: [] };
  if (nodes !== undefined && nodes.refused.length > 0)
    return breaking("Its pods would find no node", nodes.refused);
  const missing: readonly Missing[] = [
    ...["v1/LimitRange", "v1/ResourceQuota"].flatMap((kind) =>
      covers(kind, namespace) ? [] : [unread(`the ${kind.slice(3)}s of its namespace`, kind)],
    ),
    ...quota.missing,
    ...(nodes?.missing ?? []),
  ];
  if (missing.length > 0) return unknownFor("Whether what it asks for finds room was not seen", missing);
  const room = [...quota.room, ...(nodes?.room ?? [])];
  if (room.length === 0) return undefined;
  return {
    verdict: "clear",
    basis: "construction",
    because: `What it asks for finds room as requests stand now: ${room.join(", ")}`,
  };
}

function breaking(because: string, texts: readonly string[]): Judgement {
  const witnesses = [...new Set(texts)].map((text) => ({
    text,
    replicas: 0,
    replicasWatched: 0,
    first: "",
    last: "",
    sensors: [],
    flags: [],
  }));
  return { verdict: "breaks", basis: "construction", because, witnesses, missing: [] };
}

function unseen(requests: readonly string[]): Judgement {
  const text = `whether quotas and nodes have room for its request of ${requests.join(", ")}`;
  const remedy = "scan the cluster that it runs in, or compare with kubectl describe quota,limits,nodes";
  return unknownFor("Whether there is room, files do not tell", [{ text, remedy }]);
}

function unread(what: string, kind: string): Missing {
  return { text: `${what}: they were not read`, remedy: `let it list ${kind.slice(3).toLowerCase()}s` };
}
