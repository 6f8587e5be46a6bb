import {
  attackGraph,
  createInventory,
  exampleSnapshot,
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
    edit: /^path:remove-exposure:route:Ingress\/web/,
    closed: [pod("web"), service("ClusterIP")],
  },
  {
    way: "a route",
    open: [pod("web"), service("ClusterIP"), route],
    edit: /^path:remove-exposure:route:HTTPRoute\/web/,
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
