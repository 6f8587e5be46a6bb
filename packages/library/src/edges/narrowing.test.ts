import {
  attackGraph,
  createInventory,
  exampleSnapshot,
  scan,
  type Json,
  type Resource,
} from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "../index.ts";
import {
  admitting,
  applied,
  byApp,
  clientsOf,
  db,
  elsewhere,
  lets,
  make,
  pathsOf,
  pod,
  service,
  shut,
  withoutDenial,
} from "./fixtures/narrowing.ts";
import { edges } from "./index.ts";

const backend = { service: { name: "web", port: { number: 80 } } };
const ingress = make("networking.k8s.io/v1", "Ingress", "web", { spec: { defaultBackend: backend } });
const route = make("gateway.networking.k8s.io/v1", "HTTPRoute", "web", {
  spec: { rules: [{ backendRefs: [{ name: "web", port: 80 }] }] },
});

interface Case {
  readonly way: string;
  readonly open: readonly Resource[];
  /** The edit that closes it: of a finding where a control asks for it. */
  readonly edit: RegExp;
  readonly closed: readonly Resource[];
}

const ways: readonly Case[] = [
  {
    way: "a load balancer",
    open: [pod("web"), service("LoadBalancer")],
    edit: /Service\/shop\/web/,
    closed: [pod("web"), service("ClusterIP")],
  },
  {
    way: "an internal load balancer",
    open: [pod("web"), service("LoadBalancer", { loadBalancerSourceRanges: ["10.0.0.0/16"] })],
    edit: /^path:remove-exposure:load-balancer:.*Service\/web/,
    closed: [pod("web"), service("ClusterIP")],
  },
  {
    way: "node ports",
    open: [pod("web"), service("NodePort")],
    edit: /Service\/shop\/web/,
    closed: [pod("web"), service("ClusterIP")],
  },
  {
    way: "external addresses",
    open: [pod("web"), service("ClusterIP", { externalIPs: ["203.0.113.7"] })],
    edit: /Service\/shop\/web:spec\.externalIPs/,
    closed: [pod("web"), service("ClusterIP")],
  },
  {
    way: "an Ingress",
    open: [pod("web"), service("ClusterIP"), ingress],
    edit: /^path:remove-exposure:route web:Ingress\/web/,
    closed: [pod("web"), service("ClusterIP")],
  },
  {
    way: "a route",
    open: [pod("web"), service("ClusterIP"), route],
    edit: /^path:remove-exposure:route web:HTTPRoute\/web/,
    closed: [pod("web"), service("ClusterIP")],
  },
  {
    way: "a host port",
    open: [pod("web", { hostPort: 8080 })],
    edit: /Pod\/shop\/web:spec\.containers/,
    closed: [pod("web")],
  },
  {
    way: "the node's network",
    open: [pod("web", {}, { hostNetwork: true })],
    edit: /Pod\/shop\/web/,
    closed: [pod("web")],
  },
];

const policy = admitting("web");

test.each(ways.map((each) => [each.way, each] as const))(
  "%s: an edit closes it",
  (_, { open, edit, closed }) => {
    const graph = attackGraph(createInventory(exampleSnapshot(open)), edges);
    const doors = graph.steps.filter(({ from }) => from.kind === "outside");
    expect(doors.map(({ brokenBy }) => brokenBy.length)).toEqual([1]);
    const after = attackGraph(createInventory(exampleSnapshot(closed)), edges);
    expect(after.steps.filter(({ from }) => from.kind === "outside")).toEqual([]);
    // Nothing else can break this path: whoever is let in may connect, and the target is hardened.
    const { paths } = scan(exampleSnapshot([...open, db, policy]), library, {
      toolVersion: "test",
    });
    expect(paths!.uncutCount).toBe(0);
    const { kind, what, resource } = doors[0]!.brokenBy[0]!.changes[0]!;
    if (edit.source.startsWith("^path"))
      expect(`path:${kind}:${what}:${resource.kind}/${resource.name}`).toMatch(edit);
    else expect(paths!.chokePoints.flatMap((choke) => choke.edits).join()).toMatch(edit);
    expect(pathsOf([...closed, db, policy]).pairs).toBe(0);
  },
);

test("a connection that a policy lets in is cut by who may connect, with its risk told", () => {
  const open = [pod("web"), service("LoadBalancer"), db];
  const { paths, edits, priorities } = scan(exampleSnapshot([...open, admitting("web")]), library, {
    toolVersion: "test",
  });
  const id = "path:narrow-ingress:v1/Pod/shop/db";
  expect([paths!.pairs, paths!.cut, paths!.narrowed, paths!.uncutCount]).toEqual([1, 1, 1, 0]);
  expect(paths!.top[0]!.cutBy).toEqual([id]);
  const narrowing = edits.find((edit) => edit.id === id)!;
  expect(narrowing.breakRisk).toMatch(/^unknown/);
  expect(narrowing.resolves).toEqual([]);
  const action = priorities.act.find(({ edit }) => edit === id)!;
  expect(action.reason).toBe("cuts-path");
  expect(action.steps.find((step) => step.startsWith("break risk: unknown"))).toBeDefined();
  expect(pathsOf([...open, admitting("nobody")]).pairs).toBe(0);
});

test("several ways in must all be closed", () => {
  const resources = [pod("web"), service("LoadBalancer"), ingress, db, policy];
  const graph = attackGraph(createInventory(exampleSnapshot(resources)), edges);
  const [door] = graph.steps.filter(({ from }) => from.kind === "outside");
  expect(door!.brokenBy.map(({ changes }) => changes.map(({ resource }) => resource.kind))).toEqual([
    ["Ingress", "Service"],
  ]);
});

const block = (cidr: string): Json => ({ ipBlock: { cidr } });
const named = byApp("web", "api") as readonly Json[];
const admin = (rules: readonly object[], subject: object): Resource => ({
  apiVersion: "policy.networking.k8s.io/v1alpha1",
  kind: "AdminNetworkPolicy",
  metadata: { name: "all" },
  spec: { priority: 5, subject, ingress: rules } as Json,
});
const everyPod = { namespaces: {} };

interface Narrowing {
  readonly policies: readonly Resource[];
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Of each resource it changes or makes. */
  readonly operations: readonly (readonly string[])[];
  /** The pods run, and have addresses. */
  readonly addressed?: boolean;
}

/** The same pod, running. */
function running(resource: Resource, at: number): Resource {
  const status = { phase: "Running", podIPs: [{ ip: `10.1.1.${at + 1}` }] };
  return resource.kind === "Pod" ? { ...resource, status } : resource;
}

test.each<readonly [string, Narrowing]>([
  [
    "where nothing isolates it, a policy of its own keeps the namespace's other clients",
    { policies: [], before: ["web", "api", "far"], after: ["api"], operations: [["add "]] },
  ],
  [
    "of the clients that a policy names, the attacker's goes",
    {
      policies: [lets([{ from: byApp("web", "api") }])],
      before: ["web", "api"],
      after: ["api"],
      operations: [["replace /spec/ingress/0/from"]],
    },
  ],
  [
    "a rule that names nobody else goes, for an empty one lets in everybody",
    {
      policies: [lets([{ from: byApp("api") }, { from: byApp("web") }])],
      before: ["web", "api"],
      after: ["api"],
      operations: [["remove /spec/ingress/1"]],
    },
  ],
  [
    "a rule for everybody is put down to the clients of the namespace",
    {
      policies: [lets([{}])],
      before: ["web", "api", "far"],
      after: ["api"],
      operations: [["add /spec/ingress/0/from"]],
    },
  ],
  [
    "a whole namespace is put down to those of its clients that are no attacker's",
    {
      policies: [
        lets([
          {
            from: [
              { podSelector: {} },
              { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "far" } } },
            ],
          },
        ]),
      ],
      before: ["web", "api", "far"],
      after: ["api", "far"],
      operations: [["replace /spec/ingress/0/from"]],
    },
  ],
  [
    "all policies that let him in are narrowed",
    {
      policies: [
        lets([{ from: byApp("web") }]),
        lets(
          [{ from: byApp("web", "api") }],
          { matchExpressions: [{ key: "app", operator: "In", values: ["db", "cache"] }] },
          "stores",
        ),
      ],
      before: ["web", "api"],
      after: ["api"],
      operations: [["remove /spec/ingress/0"], ["replace /spec/ingress/0/from"]],
    },
  ],
  [
    "a block of addresses in which pods may lie goes, proven by the engine",
    {
      policies: [lets([{ from: [...named, block("10.0.0.0/8")] }])],
      before: ["web", "api"],
      after: ["api"],
      operations: [["replace /spec/ingress/0/from"]],
    },
  ],
  [
    "a block outside stays where the attacker's pods have other addresses",
    {
      policies: [lets([{ from: [...named, block("203.0.113.0/24")] }])],
      before: ["web", "api"],
      after: ["api"],
      operations: [["replace /spec/ingress/0/from"]],
      addressed: true,
    },
  ],
  [
    "every address is put down to the clients of the namespace",
    {
      policies: [lets([{ from: [block("0.0.0.0/0"), block("::/0")] }])],
      // Where pods have no address yet, the engine does not know whether they come from one.
      before: [],
      after: ["api"],
      operations: [["replace /spec/ingress/0/from"]],
    },
  ],
  [
    "a policy of another kind that has nothing to say here is no hindrance",
    {
      policies: [
        lets([{ from: named }]),
        admin([{ action: "Allow", from: [everyPod] }], {
          namespaces: { matchLabels: { "kubernetes.io/metadata.name": "far" } },
        }),
        { ...lets([], {}, "far"), metadata: { namespace: "far", name: "far" } },
      ],
      before: ["web", "api"],
      after: ["api"],
      operations: [["replace /spec/ingress/0/from"]],
    },
  ],
])("%s", (_, { policies, before, after, operations, addressed = false }) => {
  const all = [pod("web"), service("LoadBalancer"), pod("api"), elsewhere, db, ...shut, ...policies];
  const resources = addressed ? all.map(running) : all;
  expect(clientsOf(resources)).toEqual(before);
  const { paths, edits } = scan(exampleSnapshot(resources), withoutDenial, { toolVersion: "test" });
  expect(paths!.pairs).toBe(1);
  const edit = edits.find(({ id }) => id === "path:narrow-ingress:v1/Pod/shop/db")!;
  expect(edit.byHand).toBe(false);
  expect(edit.also!.map((each) => each.operations.map(({ op, path }) => `${op} ${path}`))).toEqual(
    operations,
  );
  // Nobody watched: it is no fix that anybody vouches for.
  expect(edit.verdict!.verdict).toBe("unknown");
  expect(edit.verdict!.fields[0]!.missing).not.toEqual([]);
  const narrowed = applied(resources, edit);
  expect(clientsOf(narrowed)).toEqual(after);
  expect(pathsOf(narrowed).pairs).toBe(0);
});

test.each<readonly [string, readonly Resource[]]>([
  [
    "a block that stays may hold an attacker's pod, whose address is not known",
    [lets([{ from: [...named, block("203.0.113.0/24")] }])],
  ],
  [
    "a policy of another kind lets him in before all others",
    [lets([{ from: named }]), admin([{ action: "Allow", from: [everyPod] }], everyPod)],
  ],
  [
    "another kind of policy may decide",
    [make("crd.projectcalico.org/v1", "NetworkPolicy", "any", { spec: {} })],
  ],
  [
    "it can be reached from outside",
    [
      make("v1", "Service", "db", {
        spec: { type: "NodePort", selector: { app: "db" }, ports: [{ port: 8080 }] },
      }),
    ],
  ],
])("there is no patch where %s", (_, more) => {
  const resources = [pod("web"), service("LoadBalancer"), db, ...more];
  const { edits } = scan(exampleSnapshot(resources), library, { toolVersion: "test" });
  for (const edit of edits.filter(({ id }) => id.startsWith("path:narrow-ingress"))) {
    expect(edit.byHand).toBe(true);
    expect(edit.also).toBe(undefined);
  }
});

const other = { service: { name: "other", port: { number: 80 } } };
const twoRules = make("networking.k8s.io/v1", "Ingress", "web", {
  spec: {
    defaultBackend: backend,
    rules: [
      {
        http: {
          paths: [
            { path: "/a", backend },
            { path: "/b", backend: other },
            { path: "/c", backend },
          ],
        },
      },
      { http: { paths: [{ path: "/", backend }] } },
    ],
  },
});

test.each<readonly [string, readonly Resource[], readonly string[]]>([
  [
    "an internal load balancer",
    [service("LoadBalancer", { loadBalancerSourceRanges: ["10.0.0.0/16"], externalTrafficPolicy: "Local" })],
    ["replace /spec/type", "remove /spec/externalTrafficPolicy", "remove /spec/loadBalancerSourceRanges"],
  ],
  [
    "an Ingress that leads elsewhere too",
    [service("ClusterIP"), twoRules],
    [
      "remove /spec/defaultBackend",
      "remove /spec/rules/1",
      "remove /spec/rules/0/http/paths/2",
      "remove /spec/rules/0/http/paths/0",
    ],
  ],
  ["a route", [service("ClusterIP"), route], ["remove /spec/rules/0/backendRefs/0"]],
  ["an Ingress that would be left without a rule: in words", [service("ClusterIP"), ingress], []],
])("%s: closed by its patch", (_, open, operations) => {
  const resources = [pod("web"), db, policy, ...open];
  const { edits } = scan(exampleSnapshot(resources), library, { toolVersion: "test" });
  const closing = edits.find(({ id }) => id.startsWith("path:remove-exposure"))!;
  expect(closing.operations.map(({ op, path }) => `${op} ${path}`)).toEqual(operations);
  expect(closing.byHand).toBe(operations.length === 0);
  if (operations.length === 0) return;
  expect(closing.verdict!.verdict).toBe("unknown");
  expect(pathsOf(applied(resources, closing)).pairs).toBe(0);
});

test("an edit of the paths says where its resource begins, and not where all its values stand", () => {
  const resources = [pod("web"), service("LoadBalancer"), db, policy];
  const snapshot = {
    ...exampleSnapshot([]),
    resources: resources.map((resource) => ({
      resource,
      source: { file: "a.yaml", line: 3, column: 1, positions: [3, 1] },
    })),
  };
  const { edits } = scan(snapshot, library, { toolVersion: "test" });
  const edit = edits.find(({ id }) => id === "path:narrow-ingress:v1/Pod/shop/db")!;
  expect(edit.source).toEqual({ file: "a.yaml", line: 3, column: 1 });
});
