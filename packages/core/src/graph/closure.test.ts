import { expect, test } from "vitest";
import type { Resource } from "../model/resource.ts";
import { exampleSnapshot } from "../controls/example.ts";
import { createInventory } from "../inventory/build.ts";
import { closure, type Closure } from "./closure.ts";
import { cases } from "./fixtures/cases.ts";
import {
  admin,
  closureOf,
  type Fields,
  grant,
  make,
  namespaceOf,
  podSpec,
  rbacGroup,
  v1,
  vertexOf,
  way,
} from "./fixtures/scene.ts";
import { relation } from "./relations.ts";
import { clusterVertex, vertexKey, type Vertex } from "./vertex.ts";

test.each(cases)("$title: $way", ({ given, to = "cluster", way: expected }) => {
  expect(way(closureOf([...admin, ...given]), "User ann", to)).toBe(expected);
});

test("what runs in a pod is its account; automount decides", () => {
  const pod = (more: Fields): Resource => make("v1", "Pod", "web", "ops", podSpec("operator", more));
  const found = (more: Fields): Closure =>
    closureOf([...admin, pod(more), grant("User ann", "ops", "create pods/exec")]);
  expect(way(found({}), "User ann", "cluster")).toBe("exec-into-pods > contains > runs-as > cluster-admin");
  expect(way(found({ automountServiceAccountToken: false }), "User ann", "cluster")).toBe("");
  const volumes = [{ name: "t", projected: { sources: [{ serviceAccountToken: { path: "t" } }] } }];
  expect(way(found({ automountServiceAccountToken: false, volumes }), "User ann", "cluster")).not.toBe("");
});

test("a pod by name leads into its workload", () => {
  const found = closureOf([
    ...admin,
    make("v1", "Pod", "web", "ops", podSpec("operator")),
    grant("User ann", "ops", "create pods/exec @web"),
    grant("User bob", "ops", "create pods/exec @db"),
  ]);
  expect(way(found, "User ann", "cluster")).toBe("exec-into-pods > runs-as > cluster-admin");
  expect(way(found, "User bob", "cluster")).toBe("");
});

const anyNode: Vertex = { kind: "any", of: "node", namespace: "" };

test.each([
  ["where nothing forbids it", [namespaceOf("shop")], "create pods", "create-pods"],
  ["where the level is privileged", [namespaceOf("shop", "privileged")], "create pods", "create-pods"],
  ["not under baseline", [namespaceOf("shop", "baseline")], "create pods", ""],
  [
    "under baseline by a volume",
    [namespaceOf("shop", "baseline"), grant("User ann", undefined, "create persistentvolumes")],
    "create pods,persistentvolumeclaims",
    "create-host-volumes",
  ],
] as const)("a pod takes its node %s", (_, given, right, expected) => {
  const rights = right.split(",").map((part) => (part.startsWith("create") ? part : `create ${part}`));
  expect(way(closureOf([...given, grant("User ann", "shop", ...rights)]), "User ann", anyNode)).toBe(
    expected,
  );
});

test("whoever relabels the namespace is let in, and a webhook makes it unsure", () => {
  const relabel = closureOf([
    namespaceOf("shop", "restricted"),
    grant("User ann", "shop", "create pods", "patch namespaces"),
  ]);
  expect(way(relabel, "User ann", anyNode)).toBe("create-pods");
  const webhook = make(
    "admissionregistration.k8s.io/v1",
    "ValidatingWebhookConfiguration",
    "guard",
    undefined,
    {
      webhooks: [
        {
          name: "g",
          rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
          namespaceSelector: { matchLabels: { team: "x" } },
        },
      ],
    },
  );
  const guarded = (label: string): Closure =>
    closureOf([
      webhook,
      make("v1", "Namespace", "shop", undefined, {}, { labels: { team: label } }),
      grant("User ann", "shop", "create pods"),
    ]);
  expect(way(guarded("x"), "User ann", anyNode)).toBe("create-pods?");
  expect(way(guarded("y"), "User ann", anyNode)).toBe("create-pods");
});

test("a node holds what runs on it, and the control plane's holds the cluster", () => {
  const found = closureOf([
    ...admin,
    make("v1", "Node", "n1", undefined, {}),
    make("v1", "Node", "cp", undefined, {}, { labels: { "node-role.kubernetes.io/control-plane": "" } }),
    make("v1", "Pod", "web", "ops", podSpec("operator", { nodeName: "n1" })),
    grant("User ann", undefined, "get nodes/proxy @n1"),
    grant("User bob", undefined, "get nodes/proxy @cp"),
    grant("User eve", undefined, "get nodes/proxy @n2"),
  ]);
  expect(way(found, "User ann", "cluster")).toBe("use-node-proxy > hosts > runs-as > cluster-admin");
  expect(way(found, "User bob", "cluster")).toBe("use-node-proxy > hosts");
  expect(way(found, "User eve", "cluster")).toBe("");
});

test("secrets that hold tokens lead to accounts; unread ones may", () => {
  const secret = make(
    "v1",
    "Secret",
    "t",
    "ops",
    { type: "kubernetes.io/service-account-token" },
    { annotations: { "kubernetes.io/service-account.name": "operator" } },
  );
  const read = grant("User ann", "ops", "list secrets");
  expect(way(closureOf([...admin, secret, read]), "User ann", "cluster")).toBe(
    "read-secrets > contains > is-token-of > cluster-admin",
  );
  expect(way(closureOf([...admin, read]), "User ann", "cluster")).toBe("");
  const gaps = [{ reason: "forbidden", source: "cluster", message: "no", kinds: ["v1/Secret"] }] as const;
  expect(way(closureOf([...admin, read], { gaps }), "User ann", "cluster")).toBe(
    "read-secrets > is-token-of? > contains > cluster-admin",
  );
});

test("it goes on over many hops, and ends in circles", () => {
  const hop = (from: string, to: string): readonly Resource[] =>
    grant(from, "ops", `impersonate serviceaccounts @${to}`);
  const found = closureOf([
    ...admin,
    hop("User ann", "a"),
    hop("ServiceAccount ops/a", "b"),
    hop("ServiceAccount ops/b", "a"),
    hop("ServiceAccount ops/b", "operator"),
  ]);
  expect(way(found, "User ann", "cluster")).toBe(
    "impersonate-accounts > impersonate-accounts > impersonate-accounts > cluster-admin",
  );
  const holders = found.to(clusterVertex).map(({ vertex }) => vertexKey(vertex));
  expect(holders).toContain("User:ann");
  expect(found.from(vertexOf("User ann")).map(({ vertex }) => vertexKey(vertex))).toContain(
    "ServiceAccount:ops/b",
  );
});

test("ways to one end are as long as ways one by one", () => {
  const found = closureOf([
    ...admin,
    make("v1", "Pod", "web", "ops", podSpec("operator")),
    grant("User ann", "ops", "create pods/exec @web", "create pods"),
    grant("ServiceAccount shop/a", "ops", "create pods/attach"),
    grant("Group system:authenticated", "ops", "get secrets"),
  ]);
  const all = found.waysTo(clusterVertex);
  const lengths = found.vertices.map((vertex) => [
    all(vertex)?.length,
    all(vertex)?.filter(({ unsure }) => unsure.length > 0).length,
  ]);
  expect(lengths).toEqual(
    found.vertices.map((vertex) => {
      const steps = found.way(vertex, clusterVertex);
      return [steps?.length, steps?.filter(({ unsure }) => unsure.length > 0).length];
    }),
  );
  expect(all(vertexOf("User new"))).toBeUndefined();
});

test("a step says why, and what would break it", () => {
  const [step] = closureOf([...admin, namespaceOf("ops"), grant("User ann", "ops", "create pods")]).way(
    vertexOf("User ann"),
    anyNode,
  )!;
  expect(step).toMatchObject({
    by: "create-pods",
    conditions: ["Namespace ops enforces no Pod Security level"],
    bootstrap: false,
  });
  expect(step!.because.map(({ words, because }) => [words, because.length])).toEqual([["create pods", 1]]);
  expect(step!.brokenBy.map(({ changes }) => changes.map(({ kind, what }) => `${kind} ${what}`))).toEqual([
    ["label-namespace pod-security.kubernetes.io/enforce=baseline"],
    ["remove-subject User:ann"],
    ["narrow-rule 0"],
  ]);
});

test("cloud identities are reached by annotation", () => {
  const account = make(
    "v1",
    "ServiceAccount",
    "web",
    "shop",
    {},
    { annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/x" } },
  );
  const found = closureOf([account, grant("User ann", "shop", "create serviceaccounts/token @web")]);
  expect(way(found, "User ann", { kind: "cloud", provider: "aws", identity: "arn:aws:iam::1:role/x" })).toBe(
    "request-tokens > takes-cloud-role?",
  );
});

test("what was not read is said", () => {
  const gaps = [
    { reason: "forbidden", source: "cluster", message: "no", kinds: [`${v1}/ClusterRole`] },
  ] as const;
  const lost = grant("User ann", undefined, "* *").slice(1);
  const { missing } = closureOf(lost, { gaps });
  expect(missing).toEqual([`ClusterRole ${lost[0]!.metadata.name} was not read, which ann holds`]);
  const named = {
    ...lost[0]!,
    roleRef: { apiGroup: rbacGroup, kind: "ClusterRole", name: "cluster-admin" },
  } as Resource;
  expect(way(closureOf([named], { gaps }), "User ann", "cluster")).toBe("cluster-admin?");
});

test("it ends at a limit, and says so", () => {
  const inventory = createInventory(exampleSnapshot([...admin, ...grant("User ann", "ops", "create pods")]));
  expect(closure(inventory, { mostSteps: 3 }).missing).toEqual(["more than 3 steps: the rest was left out"]);
  expect(closure(inventory).missing).toEqual([]);
});

test("who is named by no binding has what his groups have", () => {
  const found = closureOf([
    ...grant("Group system:serviceaccounts:shop", "shop", "get secrets"),
    ...grant("Group system:authenticated", undefined, "* *"),
  ]);
  const reached = found.from(vertexOf("ServiceAccount shop/new"));
  expect(reached.slice(0, 3).map(({ vertex, length }) => `${length} ${vertexKey(vertex)}`)).toEqual([
    "1 Group:system:serviceaccounts:shop",
    "2 Group:system:serviceaccounts",
    "2 any secret in shop",
  ]);
  expect(way(found, "ServiceAccount shop/new", "cluster")).toBe(
    "member-of > member-of > member-of > cluster-admin",
  );
});

test("more steps from elsewhere are walked too", () => {
  const ref = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web" };
  const escape = relation({ kind: "workload", ref }, { kind: "node", name: "n1" }, "escape");
  const pods = [make("v1", "Pod", "op", "ops", podSpec("operator", { nodeName: "n1" }))];
  const inventory = createInventory(exampleSnapshot([...admin, ...pods]));
  const found = closure(inventory, { more: [escape] });
  expect(found.way({ kind: "workload", ref }, clusterVertex)?.map(({ by }) => by)).toEqual([
    "escape",
    "hosts",
    "runs-as",
    "cluster-admin",
  ]);
});
