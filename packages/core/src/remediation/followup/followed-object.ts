/**
 * What became of an edit of an object that runs nothing itself: a role, a binding, a network policy. A refusal is the edit's
 * doing only where the object as it was would have let it, and as it is does not. May not confirm what nobody looked at.
 */
import { detailText } from "../../evidence/tell.ts";
import type { Seen } from "../../evidence/merge.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import type { Peer } from "../../inventory/network/connectivity.ts";
import { connectivity } from "../../inventory/network/engine.ts";
import { authorizer } from "../../inventory/rbac/authorizer.ts";
import { workloadKinds } from "../../inventory/podspec.ts";
import type { Observation, ObservationKind } from "../../model/observation.ts";
import { type Resource, type ResourceRef } from "../../model/resource.ts";
import type { Missing } from "../../model/verdict.ts";
import type { Workload } from "../../model/workload.ts";
import type { Followed, FollowupOutcome, FollowupState, Sign } from "./followed.ts";
import { runsWith } from "./followed-pods.ts";
import { isFlow, placesOf, type Flow } from "../generators/network-peers.ts";
import { changedInventory } from "../objects/object-ground.ts";
import { applyOperations, sameJson } from "../patches/patch.ts";
import { questionOf } from "../generators/role.ts";

export interface ObjectSighting {
  /** RFC 3339. */
  readonly now: string;
  /** As it is; absent: it is gone. */
  readonly object: Resource | undefined;
  /** Of the whole cluster; asked for only where something was refused. */
  readonly inventory: () => Inventory;
  readonly seen: Seen;
}

/** What its refusals are seen as. */
const watchedBy: { readonly [field: string]: ObservationKind } = {
  rights: "api-request",
  connections: "connection",
};

/** Whether what becomes of it is told by refusals of others, and not by pods of its own. */
export function isOfObject({ apiVersion, kind }: ResourceRef): boolean {
  const gvk = `${apiVersion}/${kind}`;
  return gvk !== "v1/ServiceAccount" && !workloadKinds.includes(gvk);
}

/** Whether what the edit left there stands there still. */
export function standsIn(object: Resource | undefined, followed: Followed): boolean {
  if (object === undefined) return false;
  return followed.changed.length > 0
    ? runsWith(object, followed.changed)
    : undone(object, followed) !== undefined;
}

export function judgeFollowedObject(followed: Followed, sighting: ObjectSighting): FollowupOutcome {
  const { object, seen, now } = sighting;
  const kind = followed.fields.map(({ field }) => watchedBy[field]).find((each) => each !== undefined);
  const before = object === undefined ? undefined : undone(object, followed);
  const signs = kind === undefined || before === undefined ? [] : signsOf(followed, sighting, kind, before);
  const watched =
    kind !== undefined &&
    seen.watches.some(
      ({ sight, heard }) => sight[kind] !== undefined && heard.some(({ to }) => to >= followed.since),
    );
  const found = {
    pods: 0,
    looked: watched ? (["observations"] as const) : [],
    missing: watched ? [] : [unwatched(kind)],
  };
  const state = stateOf(followed, before, signs, watched, now);
  return { ...found, state, signs, text: saidOfObject(followed, state, signs, found) };
}

function stateOf(
  { until }: Followed,
  before: Resource | undefined,
  signs: readonly Sign[],
  watched: boolean,
  now: string,
): FollowupState {
  if (signs.length > 0) return "blamed";
  if (before === undefined) return "taken-back";
  if (now < until) return "watching";
  return watched ? "confirmed" : "unknown";
}

/** As it was before the edit; `undefined` where the edit does not stand there any more. */
export function undone(object: Resource, { undo }: Followed): Resource | undefined {
  try {
    const before = applyOperations<Resource>(object, undo);
    return sameJson(before, object) ? undefined : before;
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** In full sentences; never that it is safe. */
function saidOfObject(
  { resource: { kind, name }, promised }: Followed,
  state: FollowupState,
  signs: readonly Sign[],
  { missing }: Pick<FollowupOutcome, "missing">,
): string {
  const blind = missing.map(({ text, remedy }) => ` Not seen: ${text} (${remedy}).`).join("");
  switch (state) {
    case "blamed": {
      const more = signs.length > 1 ? `, and ${signs.length - 1} more` : "";
      const before =
        promised === "clear" || promised === "repaired" ? " No conflict had been seen before." : "";
      return `Since the change of ${kind} ${name}: ${signs[0]!.text}${more}. As it was, it let that.${before}`;
    }
    case "confirmed":
      return `Nothing that ${kind} ${name} let before was refused since its change, by what sensors saw.`;
    case "taken-back":
      return `What stands in ${kind} ${name} is not what the edit left there: it was taken back, or changed once more.`;
    case "unknown":
      return `What the change of ${kind} ${name} did is not known.${blind}`;
    case "watching":
      return `Watched since the change of ${kind} ${name}: nothing refused that it let before.${blind}`;
  }
}

function unwatched(kind: ObservationKind | undefined): Missing {
  return kind === "connection"
    ? {
        text: "no sensor told since of connections that policies refuse",
        remedy: "bring the network's flows to the service, such as Hubble's",
      }
    : kind === "api-request"
      ? {
          text: "no audit log was heard since",
          remedy: "let the API server send its audit log to the service",
        }
      : {
          text: "what a change of it refuses, no sensor tells",
          remedy: "ask those who use it",
        };
}

/** Refused since, by nobody before, let by the object as it was, and refused by it as it is. */
function signsOf(
  { since, fields }: Followed,
  { seen, inventory, object }: ObjectSighting,
  kind: ObservationKind,
  before: Resource,
): readonly Sign[] {
  const refused = seen.observations.filter(
    ({ detail, support }) =>
      detail.kind === kind &&
      isRefused(detail) &&
      support.some(({ last }) => last >= since) &&
      !support.some(({ first }) => first < since),
  );
  if (refused.length === 0) return [];
  const [was, is] = [before, object!].map((each) => changedInventory(inventory(), each));
  const { field } = fields.find((each) => watchedBy[each.field] === kind)!;
  return refused
    .filter((each) => (kind === "connection" ? isCut(each, was!, is!) : isDenied(each, was!, is!)))
    .map(({ detail, support, container: { namespace, workload } }): Sign => {
      const first = support.find(({ last }) => last >= since)!;
      const text = `${namespace}/${workload} ${detailText(detail)}`;
      return {
        kind: `${kind === "connection" ? "connection" : "request"}-refused`,
        field,
        pod: first.pod,
        at: first.first,
        text,
      };
    });
}

function isRefused(detail: Observation["detail"]): boolean {
  return detail.kind === "connection"
    ? detail.refused === true
    : detail.kind === "api-request" && !detail.allowed;
}

function isDenied({ container, detail }: Observation, was: Inventory, is: Inventory): boolean {
  if (detail.kind !== "api-request") return false;
  const subject = accountOf(container, was);
  if (subject === undefined) return false;
  const question = { subject: { kind: "ServiceAccount" as const, ...subject }, ...questionOf(detail) };
  return (
    authorizer(was).authorize(question).allowed === true &&
    authorizer(is).authorize(question).allowed === false
  );
}

function accountOf(
  { namespace, workloadKind, workload }: Observation["container"],
  { workloads }: Inventory,
): Workload["serviceAccount"] | undefined {
  if (workloadKind === "ServiceAccount") return { namespace, name: workload };
  return workloads.find(
    ({ ref }) => ref.kind === workloadKind && ref.namespace === namespace && ref.name === workload,
  )?.serviceAccount;
}

function isCut({ container, detail }: Observation, was: Inventory, is: Inventory): boolean {
  if (detail.kind !== "connection") return false;
  const { refused: _refused, ...told } = detail;
  if (!isFlow(told)) return false;
  const flow: Flow = told;
  const workload = was.workloads.find(
    ({ ref }) =>
      ref.kind === container.workloadKind &&
      ref.namespace === container.namespace &&
      ref.name === container.workload,
  );
  if (workload === undefined) return false;
  const self: Peer = { kind: "pod", workload };
  const [old, now] = [was, is].map((each) => engineOf(each));
  return placesOf(workload, was)
    .ends(flow)
    .some(({ peer, port }) => {
      const [from, to] = flow.direction === "in" ? [peer, self] : [self, peer];
      const at = { port, protocol: flow.protocol };
      return (
        old!.verdict(from, to, at).verdict === "allowed" && now!.verdict(from, to, at).verdict === "denied"
      );
    });
}

const engines = new WeakMap<Inventory, ReturnType<typeof connectivity>>();

function engineOf(inventory: Inventory): ReturnType<typeof connectivity> {
  let engine = engines.get(inventory);
  if (engine === undefined) engines.set(inventory, (engine = connectivity(inventory)));
  return engine;
}
