/** Generators over a small shop: what they write admits what was recorded, and little else; what they cannot place is told. */
import { expect, test } from "vitest";
import { createInventory } from "../../inventory/build.ts";
import type { ObservationDetail } from "../../model/observation.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { keyOf, of, seen, snapshotOf, watch, workloads } from "../fixtures/shop.ts";
import { isProved } from "./generated.ts";
import { createJudge } from "../verdicts/judge.ts";
import { networkPoliciesFor } from "./networkpolicy.ts";
import { rolesFor } from "./role.ts";
import { seccompFor } from "./seccomp.ts";

const out = { kind: "connection", operation: "connect", direction: "out", protocol: "TCP" } as const;
const flows: readonly ObservationDetail[] = [
  { ...out, port: 5000, peer: { namespace: "data", service: "db", address: "10.0.0.9" } },
  { ...out, port: 443, peer: { address: "2001:db8::7", dnsName: "api.example.com" } },
  {
    kind: "connection",
    operation: "accept",
    direction: "in",
    protocol: "TCP",
    port: 8080,
    peer: { namespace: "shop", workload: "front" },
  },
];

test("a network policy: both directions, Service to pods and their port, IPv6, DNS, no label of a rollout; replayed", () => {
  const snapshot = snapshotOf(seen(keyOf("web"), flows));
  const made = networkPoliciesFor(workloads(snapshot, "web", "front"), snapshot, { defaultDeny: true });
  // The third flow is seen at web, and is front's too.
  expect([made.proof.denied, made.proof.undecided, made.proof.replayed]).toEqual([[], [], 4]);
  expect(isProved(made.proof)).toBe(true);
  expect(made.resources.map(({ metadata }) => metadata.name)).toEqual([
    "default-deny",
    "web-seen",
    "front-seen",
  ]);
  const text = JSON.stringify(made.resources);
  expect(text).not.toContain("pod-template-hash");
  const { ingress, egress, podSelector } = made.resources[1]!["spec"] as JsonObject;
  expect(podSelector).toEqual({ matchLabels: { app: "web" } });
  expect(ingress).toEqual([
    { from: [{ podSelector: { matchLabels: { app: "front" } } }], ports: [{ port: 8080, protocol: "TCP" }] },
  ]);
  expect(JSON.stringify(egress)).toContain('"port":5432');
  expect(JSON.stringify(egress)).toContain('"2001:db8::7/128"');
  expect(JSON.stringify(egress)).toContain("kube-dns");
  expect(made.proof.admitted / made.proof.seen).toBeLessThanOrEqual(1.2);
});

test("a default-deny that would cut off a workload nobody generates a policy for is found by the replay", () => {
  const snapshot = snapshotOf(seen(keyOf("web"), flows));
  const made = networkPoliciesFor(workloads(snapshot, "web"), snapshot, { defaultDeny: true });
  expect(made.proof.denied.join("\n")).toContain("shop/front");
});

test("a policy that is there already and denies it is found by the replay", () => {
  const deny = of("networking.k8s.io/v1", "NetworkPolicy", "none", "data", {
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  });
  const snapshot = snapshotOf(seen(keyOf("web"), flows), [deny]);
  const made = networkPoliciesFor(workloads(snapshot, "web"), snapshot);
  expect(made.proof.denied).toHaveLength(1);
  expect(isProved(made.proof)).toBe(false);
});

test("policies that somebody else wrote are judged by the connections that were seen", () => {
  const policy = (egress: readonly JsonObject[]): Resource =>
    of("networking.k8s.io/v1", "NetworkPolicy", "own", "shop", {
      spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"], egress },
    });
  const snapshot = snapshotOf(seen(keyOf("web"), flows), [policy([{}])]);
  const verdict = (egress: readonly JsonObject[], watches = snapshot.watches ?? []): string =>
    createJudge(createInventory(snapshot), { ...snapshot, watches, detections: [] })(
      policy([{}]),
      [{ op: "replace", path: "/spec/egress", value: egress }],
      "revert it",
    ).verdict;
  const toDb = { to: [{ namespaceSelector: {} }, { ipBlock: { cidr: "::/0" } }] };
  // Repaired with a rule for each connection that it was seen to make.
  expect(verdict([])).toBe("repaired");
  expect(verdict([toDb])).toBe("clear");
  expect(verdict([toDb], [])).toBe("unknown");
});

test("Cilium's kind follows names", () => {
  const snapshot = snapshotOf(seen(keyOf("web"), flows));
  const made = networkPoliciesFor(workloads(snapshot, "web"), snapshot, { cilium: true });
  expect(JSON.stringify(made.resources)).toContain('"toFQDNs":[{"matchName":"api.example.com"}]');
  expect(made.proof.denied).toEqual([]);
});

test("an intruder's connection in one of forty is not learned, and told", () => {
  const strange: ObservationDetail = { ...out, port: 4444, peer: { address: "203.0.113.9" } };
  const pods = Array.from({ length: 40 }, (_, index) => `p-${index}`);
  const snapshot: Snapshot = {
    ...snapshotOf([
      ...pods.flatMap((pod) => seen(keyOf("web"), flows, pod)),
      ...seen(keyOf("web"), [strange], "p-7"),
    ]),
    watches: pods.map((pod) => watch(keyOf("web"), pod)),
  };
  const made = networkPoliciesFor(workloads(snapshot, "web"), snapshot);
  expect(JSON.stringify(made.resources)).not.toContain("203.0.113.9");
  expect(made.notes.join("\n")).toContain("203.0.113.9");
});

const request = (verb: string, resource: string, more: object = {}): ObservationDetail => ({
  kind: "api-request",
  verb,
  group: "",
  resource,
  namespace: "shop",
  allowed: true,
  ...more,
});

test("a role: what was asked for, in place of what was granted; replayed by the authorizer", () => {
  const asked = [
    request("get", "configmaps", { name: "web" }),
    request("list", "pods"),
    request("get", "", { path: "/metrics", namespace: "" }),
    request("delete", "secrets", { name: "x", allowed: false }),
  ];
  const snapshot = snapshotOf(seen(keyOf("web", "ServiceAccount"), asked, ""));
  const made = rolesFor({ namespace: "shop", name: "web" }, snapshot);
  expect([made.proof.denied, made.proof.undecided, made.proof.replayed]).toEqual([[], [], 3]);
  expect(made.proof.admitted).toBe(made.proof.seen);
  const text = JSON.stringify(made.resources);
  expect(text).toContain('"resourceNames":["web"]');
  expect(text).not.toContain("secrets");
  expect(text).not.toContain('"*"');
  expect(made.notes.join("\n")).toContain("which also binds front");
});

test("a seccomp profile: every call seen, of the node's architecture, with those of the start", () => {
  const calls = ["openat", "epoll_wait", "sendfile"].map((name) => ({ kind: "syscall" as const, name }));
  const snapshot = snapshotOf(seen(keyOf("web"), calls));
  const inventory = createInventory(snapshot);
  const [web] = workloads(snapshot, "web");
  const batch = { observations: snapshot.observations, watches: snapshot.watches!, detections: [] };
  const made = seccompFor(web!, web!.containers[0]!, inventory, batch);
  const file = made.file as { architectures: string[]; syscalls: [{ names: string[] }] };
  expect(file.architectures).toEqual(["SCMP_ARCH_AARCH64"]);
  expect(file.syscalls[0].names).toEqual(expect.arrayContaining(["sendfile", "execve", "exit_group"]));
  expect(isProved(made.proof)).toBe(true);
});

test("nothing seen, nothing generated, nothing proved", () => {
  const snapshot = snapshotOf([]);
  const inventory = createInventory(snapshot);
  const [web] = workloads(snapshot, "web");
  const batch = { observations: [], watches: snapshot.watches!, detections: [] };
  expect(isProved(rolesFor({ namespace: "shop", name: "web" }, snapshot).proof)).toBe(false);
  expect(isProved(networkPoliciesFor([web!], snapshot).proof)).toBe(false);
  expect(seccompFor(web!, web!.containers[0]!, inventory, batch).file).toBeUndefined();
});
