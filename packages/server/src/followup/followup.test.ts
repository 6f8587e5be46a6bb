/** Edits followed over a real pipeline and a real store: noticed, blamed or confirmed, told once, and kept over a restart. */
import { expect, onTestFinished, test } from "vitest";
import { openWorld, type Change, type Clock } from "@plimsoll/cluster";
import type { JsonObject, Resource, Seen } from "@plimsoll/core";
import { deployment, findingId } from "../fixtures/service.ts";
import { followupNotices } from "../notify/notice.ts";
import { createPipeline } from "../pipeline/pipeline.ts";
import type { Pipeline } from "../pipeline/shape.ts";
import { usualSettings, type Channel, type Settings } from "../settings/settings.ts";
import { openMemoryStore } from "../store/sqlite/memory.ts";
import type { Store } from "../store/store.ts";
import { createFollowups } from "./followup.ts";
import type { Followups } from "./shape.ts";
import { quiet } from "../fixtures/quiet.ts";

const { clock } = await openWorld();
const channel: Channel = {
  id: "chat",
  kind: "slack",
  urlFile: "/x",
  severity: "low",
  tell: ["blamed", "confirmed"],
};
const settings: Settings = { ...usualSettings, notify: [channel] };

interface Begun {
  readonly pipeline: Pipeline;
  readonly followups: Followups;
  readonly store: Store;
  pods: readonly Resource[] | "refused";
  window: number;
  readonly take: (...changes: readonly Change[]) => void;
  readonly stop: () => Promise<void>;
}

/** With a store, it takes over what another left, the edit still made. */
async function begin(own?: Store, pods: readonly Resource[] = [], time: Clock = clock): Promise<Begun> {
  const store = own ?? (await openMemoryStore(clock));
  const privileged = own === undefined;
  const pipeline = createPipeline({
    ...quiet,
    clock,
    store,
    settings: () => settings,
    onCommitted: () => begun.followups.judged(),
  });
  const begun: Begun = {
    pipeline,
    store,
    pods,
    window: 3_600_000,
    followups: createFollowups({
      cluster: "c",
      clock: time,
      store,
      pipeline,
      readPods: async () => {
        if (begun.pods === "refused") throw new Error("forbidden");
        return begun.pods;
      },
      settings: () => ({ ...settings, followup: { window: begun.window } }),
      log: () => undefined,
      noticesOf: (followup, at) => followupNotices(settings, "c", followup, at),
      onNotices: () => undefined,
    }),
    take: (...changes) => {
      begun.followups.take(changes);
      pipeline.take(changes);
    },
    stop: async () => {
      await begun.followups.stop();
      await pipeline.stop();
    },
  };
  begun.take({ op: "gaps", gaps: [], covered: ["*"] }, put(privileged), set);
  pipeline.begin();
  pipeline.lead(1);
  onTestFinished(begun.stop);
  const edits = (): number =>
    pipeline.outline() === undefined ? 0 : pipeline.proposedFor("apps/v1/Deployment/shop/web").length;
  await expect.poll(edits, { timeout: 30_000 }).toBeGreaterThan(0);
  return begun;
}

const put = (privileged: boolean): Change => ({
  op: "put",
  record: { resource: deployment("shop", "web", privileged), source: { file: "cluster" } },
});
type OwnerReference = NonNullable<Resource["metadata"]["ownerReferences"]>[number];
const owner = (kind: string, name: string): OwnerReference => ({
  apiVersion: "apps/v1",
  kind,
  name,
  uid: name,
  controller: true,
});
const set: Change = {
  op: "put",
  record: {
    resource: {
      ...deployment("shop", "web-1"),
      kind: "ReplicaSet",
      metadata: { name: "web-1", namespace: "shop", ownerReferences: [owner("Deployment", "web")] },
    },
    source: { file: "cluster" },
  },
};

function pod(privileged: boolean, state: JsonObject): Resource {
  const { template } = deployment("shop", "web", privileged)["spec"] as {
    readonly template: { readonly spec: JsonObject };
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "web-1-x",
      namespace: "shop",
      creationTimestamp: new Date().toISOString(),
      ownerReferences: [owner("ReplicaSet", "web-1")],
    },
    spec: template.spec,
    status: {
      conditions: [{ type: "Ready", status: "waiting" in state ? "False" : "True" }],
      containerStatuses: [
        { name: "app", ready: !("waiting" in state), restartCount: 0, state, lastState: {} },
      ],
    },
  };
}

const running = { running: {} };
const crashing = { waiting: { reason: "CrashLoopBackOff", message: "back-off" } };
const states = ({ followups }: Begun): readonly string[] =>
  followups.list().map(({ outcome }) => outcome.state);
/** It was proposed, and what listens knows of it. */
async function proposed({ pipeline }: Begun): Promise<void> {
  const id = findingId("shop", "web");
  const isProposed = (): boolean =>
    pipeline.proposedFor("apps/v1/Deployment/shop/web").some(({ resolves }) => resolves.includes(id));
  await expect.poll(isProposed, { timeout: 30_000 }).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 300)); // the listener's own turn
}

const become = (begun: Begun, wanted: readonly string[]) =>
  expect.poll(() => states(begun), { timeout: 30_000 }).toEqual(wanted);

async function changed(begun: Begun): Promise<void> {
  await proposed(begun);
  begun.take(put(false));
}

test("an edit that somebody made is followed, blamed by the pods that run with it, told once, and kept", async () => {
  const begun = await begin();
  begun.pods = [pod(true, crashing)];
  await changed(begun);
  await become(begun, ["watching"]);
  begun.pods = [pod(true, crashing), pod(false, crashing)];
  await become(begun, ["blamed"]);
  const [
    { followed, outcome } = (() => {
      throw new Error("none");
    })(),
  ] = begun.followups.list();
  expect(followed.fields.map(({ field }) => field)).toContain("privileged");
  expect(outcome.text).toContain("CrashLoopBackOff");
  expect(followed.undo).toEqual([
    { op: "replace", path: "/spec/template/spec/containers/0/securityContext/privileged", value: true },
  ]);
  const entries = await begun.store.outbox.claim("chat", 10, 60_000);
  expect(entries.map(({ body }) => (body as { readonly what: string }).what)).toEqual(["blamed"]);
  expect(begun.followups.record().find(({ field }) => field === "privileged")).toEqual({
    field: "privileged",
    confirmed: 0,
    blamed: 1,
  });
  await begun.stop();
  const again = await begin(begun.store);
  await become(again, ["blamed"]);
  expect(again.followups.record()).not.toEqual([]);
  expect(await begun.store.outbox.claim("chat", 10, 60_000)).toEqual([]);
});

test("confirmed once its time is over, by one that took over meanwhile", async () => {
  const begun = await begin();
  begun.window = 3_000;
  begun.pods = [pod(false, running)];
  await changed(begun);
  await become(begun, ["watching"]);
  await begun.stop();
  const later: Clock = { ...clock, now: () => clock.now() + 10_000 };
  const again = await begin(begun.store, [pod(false, running)], later);
  await become(again, ["confirmed"]);
  again.take(put(true));
  await become(again, ["taken-back"]);
  expect(again.followups.record().find(({ field }) => field === "privileged")?.confirmed).toBe(1);
});

test("nobody who could look, nothing confirmed; taken back, nothing judged", async () => {
  const begun = await begin();
  begun.window = 1;
  begun.pods = "refused";
  await changed(begun);
  await become(begun, ["unknown"]);
  begun.window = 3_600_000;
  begun.pods = [];
  begun.take(put(true));
  await changed(begun);
  await become(begun, ["watching", "unknown"]);
  begun.take(put(true));
  await become(begun, ["taken-back", "unknown"]);
});

test("a change that makes no proposed edit is nobody's business", async () => {
  const begun = await begin();
  await proposed(begun);
  const other = deployment("shop", "web", true);
  begun.take({
    op: "put",
    record: {
      resource: { ...other, metadata: { ...other.metadata, labels: { a: "b" } } },
      source: { file: "cluster" },
    },
  });
  await expect.poll(() => begun.pipeline.status().committed, { timeout: 30_000 }).toBeGreaterThan(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(begun.followups.list()).toEqual([]);
});

const rbac = "rbac.authorization.k8s.io";
const role: Resource = {
  apiVersion: `${rbac}/v1`,
  kind: "Role",
  metadata: { name: "reader", namespace: "shop" },
  rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
};

function bound(...groups: readonly string[]): Change {
  const resource: Resource = {
    apiVersion: `${rbac}/v1`,
    kind: "RoleBinding",
    metadata: { name: "readers", namespace: "shop" },
    roleRef: { apiGroup: rbac, kind: "Role", name: "reader" },
    subjects: groups.map((name) => ({ apiGroup: rbac, kind: "Group", name })),
  };
  return { op: "put", record: { resource, source: { file: "cluster" } } };
}

function asked(allowed: boolean, at: string): Seen {
  const container = { namespace: "shop", workloadKind: "ServiceAccount", workload: "web", container: "" };
  return {
    observations: [
      {
        container,
        detail: {
          kind: "api-request",
          verb: "get",
          group: "",
          resource: "configmaps",
          namespace: "shop",
          name: "a",
          allowed,
        },
        sensor: "audit",
        trust: "tool",
        support: [{ pod: "", provenance: "log", first: at, last: at, count: 1 }],
      },
    ],
    watches: [],
    detections: [],
  };
}

test("a withheld edit of rights that somebody makes all the same is followed, and blamed by the request that it refuses", async () => {
  const begun = await begin();
  begun.take(
    { op: "put", record: { resource: role, source: { file: "cluster" } } },
    bound("system:serviceaccounts", "kept"),
  );
  await begun.pipeline.observe(asked(true, new Date(Date.now() - 60_000).toISOString()));
  const withheld = (): boolean =>
    begun.pipeline
      .proposedFor("rbac.authorization.k8s.io/v1/RoleBinding/shop/readers")
      .some(({ verdict }) => verdict?.verdict === "breaks");
  await expect.poll(withheld, { timeout: 30_000 }).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 300)); // the listener's own turn
  begun.take(bound("kept"));
  await become(begun, ["watching"]);
  const [{ followed } = { followed: undefined }] = begun.followups.list();
  expect([followed?.promised, followed?.fields.map(({ field }) => field)]).toEqual(["breaks", ["rights"]]);
  await begun.pipeline.observe(asked(false, new Date(Date.now() + 1_000).toISOString()));
  await become(begun, ["blamed"]);
  expect(begun.followups.list()[0]?.outcome.text).toContain("As it was, it let that");
});
