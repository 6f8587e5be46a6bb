import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Verdict } from "./connectivity.ts";
import { ground, type Manifest } from "./fixtures/clusters.ts";
import { policies } from "./fixtures/policies.ts";
import { make, notListed, world, type World } from "./fixtures/world.ts";

const runs = Number(process.env["NETWORK_RUNS"] ?? 150);

/** A way to know less: what is left of the resources, and the gaps that say so. `odd` picks some of them. */
type Loss = (resources: readonly Resource[], odd: (resource: Resource) => boolean) => readonly Resource[];

const kindOf = ({ apiVersion, kind }: Resource): string => `${apiVersion}/${kind}`;
const isPolicy = ({ kind }: Resource): boolean => kind.endsWith("NetworkPolicy");

function changed(resource: Resource, field: string, value: Json): Resource {
  return { ...resource, [field]: value };
}

const losses: { readonly [title: string]: Loss } = {
  "policies that could not be listed": (resources, odd) =>
    resources.filter((one) => !isPolicy(one) || !odd(one)),
  "namespaces that were not read": (resources, odd) =>
    resources.filter((one) => one.kind !== "Namespace" || !odd(one)),
  "nodes that were not read": (resources, odd) => resources.filter((one) => one.kind !== "Node" || !odd(one)),
  "pods that have no address yet": (resources, odd) =>
    resources.map((one) =>
      one.kind === "Pod" && odd(one) ? changed(one, "status", { phase: "Pending" }) : one,
    ),
  "pods of which only the template is known": (resources, odd) =>
    resources.map((one) => (one.kind === "Pod" && odd(one) ? templateOf(one) : one)),
  "policies of a kind that is not evaluated": (resources) => [
    ...resources,
    make("crd.projectcalico.org/v1", "NetworkPolicy", "x/calico", { spec: {} }),
  ],
  "rules that hold what is not understood": (resources, odd) =>
    resources.map((one) => (isPolicy(one) && odd(one) ? withStrangeRules(one) : one)),
};

function templateOf(pod: Resource): Resource {
  const { name, namespace, labels = {} } = pod.metadata;
  const { nodeName: _node, ...spec } = pod["spec"] as { readonly [key: string]: Json };
  const template = { metadata: { labels }, spec };
  return make("apps/v1", "Deployment", `${namespace}/${name}`, { spec: { template } as unknown as Json });
}

/** The rule may then do what it did, or not. */
function withStrangeRules(policy: Resource): Resource {
  const spec = policy["spec"] as { readonly [key: string]: Json };
  const strange = (rules: Json | undefined): Json | undefined =>
    Array.isArray(rules) ? rules.map((rule) => ({ ...(rule as object), strange: true })) : rules;
  const lists = ["ingress", "egress", "ingressDeny", "egressDeny"].filter((list) => spec[list] !== undefined);
  return changed(policy, "spec", {
    ...spec,
    ...Object.fromEntries(lists.map((list) => [list, strange(spec[list])!])),
  });
}

function lost(before: readonly Resource[], after: readonly Resource[]): Partial<Snapshot> {
  const kinds = new Set(
    before.filter((one) => isPolicy(one) && !after.some((left) => isSame(left, one))).map(kindOf),
  );
  return { gaps: [...kinds].map((kind) => notListed(kind)) };
}

function isSame(left: Resource, right: Resource): boolean {
  return kindOf(left) === kindOf(right) && left.metadata.name === right.metadata.name;
}

function* verdicts({ ask }: World, ids: readonly string[]): Generator<readonly [string, Verdict]> {
  const others = ["node:n1", "node:n2", "203.0.113.200", "2001:db8::1"];
  for (const from of [...ids, ...others])
    for (const to of [...ids, ...others])
      if (ids.includes(from) || ids.includes(to))
        for (const port of ["80", "53/UDP"])
          yield [`${from} → ${to} ${port}`, from === to ? "unknown" : ask(from, to, port)];
}

test.each(Object.entries(losses))(
  "who knows less never says the opposite: %s",
  (_title, loss) => {
    fc.assert(
      fc.property(ground, policies, fc.nat(), (first, second, salt) => {
        const resources = [...first, ...second] as unknown as readonly Resource[];
        const left = loss(
          resources,
          (resource) => (hash(JSON.stringify(resource.metadata)) + salt) % 2 === 1,
        );
        const ids = first.filter(({ kind }) => kind === "Pod").map((pod) => idOf(pod));
        const whole = new Map(verdicts(world(resources), ids));
        for (const [attempt, verdict] of verdicts(world(left, lost(resources, left)), ids)) {
          const known = whole.get(attempt)!;
          if (verdict !== "unknown" && known !== "unknown")
            expect([attempt, verdict]).toEqual([attempt, known]);
        }
      }),
      { numRuns: runs },
    );
  },
  Math.max(60_000, runs * 1_000),
);

function idOf({ metadata }: Manifest): string {
  const { namespace, name } = metadata as { namespace: string; name: string };
  return `${namespace}/${name}`;
}

function hash(text: string): number {
  let value = 7;
  for (let index = 0; index < text.length; index += 1)
    value = (value * 31 + text.charCodeAt(index)) % 1_000_003;
  return value;
}
