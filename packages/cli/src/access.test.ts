import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { scratchFolder } from "./fixtures/process.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());
const sample = join(import.meta.dirname, "../../../samples/cluster.plimsoll.zst");

folder.write({
  "deploy/rbac.yaml": `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: shop }
rules:
  - { apiGroups: [""], resources: [secrets], verbs: [get] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web-reads, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: web, namespace: shop }]
`,
  "deploy/web.yaml": `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: app, image: "r.example/web:1", ports: [{ name: http, containerPort: 80 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
spec: { containers: [{ name: app, image: "r.example/db:1", ports: [{ containerPort: 5432 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5432 }] }]
`,
});

test.each([
  [
    "can-i shop/web get secrets -n shop deploy",
    0,
    ["yes: ServiceAccount:shop/web", "RoleBinding shop/web-reads → Role shop/reader, rule 0"],
  ],
  [
    "can-i shop/web get secrets deploy",
    1,
    ["no: ServiceAccount:shop/web may not get secrets in all namespaces"],
  ],
  ["can-i Group:system:masters delete nodes deploy", 0, ["system:masters"]],
  ["who-can get secrets -n shop deploy", 0, ["ServiceAccount:shop/web", "RoleBinding shop/web-reads"]],
  ["who-can delete nodes deploy", 0, ["nobody that was seen may delete nodes"]],
  [
    "reach shop/web shop/db 5432 deploy",
    0,
    ["allowed: shop/web → shop/db can connect on TCP 5432", "NetworkPolicy shop/db allows ingress"],
  ],
  ["reach shop/db shop/db 22 deploy", 0, ["allowed"]],
  ["reach internet shop/db 5432 deploy", 1, ["denied", "NetworkPolicy shop/db isolates Pod shop/db"]],
  ["reach shop/web shop/db * deploy", 0, ["TCP 5432  allowed"]],
] as const)("plimsoll %s", async (line, code, texts) => {
  const outcome = await folder.run(...line.split(" "));
  expect(outcome.err).toBe("");
  for (const text of texts) expect(outcome.out).toContain(text);
  expect(outcome.code).toBe(code);
});

test("a workload that is not there is a mistake, told with what was meant", async () => {
  const { code, err } = await folder.run("reach", "shop/wbe", "shop/db", "80", "deploy");
  expect(code).toBe(2);
  expect(err).toContain("shop/web");
});

test("a saved snapshot answers without a cluster", async () => {
  const { code, out } = await folder.run(
    "who-can",
    "create",
    "pods",
    "-n",
    "kube-system",
    "--snapshot",
    sample,
  );
  expect(out).toContain("ClusterRoleBinding");
  expect(code).toBe(0);
});

test("paths of a saved snapshot, as text and drawn", async () => {
  const text = await folder.run("paths", "--snapshot", sample);
  expect(text.err).toBe("");
  expect(text.out).toMatch(/the edits to act on cut \d+/);
  expect(text.out).toContain("Choke points");
  const from = await folder.run(
    "paths",
    "--from",
    "ci/runner",
    "--to",
    "cluster",
    "--format",
    "json",
    sample,
  );
  const { top } = JSON.parse(from.out) as { top: readonly { entry: string; target: string }[] };
  expect(top[0]).toMatchObject({ entry: "Deployment ci/runner, taken as compromised" });
  expect((await folder.run("paths", "-f", "dot", sample)).out).toMatch(/^digraph attack \{\n/);
  expect((await folder.run("paths", "-f", "mermaid", sample)).out).toMatch(/^flowchart LR\n/);
});

test("a change is tried on a snapshot: a binding that opens the cluster, and one that opens nothing", async () => {
  folder.write({
    "opens.yaml": `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: everybody }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: Group, apiGroup: rbac.authorization.k8s.io, name: "system:unauthenticated" }]
`,
    "nothing.yaml":
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: default }\ndata: { a: b }\n",
  });
  const opens = await folder.run("whatif", "-f", "opens.yaml", "--snapshot", sample);
  expect(opens.err).toBe("");
  expect(opens.out).toContain("Group:system:unauthenticated → the cluster");
  expect(opens.code).toBe(1);
  const markdown = await folder.run(
    "whatif",
    "-f",
    "opens.yaml",
    "--snapshot",
    sample,
    "--format",
    "markdown",
  );
  expect(markdown.out).toMatch(/This change opens \*\*\d+ attack paths?\*\*/);
  expect(opens.out).toContain("RIGHTS THAT ARE GAINED");
  expect(opens.out).toContain("Group:system:unauthenticated: * * everywhere");
  expect(markdown.out).toContain("Rights that are gained: ");
  const nothing = await folder.run("whatif", "-f", "nothing.yaml", "--snapshot", sample);
  expect(nothing.out).not.toMatch(/RIGHTS|CONNECTIONS|EXPOSURE/);
  expect(nothing.out).toContain("NEW ATTACK PATHS  none");
  expect(nothing.code).toBe(0);
});
