import { expect, test } from "vitest";
import type { Json } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import { bindingOf } from "./bindings.ts";
import { bindingTable, roleTable } from "./bootstrap-table.ts";
import { bootstrapBindingOf, bootstrapClusterRoles, bootstrapRoleOf, bootstrapRulesOf } from "./bootstrap.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";

function role(name: string, rules: readonly Json[], namespace?: string): Resource {
  const kind = namespace === undefined ? "ClusterRole" : "Role";
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, rules };
}

const rule = (
  verbs: string[],
  resources: string[],
  apiGroups = [""],
  more: { [key: string]: Json } = {},
): Json => ({
  verbs,
  resources,
  apiGroups,
  ...more,
});

const delegator = [
  rule(["create"], ["tokenreviews"], ["authentication.k8s.io"]),
  rule(["create"], ["subjectaccessreviews"], ["authorization.k8s.io"]),
];

test.each([
  ["as it is made", role("system:auth-delegator", delegator), []],
  ["with less", role("system:auth-delegator", delegator.slice(1)), []],
  ["with more", role("system:auth-delegator", [...delegator, rule(["get"], ["secrets"])]), ["get secrets"]],
  [
    "with a wildcard",
    role("system:auth-delegator", [rule(["*"], ["tokenreviews"], ["authentication.k8s.io"])]),
    ["* tokenreviews.authentication.k8s.io"],
  ],
  [
    "without its names",
    role("system:certificates.k8s.io:kubelet-serving-approver", [
      rule(["approve"], ["signers"], ["certificates.k8s.io"]),
    ]),
    ["approve signers.certificates.k8s.io"],
  ],
  [
    "with its names",
    role("system:certificates.k8s.io:kubelet-serving-approver", [
      rule(["approve"], ["signers"], ["certificates.k8s.io"], {
        resourceNames: ["kubernetes.io/kubelet-serving"],
      }),
    ]),
    [],
  ],
  [
    "of paths",
    role("system:discovery", [{ verbs: ["get"], nonResourceURLs: ["/api", "/logs"] }]),
    ["get /logs"],
  ],
  [
    "all of it",
    role("cluster-admin", [rule(["*"], ["*"], ["*"]), { verbs: ["*"], nonResourceURLs: ["*"] }]),
    [],
  ],
  ["gathered", role("view", [rule(["get", "list", "watch"], ["pods", "pods/log"])]), []],
  ["gathered through another", role("admin", [rule(["create"], ["pods"]), rule(["get"], ["pods/log"])]), []],
  ["gathered, and more", role("view", [rule(["get"], ["secrets"])]), ["get secrets"]],
  [
    "of a namespace",
    role("system:controller:token-cleaner", [rule(["delete"], ["secrets"])], "kube-system"),
    [],
  ],
] as const)("a bootstrap role %s", (_, resource, added) => {
  expect(bootstrapRoleOf(resource)).toEqual({ edited: added.length > 0, added });
});

test.each([
  ["another name", role("system:auth-delegators", delegator)],
  ["another namespace", role("system:controller:token-cleaner", [], "default")],
  ["a ClusterRole of a Role's name", role("kube-system/system:controller:token-cleaner", [])],
  ["a Role of a ClusterRole's name", role("cluster-admin", [], "shop")],
])("no bootstrap role: %s", (_, resource) => {
  expect(bootstrapRoleOf(resource)).toBeUndefined();
});

test("what roles of one's own add to a gathered one is theirs", () => {
  const own = { verbs: ["get"], groups: [""], resources: ["secrets"], names: [], urls: [] };
  expect(bootstrapRoleOf(role("view", [rule(["get"], ["secrets"])]), [own])?.edited).toBe(false);
});

function binding(name: string, roleName: string, groups: readonly string[]): Resource {
  const roleRef = { kind: "ClusterRole", name: roleName };
  const subjects = groups.map((group) => ({ kind: "Group", name: group }));
  return { apiVersion, kind: "ClusterRoleBinding", metadata: { name }, roleRef, subjects };
}

test.each([
  ["as it is made", binding("cluster-admin", "cluster-admin", ["system:masters"]), []],
  ["of more", binding("cluster-admin", "cluster-admin", ["system:masters", "ops"]), ["Group:ops"]],
  [
    "of another role",
    binding("system:discovery", "cluster-admin", ["system:authenticated"]),
    ["role cluster-admin"],
  ],
] as const)("a bootstrap binding %s", (_, resource, added) => {
  const joined = bindingOf({ resource, source: { file: "f" } }, () => undefined);
  expect(bootstrapBindingOf(joined)).toEqual({ edited: added.length > 0, added });
});

test("the tables are whole", () => {
  expect([roleTable.length, bindingTable.length]).toEqual([80, 61]);
  expect(bootstrapClusterRoles().every(({ name }) => bootstrapRulesOf(name).length > 0)).toBe(true);
  expect(bootstrapRulesOf("admin").length).toBeGreaterThan(bootstrapRulesOf("edit").length);
});
