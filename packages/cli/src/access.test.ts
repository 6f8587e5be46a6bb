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

folder.write({ "broken/bad.yaml": "apiVersion: v1\nkind: [\n", "empty.yaml": "" });

test.each([
  ["can-i shop/web delete nodes deploy broken", 3, "unknown: ServiceAccount:shop/web may or may not"],
  ["can-i shop/web get secrets -n shop deploy broken", 0, "yes: "],
  ["who-can delete nodes deploy broken", 3, "not known: broken/bad.yaml:"],
  ["reach shop/web shop/db 5432 deploy broken", 3, "plimsoll: incomplete: broken/bad.yaml:"],
  ["paths broken", 3, "not known: broken/bad.yaml:"],
  ["paths empty.yaml", 3, "not known: empty.yaml: it is empty"],
  ["diff deploy broken", 3, "plimsoll: incomplete: broken/bad.yaml:"],
  [`whatif -f broken --snapshot ${sample}`, 3, "plimsoll: incomplete: broken/bad.yaml:"],
  [`whatif -f broken --allow-incomplete --snapshot ${sample}`, 0, "NEW ATTACK PATHS  none"],
] as const)("what could not be read is no answer: plimsoll %s", async (line, code, text) => {
  const { out, err, code: exit } = await folder.run(...line.split(" "));
  expect(`${out}${err}`).toContain(text);
  expect(exit).toBe(code);
});

test.each([
  ["can-i shop/web get secretes -n shop deploy", "a resource secretes: did you mean secrets?"],
  ["can-i shop/web gte secrets -n shop deploy", "a verb gte: did you mean get?"],
  ["who-can get widgets.shop.example deploy", "a resource widgets"],
  ["who-can get pods.apps deploy", "a resource pods"],
] as const)("a word that nothing is called is told beside the answer: plimsoll %s", async (line, text) => {
  const { err, out } = await folder.run(...line.split(" "));
  expect(err.trimEnd().split("\n")).toEqual([
    expect.stringContaining(`neither Kubernetes nor any rule that was read has ${text}`),
  ]);
  expect(out).toMatch(/^(no:|nobody)/);
});

test.each(["secret", "secrets", "Secrets"])("%s is asked for as kubectl would", async (word) => {
  const { err, out, code } = await folder.run("can-i", "shop/web", "get", word, "-n", "shop", "deploy");
  expect([err, code]).toEqual(["", 0]);
  expect(out).toContain("may get secrets in shop");
});

test.each([
  ["deploy", "deployments.apps"],
  ["netpol", "networkpolicies.networking.k8s.io"],
  ["ingress", "ingresses.networking.k8s.io"],
  ["storageclass", "storageclasses.storage.k8s.io"],
  ["deploy.apps/scale", "deployments.apps/scale"],
])("%s means %s", async (word, whole) => {
  const [short, long] = [
    await folder.run("who-can", "get", word, "deploy"),
    await folder.run("who-can", "get", whole, "deploy"),
  ];
  expect(short).toEqual(long);
  expect(long.err).toBe("");
});

test.each([
  ["can-i User: get pods deploy", '"User:" names nobody'],
  ["reach 10.0.0.300 shop/db 80 deploy", "10.0.0.300 is no IP address"],
  ["reach shop/web shop/db 70000 deploy", "70000 is no port"],
  [`reach node/other shop/web 80 ${sample}`, "there is no node other"],
  [`paths --from node/plimsol-node ${sample}`, "did you mean plimsoll-node?"],
  [`paths --from sa:shop/order-api ${sample}`, "did you mean shop/orders-api?"],
  ["diff deploy nothing", "there is no nothing"],
] as const)("a slip of the pen is told: plimsoll %s", async (line, text) => {
  const { err, code } = await folder.run(...line.split(" "));
  expect(err).toContain(text);
  expect(code).toBe(2);
});

test("without a port, a path stands in its place, and the policies that decide are told", async () => {
  const { out, code } = await folder.run("reach", "shop/web", "shop/db", "deploy");
  expect(out).toContain("TCP 5432  allowed");
  expect(out).toContain("NetworkPolicy shop/db allows ingress");
  expect(code).toBe(0);
  const denied = await folder.run("reach", "internet", "shop/db", "deploy/web.yaml");
  expect(denied.out).toContain("denied on every port");
  expect(denied.out).toContain("NetworkPolicy shop/db isolates Pod shop/db");
  expect(denied.code).toBe(1);
});

test("two folders compared: what opens, in paths and rights; the same of reports, as far as they hold it", async () => {
  const web = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { serviceAccountName: web, containers: [{ name: app, image: "r.example/web:1", ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
`;
  const reads = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: reader }
rules: [{ apiGroups: [""], resources: [secrets], verbs: [get, list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web-reads }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader }
subjects: [{ kind: ServiceAccount, name: web, namespace: shop }]
`;
  folder.write({ "before/web.yaml": web, "after/web.yaml": web, "after/rbac.yaml": reads });
  const folders = await folder.run("diff", "before", "after", "--fail-on-paths");
  expect(folders.out).toMatch(/NEW ATTACK PATHS {2}\d path/);
  expect(folders.out).toContain(
    "Pod shop/web, from the internet (Service shop/web (LoadBalancer)) → every Secret",
  );
  expect(folders.out).toContain("ServiceAccount:shop/web: get, list secrets everywhere");
  expect(folders.code).toBe(1);
  const markdown = await folder.run("diff", "before", "after", "--format", "markdown");
  expect(markdown.out).toMatch(/This change opens \*\*\d attack paths?\*\*: `.*\d to every Secret/);
  const json = await folder.run("diff", "before", "after", "--format", "json");
  const { opened, paths, permissions } = JSON.parse(json.out);
  expect(opened.map(({ control }: { control: string }) => control)).toContain("secrets-read");
  expect(paths.opened.length).toBeGreaterThan(0);
  expect(permissions.gained.length).toBe(1);
  for (const side of ["before", "after"])
    await folder.run("scan", side, "--format", "json", "--output", `${side}.json`);
  const reports = await folder.run("diff", "before.json", "after.json");
  expect(reports.out).toMatch(/NEW ATTACK PATHS {2}\d path/);
  expect(reports.out).not.toContain("RIGHTS");
});

test("whoever is named by no binding has what his groups have", async () => {
  folder.write({
    "everybody.yaml": `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: everybody }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: Group, apiGroup: rbac.authorization.k8s.io, name: "system:authenticated" }]
`,
  });
  const { out } = await folder.run(
    "paths",
    "--from",
    "User:leaked",
    "--to",
    "secret/shop/any",
    "everybody.yaml",
  );
  expect(out).toContain("1. User:leaked, taken as compromised → Secret shop/any");
  expect(out).toContain("is a member of the group");
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
  const drawn = (await folder.run("paths", "-f", "dot", "--from", "sa:ci/runner", "--most", "1", sample)).out;
  expect(drawn).toMatch(/^digraph attack \{\n/);
  const permission = /v(\d+) \[label="ClusterRole cluster-admin: may \* \*\.\*", shape=note\]/.exec(
    drawn,
  )?.[1];
  expect(drawn).toMatch(new RegExp(`v\\d+ -> v${permission} \\[label="ClusterRoleBinding ci-runner-admin"`));
  expect(drawn).toMatch(new RegExp(`v${permission} -> v\\d+ \\[label="Do everything in the cluster"`));
  expect((await folder.run("paths", "-f", "mermaid", sample)).out).toMatch(/^flowchart LR\n/);
});

test("the settings name targets, the gravest first, and refuse what names everything", async () => {
  const named = (entry: string): ReturnType<typeof folder.run> => {
    folder.write({ "jewels.yaml": `crownJewels: [${entry}]\n` });
    return folder.run(..."paths --from shop/web --format json --config jewels.yaml deploy".split(" "));
  };
  const before = JSON.parse((await named("")).out) as { readonly pairs: number };
  const after = JSON.parse((await named("{ namespace: shop, name: 'd*', criticality: critical }")).out);
  expect(after.pairs).toBe(before.pairs + 1);
  expect(after.top.map(({ target }: { target: string }) => target)).toContain("Pod shop/db (critical)");
  expect((await named("{ criticality: high }")).err).toContain("everything is no target");
  expect((await named("{ name: db, criticality: grave }")).err).toContain(
    "one of critical, high, medium, low",
  );
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
