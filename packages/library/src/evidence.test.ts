/** Findings of real controls, weighed by what was seen. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  exampleSnapshot,
  scan,
  type FindingEvidence,
  type Observation,
  type ObservationDetail,
  type ObservationKind,
  type Report,
  type Resource,
  type Snapshot,
  type Watch,
} from "@plimsoll/core";
import { library } from "./index.ts";

const until = "2026-01-01T00:00:00.000Z";
const span = [{ from: "2025-12-19T00:00:00.000Z", to: until }];
const app = { namespace: "shop", workloadKind: "Pod", workload: "web", container: "app" } as const;
const account = {
  namespace: "shop",
  workloadKind: "ServiceAccount",
  workload: "web",
  container: "",
} as const;

function resource(value: object): Resource {
  return value as Resource;
}

function pod(container: object, spec: object = {}): Resource {
  return resource({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
    spec: { serviceAccountName: "web", ...spec, containers: [{ name: "app", image: "web:1", ...container }] },
  });
}

const rbac = "rbac.authorization.k8s.io";
const roleRef = (name: string): object => ({ apiGroup: rbac, kind: "ClusterRole", name });
const subjects = [{ kind: "ServiceAccount", name: "web", namespace: "shop" }];
const role = (...rules: readonly object[]): Resource =>
  resource({ apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name: "r" }, rules });
const binding = (name: string, who: readonly object[] = subjects): Resource =>
  resource({
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "b" },
    roleRef: roleRef(name),
    subjects: who,
  });
const service = resource({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
});

function watch(kinds: readonly ObservationKind[], changes: Partial<Watch> = {}): Watch {
  return {
    container: app,
    pod: "web",
    sensor: "agent",
    provenance: "node",
    watched: span,
    heard: span,
    fromStart: true,
    sight: Object.fromEntries(kinds.map((kind) => [kind, "whole"])),
    events: {},
    drops: 0,
    ...changes,
  };
}

function saw(detail: ObservationDetail, container: Observation["container"] = app): Observation {
  const support = [{ pod: "web", provenance: "node", first: span[0]!.from, last: until, count: 1 }];
  return { container, detail, sensor: "agent", trust: "kernel", support };
}

function report(
  resources: readonly Resource[],
  seen: Partial<Snapshot>,
  controls?: readonly string[],
): Report {
  const snapshot = exampleSnapshot(resources);
  const whole = { ...snapshot, header: { ...snapshot.header, takenAt: until }, ...seen };
  return scan(whole, library, { toolVersion: "0", ...(controls === undefined ? {} : { controls }) });
}

function evidence(
  control: string,
  resources: readonly Resource[],
  seen: Partial<Snapshot>,
): FindingEvidence | undefined {
  const found = report(resources, seen, [control]).results.filter(({ result }) => result === "fail");
  expect([control, found.length]).toEqual([control, 1]);
  return found[0]!.evidence;
}

const file = (path: string, operation: "open" | "write" = "open"): ObservationDetail => ({
  kind: "file",
  operation,
  path,
});
const capability = (name: string): ObservationDetail => ({
  kind: "capability",
  name,
  granted: true,
  opportunistic: false,
});
const request = (verb: string, resourceName: string): ObservationDetail => ({
  kind: "api-request",
  verb,
  group: "",
  resource: resourceName,
  namespace: "shop",
  allowed: true,
});
const hostPath = (path: string): Resource =>
  pod(
    { volumeMounts: [{ name: "host", mountPath: "/host" }] },
    { volumes: [{ name: "host", hostPath: { path } }] },
  );

interface Case {
  readonly control: string;
  readonly resources: readonly Resource[];
  readonly kinds: readonly ObservationKind[];
  readonly use: Observation;
  /** Behaviour that is near, and no use of it. */
  readonly near: Observation;
}

const cases: readonly Case[] = [
  {
    control: "capability-sys-admin",
    resources: [pod({ securityContext: { capabilities: { add: ["SYS_ADMIN"] } } })],
    kinds: ["capability"],
    use: saw(capability("SYS_ADMIN")),
    near: saw({ kind: "capability", name: "SYS_ADMIN", granted: true, opportunistic: true }),
  },
  {
    control: "privileged-container",
    resources: [pod({ securityContext: { privileged: true } })],
    kinds: ["capability", "file", "kernel"],
    use: saw(file("/dev/sda")),
    near: saw(file("/dev/null", "write")),
  },
  {
    control: "host-path-root",
    resources: [hostPath("/")],
    kinds: ["file"],
    use: saw(file("/host/etc/shadow")),
    near: saw(file("/hosts/x")),
  },
  {
    control: "token-automount",
    resources: [
      pod({}),
      resource({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "web", namespace: "shop" } }),
    ],
    kinds: ["file"],
    use: saw(file("/var/run/secrets/kubernetes.io/serviceaccount/token")),
    near: saw(file("/var/run/secrets/other/token")),
  },
  {
    control: "host-port",
    resources: [pod({ ports: [{ containerPort: 8080, hostPort: 8080 }] })],
    kinds: ["connection"],
    use: saw({ kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 8080 }),
    near: saw({ kind: "connection", operation: "connect", direction: "out", protocol: "TCP", port: 8080 }),
  },
  {
    control: "pods-create",
    resources: [
      role(
        { verbs: ["get"], apiGroups: [""], resources: ["secrets"] },
        { verbs: ["create"], apiGroups: [""], resources: ["pods"] },
      ),
      binding("r"),
    ],
    kinds: ["api-request"],
    use: saw(request("create", "pods"), account),
    near: saw(request("get", "secrets"), account),
  },
  {
    control: "cluster-admin-binding",
    resources: [
      role(),
      resource({
        apiVersion: `${rbac}/v1`,
        kind: "ClusterRole",
        metadata: { name: "cluster-admin" },
        rules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
      }),
      binding("cluster-admin"),
    ],
    kinds: ["api-request"],
    use: saw(request("get", "pods"), account),
    near: saw({ ...request("get", "pods"), allowed: false } as ObservationDetail, account),
  },
];

test.each(cases.map((each) => [each.control, each] as const))(
  "%s: used, never used, not known",
  (control, each) => {
    const { resources, kinds, use, near } = each;
    const watches = [watch(kinds)];
    const state = (seen: Partial<Snapshot>): string | undefined => evidence(control, resources, seen)?.state;
    expect(evidence(control, resources, {})).toBeUndefined();
    expect(state({ watches, observations: [use] })).toBe("observed");
    expect(state({ watches, observations: [near] })).toBe("not-observed");
    expect(state({ watches: [watch(["dns"])], observations: [near] })).toBe("unknown");
    expect(state({ watches: [watch(kinds, { drops: 1 })] })).toBe("unknown");
    // One that was seen is seen, however badly it was watched.
    expect(state({ watches: [watch(["dns"])], observations: [use] })).toBe("observed");
  },
);

test("what was seen is told in one sentence, what was not with how to see it", () => {
  const [sysAdmin] = cases;
  const { control, resources, use } = sysAdmin!;
  expect(evidence(control, resources, { watches: [watch(["capability"])], observations: [use] })!.text).toBe(
    "granted and used: SYS_ADMIN, last on 2026-01-01",
  );
  expect(evidence(control, resources, { watches: [watch(["capability"])] })).toEqual({
    claim: "uses the capability SYS_ADMIN",
    state: "not-observed",
    text: "granted, never used in 13 days, 1 of 1 replicas, from start-up, by agent",
    hours: 312,
  });
  expect(
    evidence(control, resources, { watches: [watch(["capability"], { fromStart: false })] }),
  ).toMatchObject({
    text: "granted; whether it is used is not known: start-up not seen (attached late)",
    remedy: "make the pod anew while the sensor runs: kubectl delete pod/web -n shop",
  });
});

test("what users and groups do is not observed, so that a role of theirs is not unused", () => {
  const who = [...subjects, { kind: "User", name: "ann", apiGroup: rbac }];
  const resources = [role({ verbs: ["create"], apiGroups: [""], resources: ["pods"] }), binding("r", who)];
  const found = evidence("pods-create", resources, { watches: [watch(["api-request"])] })!;
  expect([found.state, found.text.includes("User:ann")]).toEqual(["unknown", true]);
});

const listen = (port: number, container: Observation["container"] = app): Observation =>
  saw({ kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port }, container);
const exposed = [pod({ securityContext: { privileged: true }, ports: [{ containerPort: 8080 }] }), service];
const other = { ...app, workload: "other" };

test.each([
  ["nobody observed", {}, true],
  ["something listens there", { watches: [watch(["connection"])], observations: [listen(8080)] }, true],
  ["something else listens", { watches: [watch(["connection"])], observations: [listen(9090)] }, false],
  ["nothing listens", { watches: [watch(["connection"])], observations: [listen(1, other)] }, false],
  [
    "watched late",
    { watches: [watch(["connection"], { fromStart: false })], observations: [listen(9090)] },
    true,
  ],
  ["watched by what never tells what listens", { watches: [watch(["connection"])] }, true],
] as const)("an exposed port behind which %s", (_title, seen, acts) => {
  const { priorities, edits } = report(exposed, seen);
  const edit = edits.find(({ resolves }) => resolves.some((id) => id.startsWith("privileged-container")))!.id;
  const acted = priorities.act.filter((action) => action.edit === edit);
  expect(acted.length === 1).toBe(acts);
});

test("Later counts what is granted and was never used", () => {
  const alone = [pod({ securityContext: { capabilities: { add: ["NET_ADMIN"] } } })];
  const seen = { watches: [watch(["capability", "file", "kernel", "connection"])] };
  const reasons = report(alone, seen).priorities.later.map(({ reason }) => reason);
  expect(reasons).toContain("granted, never used in 13 days of complete observation");
  expect(
    report(alone, {})
      .priorities.later.map(({ reason }) => reason)
      .join(),
  ).not.toContain("never used");
});

test("a path tells which of its connections were seen in use", () => {
  const db = resource({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "shop", labels: { "plimsoll.dev/crown-jewel": "true" } },
    spec: {
      template: {
        metadata: { labels: { app: "db" } },
        spec: { containers: [{ name: "db", image: "db:1", ports: [{ containerPort: 5432 }] }] },
      },
    },
  });
  const peer = { namespace: "shop", workload: "StatefulSet/db" };
  const use = saw({
    kind: "connection",
    operation: "connect",
    direction: "out",
    protocol: "TCP",
    port: 5432,
    peer,
  });
  const steps = (seen: Partial<Snapshot>): readonly (string | undefined)[] =>
    report([...exposed, db], seen).paths!.top.flatMap((path) =>
      path.steps.flatMap((step) => step.seen ?? []),
    );
  expect(new Set(steps({ watches: [watch(["connection"])], observations: [use, listen(8080)] }))).toEqual(
    new Set(["seen in use on port 5432, last on 2026-01-01"]),
  );
  expect(steps({})).toEqual([]);
});

const anything = fc.record({
  observations: fc.subarray([...cases.map(({ use }) => use), listen(8080), listen(9090)]),
  watches: fc
    .record({
      kinds: fc.subarray<ObservationKind>(["capability", "file", "kernel", "connection", "api-request"]),
      fromStart: fc.boolean(),
      drops: fc.constantFrom(0, 0, 0, 1),
      partial: fc.boolean(),
    })
    .map(({ kinds, fromStart, drops, partial }) => {
      const whole = watch(kinds, { fromStart, drops });
      const sight = Object.fromEntries(kinds.map((kind) => [kind, "partial" as const]));
      return [partial ? { ...whole, sight } : whole];
    }),
});

test("what is not known never demotes: with less watched, whatever was to be acted on still is", () => {
  const resources = [...exposed, ...cases.slice(5).flatMap((each) => each.resources)].filter(
    ({ metadata }, index, all) => all.findIndex((each) => each.metadata.name === metadata.name) === index,
  );
  const acted = (seen: Partial<Snapshot>): ReadonlySet<string> =>
    new Set(report(resources, seen).priorities.act.map(({ edit }) => edit));
  const blind = acted({});
  fc.assert(
    fc.property(anything, ({ observations, watches }) => {
      const now = acted({ observations, watches });
      // Nothing but "nothing listens", completely watched, takes away; and no observation adds.
      expect([...now].every((edit) => blind.has(edit))).toBe(true);
      const less = watches.map((each) => ({ ...each, fromStart: false }));
      expect([...acted({ observations, watches: less })]).toEqual([...blind]);
      const listens = [...observations.filter(({ detail }) => detail.kind !== "connection"), listen(8080)];
      expect([...acted({ observations: listens, watches })]).toEqual([...blind]);
    }),
    { numRuns: 12 },
  );
});
