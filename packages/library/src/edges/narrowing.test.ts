import {
  applyOperations,
  attackGraph,
  connectivity,
  createInventory,
  exampleSnapshot,
  refKey,
  refOf,
  scan,
  type Edit,
  type Json,
  type Resource,
} from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "../index.ts";
import { edges } from "./index.ts";

type Fields = { readonly [key: string]: Json };

function make(apiVersion: string, kind: string, name: string, more: Fields): Resource {
  return { apiVersion, kind, metadata: { namespace: "shop", name, labels: { app: name } }, ...more };
}

function pod(name: string, port: Fields = {}, spec: Fields = {}): Resource {
  const ports = [{ containerPort: 8080, ...port }];
  return make("v1", "Pod", name, {
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: "app", image: "registry.example.com/shop/app:1.0", ports }],
      ...spec,
    },
  });
}

function service(type: string, more: Fields = {}): Resource {
  const spec = { type, selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }], ...more };
  return make("v1", "Service", "web", { spec });
}

/** The resources with an edit's operations applied, and what it makes. */
function applied(resources: readonly Resource[], edit: Edit): readonly Resource[] {
  const changes = [{ resource: edit.resource, operations: edit.operations }, ...(edit.also ?? [])];
  return changes.reduce<readonly Resource[]>((state, { resource, operations }) => {
    const key = refKey(resource);
    const before = state.find((each) => refKey(refOf(each)) === key);
    if (before === undefined)
      return operations.length === 0
        ? state
        : [...state, applyOperations<Json>(null, operations) as Resource];
    return state.map((each) => (each === before ? applyOperations(each, operations) : each));
  }, resources);
}

/** Who may connect to the database. */
function clientsOf(resources: readonly Resource[]): readonly string[] {
  const inventory = createInventory(exampleSnapshot(resources));
  const at = (name: string) => inventory.workloads.find(({ ref }) => ref.name === name)!;
  const graph = connectivity(inventory);
  return inventory.workloads
    .filter(({ ref }) => ref.name !== "db")
    .filter((from) => {
      const peers = [
        { kind: "pod", workload: from },
        { kind: "pod", workload: at("db") },
      ] as const;
      return graph.verdict(...peers, { port: 8080 }).verdict === "allowed";
    })
    .map(({ ref }) => ref.name);
}

const db = pod("db", {}, { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "d" } }] });
/** Lets whom it names connect to the database. */
function admitting(app: string): Resource {
  const ingress = [{ from: [{ podSelector: { matchLabels: { app } } }] }];
  return make("networking.k8s.io/v1", "NetworkPolicy", "db", {
    spec: { podSelector: { matchLabels: { app: "db" } }, ingress },
  });
}
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

function pathsOf(resources: readonly Resource[]): {
  readonly pairs: number;
  readonly edits: readonly Edit[];
} {
  const { paths, edits } = scan(exampleSnapshot(resources), library, { toolVersion: "test" });
  return { pairs: paths?.pairs ?? 0, edits };
}

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

const byApp = (...apps: readonly string[]): Json =>
  apps.map((app) => ({ podSelector: { matchLabels: { app } } }));
const lets = (rules: Json, selector: Fields = { matchLabels: { app: "db" } }, name = "db"): Resource =>
  make("networking.k8s.io/v1", "NetworkPolicy", name, { spec: { podSelector: selector, ingress: rules } });
const elsewhere: Resource = {
  ...pod("far"),
  metadata: { namespace: "far", name: "far", labels: { app: "far" } },
};

/** Nobody gets to the other clients, so that they are no way round. */
const shut = [
  lets([], { matchLabels: { app: "api" } }, "api"),
  { ...lets([], {}, "far"), metadata: { namespace: "far", name: "far" } },
];
/** To deny by default is the cheaper edit, where a control asks for it. */
const denial = new Set(["default-deny-ingress", "namespace-network-policy"]);
const withoutDenial = {
  ...library,
  controls: library.controls.filter(({ id }) => !denial.has(id)),
  frameworks: [],
};

interface Narrowing {
  readonly policies: readonly Resource[];
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Of each resource it changes or makes. */
  readonly operations: readonly (readonly string[])[];
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
])("%s", (_, { policies, before, after, operations }) => {
  const resources = [pod("web"), service("LoadBalancer"), pod("api"), elsewhere, db, ...shut, ...policies];
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

const wide = { ipBlock: { cidr: "10.0.0.0/8" } };

test.each<readonly [string, readonly Resource[]]>([
  ["a rule names addresses", [lets([{ from: [...(byApp("web") as readonly Json[]), wide] }])]],
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
