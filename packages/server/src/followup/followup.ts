/**
 * Watches what becomes of edits after somebody made them. Listens to what the pipeline is handed and has judged, keeps each
 * edit in the store from the moment it is noticed, and asks for pods only while one is watched. Only who leads does so.
 */
import { pause, type Change as Handed } from "@plimsoll/cluster";
import {
  createInventory,
  fieldsTouched,
  isOfObject,
  judgeConfirmed,
  judgeFollowed,
  judgeFollowedObject,
  recordOf,
  refKey,
  refOf,
  touchedBy,
  type Followed,
  type FollowupOutcome,
  type Inventory,
  type Resource,
  type Seen,
} from "@plimsoll/core";
import { failureText } from "../log.ts";
import { StoreError } from "../store/error.ts";
import { noticed, proposals, type ChangedObject } from "./noticed.ts";
import { ownersIn, podsOf, podsWith } from "./pods.ts";
import type { Followup, FollowupOptions, Followups } from "./shape.ts";

export const documentKind = "followup";
/** Milliseconds between two looks, and how long a change may wait to be judged. */
const look = 2_000;
/** What breaks mostly does so at once: after a while it is looked at more seldom. */
const fresh = 5 * 60_000;
const seldom = 30_000;
const patience = 10 * 60_000;
/** Ended ones beyond these are forgotten, the oldest first. */
const most = 2_000;

interface Held {
  readonly followup: Followup;
  readonly version: number;
}

interface State {
  readonly options: FollowupOptions;
  readonly held: Map<string, Held>;
  /** By key: what stood there before each change, until it was judged. */
  readonly changed: Map<string, readonly ChangedObject[]>;
  /** The revision up to which changes were looked at with their findings. */
  looked: number;
  loaded: boolean;
  /** By id: when it is next looked at. */
  readonly next: Map<string, number>;
}

export function createFollowups(options: FollowupOptions): Followups {
  const state: State = {
    options,
    held: new Map(),
    changed: new Map(),
    looked: -1,
    loaded: false,
    next: new Map(),
  };
  const stopping = new AbortController();
  let woken = new AbortController();
  const done = (async () => {
    while (!stopping.signal.aborted) {
      woken = new AbortController();
      try {
        if (options.pipeline.status().leads) await step(state);
        else state.loaded = false;
      } catch (error) {
        options.log("warn", "followup-failed", { because: failureText(error) });
        if (error instanceof StoreError && error.code === "conflict") state.loaded = false;
      }
      await pause(options.clock, look, AbortSignal.any([stopping.signal, woken.signal]));
    }
  })();
  const list = (): readonly Followup[] =>
    [...state.held.values()]
      .map(({ followup }) => followup)
      .sort((a, b) => (a.followed.since < b.followed.since ? 1 : -1));
  return {
    take: (changes) => remember(state, changes),
    judged: () => woken.abort(),
    list,
    record: () => recordOf(list()),
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

/** Only where an edit was proposed: nobody else's change is of interest. */
function remember({ options, changed }: State, changes: readonly Handed[]): void {
  const { clock, pipeline } = options;
  for (const change of changes) {
    if (change.op !== "put") continue;
    const { resource, lastChange } = change.record;
    const key = refKey(refOf(resource));
    const list = changed.get(key) ?? [];
    const proposed = proposals(pipeline.proposedFor(key));
    if (list.length === 0 && proposed === undefined) continue;
    const waiting = list.at(-1);
    const present = waiting?.after ?? pipeline.present.get(key)?.resource;
    // A workload tells of its rollout by changes of its own, in which nothing of it changes.
    if (present === undefined || fieldsTouched(resource, touchedBy(present, resource)).length === 0) continue;
    const { revision, findings } = pipeline.standing();
    const isJudged = waiting !== undefined && findings > waiting.revision;
    // What is proposed once the change was judged is no reason for it; two at once are one.
    const edits = (isJudged ? undefined : waiting?.edits) ?? proposed;
    if (edits === undefined) continue;
    const before = (isJudged ? undefined : waiting?.before) ?? present;
    const by = lastChange === undefined ? {} : { by: lastChange.manager };
    const own = { before, after: resource, edits, revision, at: clock.now(), ...by };
    changed.set(key, [...(isJudged ? list : list.slice(0, -1)), own]);
  }
}

async function step(state: State): Promise<void> {
  if (!state.loaded) await load(state);
  const { pipeline, clock } = state.options;
  if (pipeline.outline() === undefined) return;
  const { findings } = pipeline.standing();
  // What was looked at already is looked at again only once more of it is judged.
  if (findings !== state.looked) await begin(state);
  state.looked = findings;
  for (const [key, list] of state.changed) {
    const kept = list.filter(({ at }) => clock.now() - at <= patience);
    if (kept.length === 0) state.changed.delete(key);
    else if (kept.length < list.length) state.changed.set(key, kept);
  }
  const reading = readOnce(state.options);
  for (const held of state.held.values()) {
    const { followed, outcome } = held.followup;
    if (outcome.state === "confirmed") {
      const object = pipeline.present.get(refKey(followed.resource))?.resource;
      await settle(state, held, judgeConfirmed(followed, outcome, object));
      continue;
    }
    const age = clock.now() - Date.parse(followed.since);
    const rest = age < fresh ? 0 : seldom;
    if (outcome.state !== "watching" || clock.elapsed() < (state.next.get(followed.id) ?? 0)) continue;
    state.next.set(followed.id, clock.elapsed() + rest);
    await watchOne(state, held, reading);
  }
}

async function load(state: State): Promise<void> {
  const { store, cluster } = state.options;
  state.held.clear();
  for (const { id, version, body } of await store.documents(documentKind)) {
    if (!id.startsWith(`${cluster}:`)) continue;
    state.held.set(id, { followup: body as Followup, version });
  }
  state.loaded = true;
}

/** Edits that the changes which are judged now have made. */
async function begin(state: State): Promise<void> {
  const { pipeline, cluster, settings, log } = state.options;
  const { findings } = pipeline.standing();
  for (const [key, list] of state.changed) {
    for (const change of list) {
      if (findings <= change.revision) continue;
      const found = noticed(change, pipeline.isFailing, cluster, settings().followup.window);
      if (found.length === 0) continue;
      const left = (state.changed.get(key) ?? []).filter((each) => each !== change);
      if (left.length === 0) state.changed.delete(key);
      else state.changed.set(key, left);
      for (const followed of found) await beginOne(state, followed, change);
      log("info", "edit-followed", { resource: key, edits: found.length });
    }
  }
  await forget(state);
}

/** Several edits in one namespace ask for its pods once. */
function readOnce({ readPods }: FollowupOptions): FollowupOptions["readPods"] {
  const asked = new Map<string, ReturnType<typeof readPods>>();
  return (namespace) => {
    const known = asked.get(namespace) ?? readPods(namespace);
    asked.set(namespace, known);
    return known;
  };
}

async function beginOne(state: State, followed: Followed, { after, at }: ChangedObject): Promise<void> {
  const now = followed.since;
  const outcome = isOfObject(followed.resource)
    ? judgeFollowedObject(followed, { now, object: after, ...surroundings(state) })
    : judgeFollowed(followed, { now, object: after, pods: [], seen: seenOf(state, followed.resource) });
  await put(state, { followup: { followed, outcome, at }, version: 0 });
}

async function watchOne(state: State, held: Held, read: FollowupOptions["readPods"]): Promise<void> {
  const { clock, pipeline } = state.options;
  const { followed } = held.followup;
  const now = new Date(clock.now()).toISOString();
  const object = pipeline.present.get(refKey(followed.resource))?.resource;
  const outcome = isOfObject(followed.resource)
    ? judgeFollowedObject(followed, { now, object, ...surroundings(state) })
    : judgeFollowed(followed, {
        now,
        object,
        pods: await podsFor(state, followed, read),
        seen: seenOf(state, followed.resource),
      });
  await settle(state, held, outcome);
}

/** All that was seen, and the cluster around it, which is put together only where one asks. */
function surroundings({ options }: State): { readonly seen: Seen; readonly inventory: () => Inventory } {
  const snapshot = options.pipeline.snapshot();
  const { observations, watches = [] } = snapshot;
  let made: Inventory | undefined;
  return {
    seen: { observations, watches, detections: [] },
    inventory: () => (made ??= createInventory(snapshot)),
  };
}

async function settle(state: State, held: Held, outcome: FollowupOutcome): Promise<void> {
  const { clock, noticesOf, onNotices, store } = state.options;
  const { followed, outcome: before } = held.followup;
  if (sameOutcome(before, outcome)) return;
  const at = clock.now();
  const followup: Followup = { followed, outcome, at };
  // Queued first: what is told twice is one entry, what is kept without being told is lost.
  const notices = outcome.state === before.state ? [] : noticesOf(followup, at);
  if (notices.length > 0) await store.outbox.add(notices);
  await put(state, { followup, version: held.version });
  if (notices.length > 0) onNotices();
}

function sameOutcome(a: FollowupOutcome, b: FollowupOutcome): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** `undefined` where they may not be read. */
async function podsFor(
  { options }: State,
  { resource, since }: Followed,
  read: FollowupOptions["readPods"],
): Promise<readonly Resource[] | undefined> {
  const { pipeline, log } = options;
  if (resource.namespace === "") return [];
  try {
    const pods = await read(resource.namespace);
    if (resource.kind === "ServiceAccount") return podsWith(resource.name, since, pods);
    return podsOf(resource, pods, (kind, name) => {
      const apiVersion = kind === "Job" ? "batch/v1" : "apps/v1";
      const owner = pipeline.present.get(refKey({ apiVersion, kind, namespace: resource.namespace, name }));
      return owner === undefined ? [] : ownersIn(owner.resource);
    });
  } catch (error) {
    log("warn", "pods-not-read", { because: failureText(error) });
    return undefined;
  }
}

function seenOf({ options }: State, { namespace, kind, name }: Followup["followed"]["resource"]): Seen {
  const { observations, watches = [] } = options.pipeline.snapshot();
  const isOf = ({ container }: { readonly container: Seen["watches"][number]["container"] }): boolean =>
    container.namespace === namespace && container.workloadKind === kind && container.workload === name;
  return { observations: observations.filter(isOf), watches: watches.filter(isOf), detections: [] };
}

async function put(state: State, { followup, version }: Held): Promise<void> {
  const { id } = followup.followed;
  const change = { kind: documentKind, id, expected: version, author: "plimsoll", body: followup };
  const stored = await state.options.store.putDocument(change);
  state.held.set(id, { followup, version: stored.version });
}

async function forget(state: State): Promise<void> {
  const ended = [...state.held]
    .filter(([, { followup }]) => followup.outcome.state !== "watching")
    .sort(([, a], [, b]) => a.followup.at - b.followup.at);
  for (const [id, { version }] of ended.slice(0, Math.max(0, ended.length - most))) {
    await state.options.store.putDocument({ kind: documentKind, id, expected: version, author: "plimsoll" });
    state.held.delete(id);
  }
}
