/** What becomes of edits: each field is blamed by its own signs, nothing is confirmed that nobody looked at. */
import { expect, test } from "vitest";
import { nothingSeen, type Seen } from "../../evidence/merge.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { ObservationDetail } from "../../model/observation.ts";
import type { Resource } from "../../model/resource.ts";
import { fieldsTouched } from "./followed-fields.ts";
import { valuesAt } from "./followed-pods.ts";
import type { Followed, Sighting } from "./followed.ts";
import { judgeConfirmed, judgeFollowed, recordOf } from "./followup.ts";
import { applyOperations } from "../patches/patch.ts";
import { touchedBy } from "../verdicts/touched.ts";
import { undoOf } from "../patches/undo.ts";

const since = "2026-01-02T00:00:00.000Z";
const until = "2026-01-03T00:00:00.000Z";
const later = "2026-01-02T12:00:00.000Z";

function workload(container: JsonObject = {}, pod: JsonObject = {}): Resource {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      template: {
        metadata: { labels: { app: "web" } },
        spec: {
          ...pod,
          containers: [
            { name: "app", image: "x:1", ...container },
            { name: "side", image: "y:1" },
          ],
        },
      },
    },
  };
}

const readOnly = workload({ securityContext: { readOnlyRootFilesystem: true } });

function followed(after: Resource = readOnly, before: Resource = workload()): Followed {
  const touched = touchedBy(before, after);
  return {
    id: "f",
    edit: "e",
    title: "t",
    severity: "high",
    resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" },
    resolved: ["c:x"],
    since,
    until,
    fields: fieldsTouched(after, touched),
    changed: valuesAt(after, touched),
    undo: undoOf(before, after),
    promised: "clear",
  };
}

interface Told {
  readonly container?: string;
  readonly ready?: boolean;
  readonly state?: JsonObject;
  readonly lastState?: JsonObject;
  readonly restartCount?: number;
}

function pod(of: Resource, told: Told = {}, name = "web-2"): Resource {
  const { container = "app", ready = true, state = { running: {} }, lastState = {}, restartCount = 0 } = told;
  const template = (of["spec"] as { readonly template: { readonly spec: Json } }).template;
  const entry = (each: string): JsonObject =>
    each === container
      ? { name: each, ready, state, lastState, restartCount }
      : { name: each, ready: true, state: { running: {} }, lastState: {}, restartCount: 0 };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", creationTimestamp: "2026-01-02T00:00:01Z", labels: { app: "web" } },
    spec: template.spec,
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [entry("app"), entry("side")],
    },
  };
}

function seen(details: readonly ObservationDetail[], at = later, of = "web-2", container = "app"): Seen {
  const key = { namespace: "shop", workloadKind: "Deployment", workload: "web", container };
  const times = [{ from: since, to: later }];
  return {
    ...nothingSeen,
    observations: details.map((detail) => ({
      container: key,
      detail,
      sensor: "test",
      trust: "kernel",
      support: [{ pod: of, provenance: "n", first: at, last: later, count: 1 }],
    })),
    watches: [
      {
        container: key,
        pod: of,
        sensor: "test",
        provenance: "n",
        watched: times,
        heard: times,
        fromStart: true,
        sight: { file: "whole" },
        events: {},
        drops: 0,
      },
    ],
  };
}

function judged(
  sighting: Partial<Sighting>,
  of = followed(),
  after = readOnly,
): ReturnType<typeof judgeFollowed> {
  return judgeFollowed(of, { now: later, object: after, pods: [pod(after)], seen: seen([]), ...sighting });
}

const refusedFile: ObservationDetail = {
  kind: "file",
  operation: "create",
  path: "/var/a",
  onRootFilesystem: true,
  refused: true,
};
const refusedCapability: ObservationDetail = {
  kind: "capability",
  name: "CHOWN",
  granted: false,
  opportunistic: false,
};
const denied: ObservationDetail = {
  kind: "connection",
  operation: "connect",
  direction: "out",
  protocol: "TCP",
  port: 1,
  refused: true,
};
const forbidden: ObservationDetail = {
  kind: "api-request",
  verb: "get",
  group: "",
  resource: "pods",
  namespace: "shop",
  allowed: false,
};
const crash = { waiting: { reason: "CrashLoopBackOff", message: "back-off" } };
const ended = (reason: string, exitCode: number): JsonObject => ({
  terminated: { reason, exitCode, finishedAt: later },
});

const secured = (context: JsonObject): Resource => workload({ securityContext: context });

test.each<[string, Resource, Partial<Sighting> & { readonly told?: Told }, string]>([
  [
    "a read-only root: a file refused",
    readOnly,
    { seen: seen([refusedFile]) },
    "read-only-root-filesystem file-refused",
  ],
  [
    "a read-only root: it ends",
    readOnly,
    { told: { ready: false, state: crash, lastState: ended("Error", 1), restartCount: 2 } },
    "read-only-root-filesystem crash-loop",
  ],
  [
    "a dropped capability: it ends",
    secured({ capabilities: { drop: ["ALL"] } }),
    { told: { ready: false, state: crash, lastState: ended("Error", 1), restartCount: 2 } },
    "capabilities crash-loop",
  ],
  [
    "not root: never made",
    secured({ runAsNonRoot: true }),
    {
      told: {
        ready: false,
        state: { waiting: { reason: "CreateContainerConfigError", message: "image will run as root" } },
      },
    },
    "non-root not-created",
  ],
  [
    "no token: a request refused",
    workload({}, { automountServiceAccountToken: false }),
    { seen: seen([forbidden]) },
    "account-token request-refused",
  ],
  [
    "an image that is not there",
    workload({ image: "x@sha256:0" }),
    { told: { ready: false, state: { waiting: { reason: "ErrImagePull" } } } },
    "image image",
  ],
  [
    "a limit of memory",
    workload({ resources: { limits: { memory: "1Mi" } } }),
    { told: { lastState: ended("OOMKilled", 137), restartCount: 1 } },
    "resources out-of-memory",
  ],
  [
    "a probe that does not pass",
    workload({ livenessProbe: { tcpSocket: { port: 9 } } }),
    { told: { ready: false } },
    "probes not-ready",
  ],
])("blamed: %s", (_, after, { told, ...sighting }, expected) => {
  const outcome = judged({ pods: [pod(after, told)], ...sighting }, followed(after), after);
  expect([outcome.state, outcome.signs.map(({ field, kind }) => `${field} ${kind}`)]).toEqual([
    "blamed",
    [expected],
  ]);
  expect(outcome.text).toContain("Since the change of");
  expect(outcome.text).toContain("No conflict had been seen before.");
});

test.each<[string, Partial<Sighting>]>([
  [
    "another container ended",
    { pods: [pod(readOnly, { container: "side", lastState: ended("Error", 1), restartCount: 1 })] },
  ],
  ["a sign of another field", { seen: seen([denied]) }],
  ["what was refused before as well", { seen: seen([refusedFile], "2026-01-01T00:00:00.000Z") }],
  ["what a pod that does not run with it does", { seen: seen([refusedFile], later, "web-1") }],
  [
    "a pod from before that ends",
    { pods: [pod(readOnly), pod(workload(), { lastState: ended("Error", 1), restartCount: 1 }, "web-1")] },
  ],
  [
    "a request for a capability that is only a try",
    { seen: seen([{ ...refusedCapability, opportunistic: true } as ObservationDetail]) },
  ],
])("not blamed for %s", (_, sighting) => {
  expect(judged(sighting).state).toBe("watching");
  expect(judged({ ...sighting, now: until }).state).toBe("confirmed");
});

test("a capability that was refused tells why it ended, and alone is borne", () => {
  const after = secured({ capabilities: { drop: ["ALL"] } });
  const crashed = pod(after, { ready: false, state: crash, lastState: ended("Error", 1), restartCount: 2 });
  const [one, sighting] = [followed(after), { seen: seen([refusedCapability]) }];
  const blamed = judged({ ...sighting, pods: [crashed] }, one, after);
  expect([blamed.state, blamed.signs.map(({ kind }) => kind)]).toEqual([
    "blamed",
    ["crash-loop", "capability-refused"],
  ]);
  const confirmed = judged({ ...sighting, pods: [pod(after)], now: until }, one, after);
  expect(confirmed.state).toBe("confirmed");
  expect(confirmed.text).toContain("Refused, and it went on: CHOWN");
});

test("what was confirmed and is taken back keeps its place in the record", () => {
  const confirmed = judged({ now: until });
  expect(judgeConfirmed(followed(), confirmed, readOnly)).toBe(confirmed);
  expect(judgeConfirmed(followed(), confirmed, undefined)).toBe(confirmed);
  const back = judgeConfirmed(followed(), confirmed, workload());
  expect([back.state, back.was]).toEqual(["taken-back", "confirmed"]);
  expect(recordOf([{ followed: followed(), outcome: back }])).toEqual([
    { field: "read-only-root-filesystem", confirmed: 1, blamed: 0 },
  ]);
});

test("confirmed by pods alone says that no sensor looked; by nobody, it is unknown", () => {
  const alone = judged({ now: until, seen: nothingSeen });
  expect([alone.state, alone.looked]).toEqual(["confirmed", ["pod-status"]]);
  expect(alone.text).toContain("no sensor watched its pods");
  expect(judged({ now: until }).looked).toEqual(["pod-status", "observations"]);
  expect(judged({ now: until, pods: undefined }).state).toBe("unknown");
  expect(judged({ now: until, pods: [] }).state).toBe("unknown");
  expect(judged({ now: until, pods: [pod(workload())] }).state).toBe("unknown");
  expect(
    judged({
      now: until,
      pods: [pod(readOnly, { ready: false, state: { waiting: { reason: "ContainerCreating" } } })],
    }).state,
  ).toBe("unknown");
});

test("what is taken back or gone is not judged", () => {
  expect(judged({ object: workload(), pods: [pod(workload())] }).state).toBe("taken-back");
  expect(judged({ object: undefined, pods: [] }).state).toBe("taken-back");
  expect(judged({ object: workload(), seen: seen([refusedFile]) }).state, "the sign was there before").toBe(
    "blamed",
  );
});

test.each<[string, Resource, Resource]>([
  ["a field that is new", workload(), readOnly],
  ["a field that is gone", readOnly, workload()],
  ["another value", workload({ image: "x:1" }), workload({ image: "x:2" })],
  ["an entry in a list", workload({ ports: [] }), workload({ ports: [{ containerPort: 1 }] })],
  [
    "labels and a field with a slash",
    workload(),
    { ...workload({}, { "a/b~c": 1 }), metadata: { name: "web", namespace: "shop", labels: { a: "b" } } },
  ],
])("the undo of %s", (_, before, after) => {
  const back = applyOperations(after, undoOf(before, after));
  expect(undoOf(before, back)).toEqual([]);
  expect(JSON.stringify(back["spec"])).toBe(JSON.stringify(before["spec"]));
});

test("the record: a blamed edit counts for the fields that its signs name, a confirmed one for all", () => {
  const after = secured({ readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
  const one = followed(after);
  const end = (sighting: Partial<Sighting>) => ({
    followed: one,
    outcome: judged({ pods: [pod(after)], now: until, ...sighting }, one, after),
  });
  expect(
    recordOf([
      end({}),
      end({}),
      end({
        pods: [pod(after, { lastState: ended("Error", 1), restartCount: 1 })],
        seen: seen([refusedCapability]),
      }),
      end({ pods: undefined }),
    ]),
  ).toEqual([
    { field: "capabilities", confirmed: 2, blamed: 1 },
    { field: "read-only-root-filesystem", confirmed: 2, blamed: 0 },
  ]);
});
