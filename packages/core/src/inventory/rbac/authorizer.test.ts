import { expect, test } from "vitest";
import { exampleSnapshot } from "../../controls/example.ts";
import type { Gap } from "../../model/gap.ts";
import type { Json } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { createInventory } from "../build.ts";
import type { Inventory } from "../inventory.ts";
import { authorizer, type AccessQuestion } from "./authorizer.ts";
import { rbacKinds } from "./bindings.ts";
import type { Actor } from "./subjects.ts";

type Fields = { readonly [key: string]: Json };
const group = "rbac.authorization.k8s.io";

function role(name: string, rules: readonly Fields[], namespace?: string, more: Fields = {}): Resource {
  const { labels, ...fields } = more;
  return {
    apiVersion: `${group}/v1`,
    kind: namespace === undefined ? "ClusterRole" : "Role",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels: labels as { readonly [key: string]: string } }),
    },
    rules,
    ...fields,
  };
}

function bind(name: string, roleRef: string, subjects: readonly string[], namespace?: string): Resource {
  const [kind, roleName] = roleRef.split(" ");
  return {
    apiVersion: `${group}/v1`,
    kind: namespace === undefined ? "ClusterRoleBinding" : "RoleBinding",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: group, kind: kind!, name: roleName! },
    subjects: subjects.map((text) => {
      const [subjectKind = "", first = "", second] = text.split(" ");
      return second === undefined
        ? { kind: subjectKind, name: first }
        : { kind: subjectKind, namespace: first, name: second };
    }),
  };
}

function inventoryOf(resources: readonly Resource[], more: Partial<Snapshot> = {}): Inventory {
  return createInventory({ ...exampleSnapshot(resources), ...more });
}

const files = {
  header: { ...exampleSnapshot([]).header, server: { kind: "files", name: "files" } as const },
};
const user = (name: string): Actor => ({ kind: "User", namespace: "", name });
const account = (namespace: string, name: string): Actor => ({ kind: "ServiceAccount", namespace, name });
const getPods = { verb: "get", resource: "pods", namespace: "shop", name: "web" };

interface Case {
  readonly title: string;
  readonly rule?: Fields;
  readonly ask: AccessQuestion;
  readonly allowed: boolean;
}

const pods: Fields = { verbs: ["get"], apiGroups: [""], resources: ["pods"] };
const cases: readonly Case[] = [
  { title: "the same words", ask: getPods, allowed: true },
  { title: "another verb", ask: { ...getPods, verb: "list" }, allowed: false },
  { title: "another group", ask: { ...getPods, apiGroup: "apps" }, allowed: false },
  { title: "a subresource", ask: { ...getPods, subresource: "log" }, allowed: false },
  {
    title: "any verb",
    rule: { ...pods, verbs: ["*"] },
    ask: { ...getPods, verb: "escalate" },
    allowed: true,
  },
  {
    title: "any resource, its subresources too",
    rule: { ...pods, resources: ["*"] },
    ask: { ...getPods, subresource: "exec" },
    allowed: true,
  },
  {
    title: "pods/* is no pattern",
    rule: { ...pods, resources: ["pods/*"] },
    ask: { ...getPods, subresource: "log" },
    allowed: false,
  },
  {
    title: "*/scale is one",
    rule: { ...pods, resources: ["*/scale"] },
    ask: { ...getPods, subresource: "scale" },
    allowed: true,
  },
  {
    title: "*/scale is not the resource",
    rule: { ...pods, resources: ["*/scale"] },
    ask: getPods,
    allowed: false,
  },
  {
    title: "*/* is none",
    rule: { ...pods, resources: ["*/*"] },
    ask: { ...getPods, subresource: "scale" },
    allowed: false,
  },
  { title: "the right name", rule: { ...pods, resourceNames: ["web"] }, ask: getPods, allowed: true },
  { title: "a wrong name", rule: { ...pods, resourceNames: ["db"] }, ask: getPods, allowed: false },
  {
    title: "create has no name",
    rule: { ...pods, verbs: ["*"], resourceNames: ["web"] },
    ask: { ...getPods, verb: "create", name: "" },
    allowed: false,
  },
  {
    title: "a list of all has no name",
    rule: { ...pods, verbs: ["list"], resourceNames: ["web"] },
    ask: { ...getPods, verb: "list", name: "" },
    allowed: false,
  },
  {
    title: "a list of metadata.name=web has one",
    rule: { ...pods, verbs: ["list"], resourceNames: ["web"] },
    ask: { ...getPods, verb: "list" },
    allowed: true,
  },
  { title: "* is no name", rule: { ...pods, resourceNames: ["*"] }, ask: getPods, allowed: false },
  {
    title: "a path under another",
    rule: { verbs: ["get"], nonResourceURLs: ["/healthz/*"] },
    ask: { verb: "get", path: "/healthz/etcd" },
    allowed: true,
  },
  {
    title: "the path before the star",
    rule: { verbs: ["get"], nonResourceURLs: ["/healthz/*"] },
    ask: { verb: "get", path: "/healthz" },
    allowed: false,
  },
  {
    title: "a star within a path",
    rule: { verbs: ["get"], nonResourceURLs: ["/a/*/b"] },
    ask: { verb: "get", path: "/a/x/b" },
    allowed: false,
  },
  {
    title: "resources are no paths",
    rule: { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
    ask: { verb: "get", path: "/metrics" },
    allowed: false,
  },
];

test.each(cases)("$title: $allowed", ({ rule = pods, ask, allowed }) => {
  const inventory = inventoryOf([role("r", [rule]), bind("b", "ClusterRole r", ["User ann"])]);
  expect(authorizer(inventory).authorize({ subject: user("ann"), ...ask }).allowed).toBe(allowed);
});

test.each([
  ["its account", ["ServiceAccount shop web"], account("shop", "web"), true],
  [
    "an account without a namespace is of the binding's",
    ["ServiceAccount web"],
    account("shop", "web"),
    true,
  ],
  ["an account of the same name elsewhere", ["ServiceAccount dev web"], account("shop", "web"), false],
  ["an account named as a user", ["User system:serviceaccount:shop:web"], account("shop", "web"), true],
  ["all accounts", ["Group system:serviceaccounts"], account("shop", "web"), true],
  ["the accounts of the namespace", ["Group system:serviceaccounts:shop"], account("shop", "web"), true],
  ["the accounts of another", ["Group system:serviceaccounts:dev"], account("shop", "web"), false],
  ["everybody who is known", ["Group system:authenticated"], user("ann"), true],
  ["nobody who is not", ["Group system:authenticated"], user("system:anonymous"), false],
  ["groups as given", ["Group ops"], { ...user("ann"), groups: ["ops"] }, true],
  ["given groups are all", ["Group system:authenticated"], { ...user("ann"), groups: ["ops"] }, false],
  ["a user is no group", ["Group ann"], user("ann"), false],
  ["a group as such", ["Group ops"], { kind: "Group", namespace: "", name: "ops" } as Actor, true],
] as const)("a binding of %s", (_, subjects, subject, allowed) => {
  const inventory = inventoryOf([role("r", [pods], "shop"), bind("b", "Role r", subjects, "shop")]);
  expect(authorizer(inventory).authorize({ subject, ...getPods }).allowed).toBe(allowed);
});

test("system:masters need no binding", () => {
  const decision = authorizer(inventoryOf([])).authorize({
    subject: { ...user("ann"), groups: ["system:masters"] },
    verb: "anything",
    path: "/",
  });
  expect(decision).toEqual({ allowed: true, because: [], superuser: true, missing: [] });
});

test("it names every rule that allows", () => {
  const inventory = inventoryOf([
    role("r", [{ ...pods, verbs: ["list"] }, pods]),
    bind("b", "ClusterRole r", ["User ann"]),
    role("own", [pods], "shop"),
    bind("b", "Role own", ["Group system:authenticated"], "shop"),
  ]);
  const { because } = authorizer(inventory).authorize({ subject: user("ann"), ...getPods });
  expect(
    because.map((reason) => [reason.binding.kind, reason.subject.name, reason.role.name, reason.rule]),
  ).toEqual([
    ["ClusterRoleBinding", "ann", "r", 1],
    ["RoleBinding", "system:authenticated", "own", 0],
  ]);
});

test("a role binding counts in its namespace only, and a role in its own", () => {
  const { authorize } = authorizer(
    inventoryOf([
      role("r", [pods]),
      bind("b", "ClusterRole r", ["User ann"], "shop"),
      role("other", [pods], "dev"),
      bind("c", "Role other", ["User bob"], "shop"),
      bind("d", "Role other", ["User bob"]),
    ]),
  );
  const asks = [
    { subject: user("ann"), ...getPods },
    { subject: user("ann"), ...getPods, namespace: "dev" },
    { subject: user("ann"), ...getPods, namespace: "" },
    { subject: user("bob"), ...getPods },
    { subject: user("bob"), ...getPods, namespace: "dev" },
  ];
  expect(asks.map((ask) => authorize(ask).allowed)).toEqual([true, false, false, false, false]);
});

const gap = (kinds: readonly string[], namespaces?: readonly string[]): Gap => ({
  reason: "forbidden",
  source: "cluster",
  message: "may not list",
  kinds,
  ...(namespaces === undefined ? {} : { namespaces }),
});

test.each([
  ["cluster role bindings", [gap([rbacKinds.clusterRoleBinding])], getPods, "unknown"],
  ["role bindings of the namespace", [gap([rbacKinds.roleBinding], ["shop"])], getPods, "unknown"],
  ["role bindings of another namespace", [gap([rbacKinds.roleBinding], ["dev"])], getPods, false],
  [
    "role bindings, asked for the cluster",
    [gap([rbacKinds.roleBinding])],
    { ...getPods, namespace: "" },
    false,
  ],
  ["cluster roles", [gap([rbacKinds.clusterRole])], getPods, "unknown"],
  ["roles, not needed", [gap([rbacKinds.role])], getPods, false],
] as const)("without %s", (_, gaps, ask, allowed) => {
  const inventory = inventoryOf([bind("b", "ClusterRole lost", ["User ann"])], { gaps });
  const decision = authorizer(inventory).authorize({ subject: user("ann"), ...ask });
  expect(decision.allowed).toBe(allowed);
  expect(decision.missing.length > 0).toBe(allowed === "unknown");
});

test("files: roles of every cluster are known, others that are absent are not", () => {
  const { authorize } = authorizer(
    inventoryOf(
      [
        bind("a", "ClusterRole view", ["User ann"], "shop"),
        bind("b", "ClusterRole elsewhere", ["User bob"], "shop"),
        role(
          "crd-view",
          [{ verbs: ["get"], apiGroups: ["example.com"], resources: ["widgets"] }],
          undefined,
          {
            labels: { [`${group}/aggregate-to-view`]: "true" },
          },
        ),
      ],
      files,
    ),
  );
  const widgets = { ...getPods, apiGroup: "example.com", resource: "widgets" };
  expect(authorize({ subject: user("ann"), ...getPods }).allowed).toBe(true);
  expect(authorize({ subject: user("ann"), ...getPods, resource: "secrets" }).allowed).toBe(false);
  expect(authorize({ subject: user("bob"), ...getPods }).allowed).toBe("unknown");
  expect(authorize({ subject: user("ann"), ...widgets }).because[0]?.origin.name).toBe("crd-view");
});

test("a node may have what RBAC does not give it", () => {
  const { authorize } = authorizer(inventoryOf([]));
  const node = user("system:node:n1");
  expect(authorize({ subject: node, ...getPods, resource: "secrets" }).allowed).toBe("unknown");
  expect(authorize({ subject: node, ...getPods, resource: "roles", apiGroup: group }).allowed).toBe(false);
});

test("who can: by binding and rule, and what was not read", () => {
  const { whoCan } = authorizer(
    inventoryOf(
      [
        role("r", [pods]),
        bind("b", "ClusterRole r", ["User bob", "Group ops"]),
        bind("c", "ClusterRole r", ["User ann", "Group ops"], "shop"),
        bind("d", "ClusterRole r", ["User eve"], "dev"),
      ],
      { gaps: [gap([rbacKinds.roleBinding], ["shop"])] },
    ),
  );
  const { holders, missing } = whoCan(getPods);
  expect(
    holders.map(({ subject, because }) => [subject.name, because.map(({ binding }) => binding.name)]),
  ).toEqual([
    ["ops", ["b", "c"]],
    ["ann", ["c"]],
    ["bob", ["b"]],
  ]);
  expect(missing).toEqual(["RoleBindings of shop were not all read"]);
});

test("permissions are tidied, and a namespace tells only what it adds", () => {
  const { permissionsOf } = authorizer(
    inventoryOf([
      role("r", [
        pods,
        { ...pods, verbs: ["list", "get"] },
        { verbs: ["get"], apiGroups: ["", "apps"], resources: ["*/scale"] },
        { verbs: ["get"], apiGroups: ["apps"], resources: ["deployments/scale"] },
        { verbs: ["get"], nonResourceURLs: ["/healthz/*", "/healthz/etcd", "/healthz/**"] },
      ]),
      bind("b", "ClusterRole r", ["User ann"]),
      role(
        "own",
        [
          { ...pods, verbs: ["get", "delete"] },
          { ...pods, resourceNames: ["web"] },
        ],
        "shop",
      ),
      bind("c", "Role own", ["User ann"], "shop"),
      bind("d", "ClusterRole r", ["User ann"], "dev"),
    ]),
  );
  const { cluster, namespaces } = permissionsOf(user("ann"));
  const rule = { groups: [""], names: [], urls: [] };
  expect(cluster).toEqual(
    [
      { ...rule, verbs: ["get", "list"], resources: ["pods"] },
      ...["", "apps"].map((each) => ({ ...rule, groups: [each], verbs: ["get"], resources: ["*/scale"] })),
      { ...rule, groups: [], verbs: ["get"], resources: [], urls: ["/healthz/*"] },
    ].sort((a, b) =>
      JSON.stringify([a.urls, a.groups, a.resources]) < JSON.stringify([b.urls, b.groups, b.resources])
        ? -1
        : 1,
    ),
  );
  expect(namespaces).toEqual([
    { namespace: "shop", rules: [{ ...rule, verbs: ["delete"], resources: ["pods"] }] },
  ]);
});

test("a rule of milliards of parts is bounded", () => {
  const many = (word: string): readonly string[] => Array.from({ length: 3000 }, (_, at) => `${word}${at}`);
  const rule = { verbs: many("v"), apiGroups: many("g"), resources: many("r") };
  const { permissionsOf } = authorizer(
    inventoryOf([role("admin", [rule]), bind("b", "ClusterRole admin", ["User ann"])]),
  );
  expect(permissionsOf(user("ann")).cluster[0]?.verbs.length).toBe(3000);
});
