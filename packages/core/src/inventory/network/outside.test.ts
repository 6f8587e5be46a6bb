import { expect, test } from "vitest";
import type { Resource } from "../../model/resource.ts";
import { base, block, onApi, type Spec } from "./fixtures/shop.ts";
import { world } from "./fixtures/world.ts";

const all = (spec: Spec): readonly Resource[] => [...base, onApi(spec)];

test.each([
  ["no policy", base, "allowed", true, ["1.0.0.0/8"]],
  ["isolated", all({}), "denied", false, []],
  ["only pods", all({ ingress: [{ from: [{ namespaceSelector: {} }] }] }), "denied", false, []],
  ["everything on another port", all({ ingress: [{ ports: [{ port: 443 }] }] }), "denied", false, []],
  [
    "an office",
    all({ ingress: [{ from: [block("203.0.113.0/24")] }] }),
    "allowed",
    false,
    ["203.0.113.0/24"],
  ],
  [
    "all but what is inside",
    all({ ingress: [{ from: [block("0.0.0.0/0", "10.0.0.0/8", "192.168.0.0/16")] }] }),
    "allowed",
    true,
    ["1.0.0.0/8"],
  ],
  [
    "only what is inside, which a load balancer may pretend",
    all({ ingress: [{ from: [block("10.0.0.0/8")] }] }),
    "unknown",
    false,
    [],
  ],
] as const)("from outside: %s", (_title, resources, verdict, anywhere, first) => {
  const { graph, workload } = world(resources);
  const found = graph.admitsFromOutside(workload("shop/api"), { port: 80 });
  expect([found.verdict, found.anywhere]).toEqual([verdict, anywhere]);
  const start = first[0]?.split("/")[0];
  if (start !== undefined) expect(found.ranges[0]?.startsWith(start)).toBe(true);
  else expect(found.ranges).toEqual([]);
});

test("to the outside", () => {
  const egress = [{ to: [block("0.0.0.0/0", "169.254.169.254/32")], ports: [{ port: 443 }] }];
  const { graph, workload, ask } = world([...base, onApi({ policyTypes: ["Egress"], egress })]);
  expect(graph.outside(workload("shop/api"), "egress", { port: 443 })).toMatchObject({
    verdict: "allowed",
    anywhere: true,
  });
  expect(graph.outside(workload("shop/api"), "egress", { port: 80 }).verdict).toBe("denied");
  expect(ask("shop/api", "169.254.169.254", "443")).toBe("denied");
});
