/** Sets of NetworkPolicies, each of which shows one thing that the API says of them. */
import type { Resource } from "@plimsoll/core";

type Spec = { readonly [key: string]: unknown };

export interface PolicySet {
  readonly name: string;
  readonly policies: readonly Resource[];
}

const everyPod = { podSelector: {} };
const both = ["Ingress", "Egress"];
const app = (name: string): Spec => ({ podSelector: { matchLabels: { app: name } } });
const where = (key: string, operator: string, ...values: string[]): Spec => ({
  matchExpressions: [{ key, operator, ...(values.length === 0 ? {} : { values }) }],
});
const inZone = (...zones: string[]): Spec => ({ namespaceSelector: where("zone", "In", ...zones) });
const block = (cidr: string, ...except: string[]): Spec => ({
  ipBlock: { cidr, ...(except.length === 0 ? {} : { except }) },
});

export function policy(namespace: string, name: string, spec: Spec): Resource {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: `packets-${namespace}` },
    spec,
  } as unknown as Resource;
}

/** Of one namespace, or of several. */
const one = (name: string, namespace: string, ...specs: readonly Spec[]): PolicySet => ({
  name,
  policies: specs.map((spec, at) => policy(namespace, `p${at}`, spec)),
});
const across = (name: string, specs: { readonly [namespace: string]: Spec }): PolicySet => ({
  name,
  policies: Object.entries(specs).map(([namespace, spec]) => policy(namespace, "p", spec)),
});

/** The addresses of pods that blocks are made of: they are given when the pods are there. */
export type Addresses = { readonly [pod: string]: string };

export function handmadeSets(at: Addresses): readonly PolicySet[] {
  return [...directions, ...selectors, ...portSets, ...blocks(at), ...together];
}

const directions: readonly PolicySet[] = [
  { name: "no policy at all", policies: [] },
  one("default deny of ingress", "north", { ...everyPod, policyTypes: ["Ingress"] }),
  one("default deny of egress", "north", { ...everyPod, policyTypes: ["Egress"] }),
  one("default deny of both", "south", { ...everyPod, policyTypes: both }),
  one("no policyTypes: ingress alone", "north", { ...everyPod }),
  one("no policyTypes, with egress rules: both", "north", { ...everyPod, egress: [{ to: [app("api")] }] }),
  one("an empty rule allows all", "north", { ...everyPod, ingress: [{}], egress: [{}], policyTypes: both }),
  one("an empty from is no from", "north", { ...everyPod, ingress: [{ from: [] }] }),
  one("from missing, ports given", "north", { ...everyPod, ingress: [{ ports: [{ port: 7080 }] }] }),
  one("rules of a direction that is not listed mean nothing", "north", {
    ...everyPod,
    policyTypes: ["Egress"],
    ingress: [{ from: [app("api")] }],
  }),
];

const selectors: readonly PolicySet[] = [
  one("own namespace", "north", { ...app("db"), ingress: [{ from: [everyPod] }] }),
  one("own pods by label", "north", { ...app("db"), ingress: [{ from: [app("api")] }] }),
  one("every namespace", "north", { ...everyPod, ingress: [{ from: [{ namespaceSelector: {} }] }] }),
  one("a namespace by its name", "north", {
    ...everyPod,
    ingress: [
      { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "packets-south" } } }] },
    ],
  }),
  one("namespace and pod in one peer", "north", {
    ...everyPod,
    ingress: [{ from: [{ ...inZone("south"), ...app("web") }] }],
  }),
  one("namespace or pod in two peers", "north", {
    ...everyPod,
    ingress: [{ from: [inZone("south"), app("web")] }],
  }),
  one("In and NotIn", "south", {
    podSelector: where("app", "In", "web", "db"),
    ingress: [{ from: [{ namespaceSelector: where("zone", "NotIn", "east") }] }],
  }),
  one("NotIn holds where the label is missing", "south", {
    ...everyPod,
    ingress: [
      {
        from: [
          { namespaceSelector: where("tier", "NotIn", "front"), podSelector: where("role", "NotIn", "data") },
        ],
      },
    ],
  }),
  one("Exists and DoesNotExist", "east", {
    podSelector: where("role", "DoesNotExist"),
    policyTypes: both,
    ingress: [
      { from: [{ namespaceSelector: where("tier", "Exists"), podSelector: where("role", "Exists") }] },
    ],
    egress: [{ to: [{ namespaceSelector: where("tier", "DoesNotExist") }, inZone("north")] }],
  }),
  one("several requirements must all hold", "south", {
    ...everyPod,
    policyTypes: ["Egress"],
    egress: [
      {
        to: [
          {
            namespaceSelector: {},
            podSelector: { matchLabels: { app: "db" }, ...where("backup", "Exists") },
          },
        ],
      },
    ],
  }),
];

const portSets: readonly PolicySet[] = [
  one("a port by number, TCP by default", "north", { ...everyPod, ingress: [{ ports: [{ port: 7500 }] }] }),
  one("UDP alone", "north", { ...everyPod, ingress: [{ ports: [{ protocol: "UDP" }] }] }),
  one("a range", "south", { ...everyPod, ingress: [{ ports: [{ port: 7081, endPort: 7500 }] }] }),
  one("a range at the source", "south", {
    ...everyPod,
    policyTypes: ["Egress"],
    egress: [
      {
        ports: [
          { protocol: "UDP", port: 7000, endPort: 7100 },
          { port: 7500, endPort: 7510 },
        ],
      },
    ],
  }),
  one("named ports at the destination", "north", {
    ...everyPod,
    ingress: [{ ports: [{ port: "web" }, { protocol: "UDP", port: "dns" }] }],
  }),
  one("named ports at the source mean the other's", "east", {
    ...everyPod,
    policyTypes: ["Egress"],
    egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: "web" }, { protocol: "UDP", port: "dns" }] }],
  }),
  one("a name that no one has", "north", { ...everyPod, ingress: [{ ports: [{ port: "nobody" }] }] }),
  one("a name of the other protocol", "south", { ...everyPod, ingress: [{ ports: [{ port: "dns" }] }] }),
];

const blocks = (at: Addresses): readonly PolicySet[] => [
  one("everywhere", "north", { ...everyPod, ingress: [{ from: [block("0.0.0.0/0")] }] }),
  one("everywhere but the pods", "north", {
    ...everyPod,
    policyTypes: both,
    ingress: [{ from: [block("0.0.0.0/0", "10.244.0.0/24")] }],
    egress: [{ to: [block("0.0.0.0/0", "10.244.0.0/24")] }],
  }),
  one("one pod by its address", "south", {
    ...app("db"),
    ingress: [{ from: [block(`${at["north/api"]}/32`)] }],
  }),
  one("all pods but one", "south", {
    ...everyPod,
    policyTypes: ["Egress"],
    egress: [{ to: [block("10.244.0.0/24", `${at["north/db"]}/32`)] }],
  }),
  one("the bridge of the node", "east", {
    ...everyPod,
    policyTypes: ["Egress"],
    egress: [{ to: [block("10.244.0.1/32")] }],
  }),
  one("a partner outside", "north", {
    ...app("web"),
    policyTypes: both,
    ingress: [{ from: [block("203.0.113.0/24")], ports: [{ port: "web" }] }],
    egress: [{ to: [block("198.51.100.0/24", "198.51.100.128/25")] }],
  }),
];

const together: readonly PolicySet[] = [
  one(
    "policies add up",
    "north",
    { ...everyPod, policyTypes: ["Ingress"] },
    { ...app("web"), ingress: [{ from: [inZone("east")] }] },
    { ...app("web"), ingress: [{ from: [app("api")], ports: [{ port: 7443 }] }] },
  ),
  across("the source must be let out and the destination must let in", {
    north: {
      ...app("web"),
      policyTypes: ["Egress"],
      egress: [{ to: [{ ...inZone("south"), ...app("db") }] }],
    },
    south: {
      ...app("db"),
      ingress: [{ from: [{ ...inZone("north"), ...app("web") }], ports: [{ port: 7500 }] }],
    },
  }),
  across("default deny everywhere", {
    north: { ...everyPod, policyTypes: both },
    south: { ...everyPod, policyTypes: both },
    east: { ...everyPod, policyTypes: both },
  }),
  across("every namespace for itself", {
    north: { ...everyPod, ingress: [{ from: [everyPod] }] },
    south: { ...everyPod, ingress: [{ from: [everyPod] }] },
    east: { ...everyPod, ingress: [{ from: [everyPod] }] },
  }),
];
