/** Times the authorizer and the closure on a generated cluster: `node bench/rbac.ts [SUBJECTS] [OBJECTS] [PODS]`. */
import { createInventory } from "../packages/core/src/inventory/build.ts";
import { authorizer } from "../packages/core/src/inventory/rbac/authorizer.ts";
import { random, type Random } from "../packages/core/src/inventory/rbac/fixtures/random.ts";
import type { Inventory } from "../packages/core/src/inventory/inventory.ts";
import type { Json } from "../packages/core/src/model/json.ts";
import type { Resource } from "../packages/core/src/model/resource.ts";
import type { Snapshot } from "../packages/core/src/model/snapshot.ts";
import type { Subject } from "../packages/core/src/model/subject.ts";
import { closure } from "../packages/core/src/graph/closure.ts";
import { clusterVertex } from "../packages/core/src/graph/vertex.ts";

type Fields = { readonly [key: string]: Json };

const group = "rbac.authorization.k8s.io";
const v1 = `${group}/v1`;

function make(apiVersion: string, kind: string, metadata: Fields, more: Fields = {}): Resource {
  return { apiVersion, kind, metadata, ...more } as Resource;
}

/** Rules as teams write them: mostly reading, some managing, a few dangerous. */
const rules: readonly (readonly [weight: number, rule: Fields])[] = [
  [30, { verbs: ["get", "list", "watch"], apiGroups: [""], resources: ["pods", "services", "configmaps"] }],
  [15, { verbs: ["get", "list", "watch"], apiGroups: ["apps"], resources: ["*"] }],
  [10, { verbs: ["get"], apiGroups: [""], resources: ["secrets"], resourceNames: ["tls", "db"] }],
  [8, { verbs: ["create", "update", "patch", "delete"], apiGroups: ["apps"], resources: ["deployments"] }],
  [6, { verbs: ["create"], apiGroups: [""], resources: ["pods/exec", "pods/portforward"] }],
  [4, { verbs: ["get", "list"], apiGroups: [""], resources: ["secrets"] }],
  [3, { verbs: ["create"], apiGroups: [""], resources: ["serviceaccounts/token"] }],
  [2, { verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
  [1, { verbs: ["impersonate"], apiGroups: [""], resources: ["serviceaccounts", "users"] }],
  [
    1,
    { verbs: ["bind", "create", "update"], apiGroups: [group], resources: ["clusterroles", "rolebindings"] },
  ],
];
const bag = rules.flatMap(([weight, rule]) => Array.from({ length: weight }, () => rule));

export function* cluster(subjects: number, objects: number, pods: number, seed = 1): Generator<Resource> {
  const dice = random(seed);
  const namespaces = Math.max(5, Math.floor(subjects / 20));
  const place = (): string => `team-${Math.floor(dice.next() * namespaces)}`;
  const accounts = Array.from({ length: Math.floor(subjects * 0.8) }, (_, at) => ({
    namespace: place(),
    name: `a${at}`,
  }));
  for (let at = 0; at < namespaces; at += 1) yield make("v1", "Namespace", { name: `team-${at}` });
  for (let at = 0; at < 50; at += 1) yield make("v1", "Node", { name: `node-${at}` });
  for (const account of accounts) yield make("v1", "ServiceAccount", { ...account });
  for (let at = 0; at < pods; at += 1) {
    const account = dice.pick(accounts);
    const spec = {
      serviceAccountName: account.name,
      nodeName: `node-${at % 50}`,
      containers: [{ name: "app", image: "a" }],
    };
    yield make("v1", "Pod", { name: `p${at}`, namespace: account.namespace }, { spec });
  }
  yield* rights(dice, objects, accounts, subjects - accounts.length, place);
}

function* rights(
  dice: Random,
  objects: number,
  accounts: readonly { readonly namespace: string; readonly name: string }[],
  people: number,
  place: () => string,
): Generator<Resource> {
  const half = Math.floor(objects / 2);
  const roles = Array.from({ length: half }, (_, at): Resource => {
    const own = dice.next() < 0.7 ? { namespace: place() } : {};
    const kind = "namespace" in own ? "Role" : "ClusterRole";
    return make(v1, kind, { name: `r${at}`, ...own }, { rules: dice.some(bag, 4) });
  });
  yield* roles;
  for (let at = 0; at < objects - half; at += 1) {
    const role = dice.pick(roles);
    const namespace = role.metadata.namespace ?? place();
    const clusterWide = role.kind === "ClusterRole" && dice.next() < 0.2;
    const roleRef = { apiGroup: group, kind: role.kind, name: role.metadata.name! };
    const subjects = Array.from({ length: 1 + Math.floor(dice.next() * 3) }, (): Fields => {
      if (dice.next() < 0.7) return { kind: "ServiceAccount", ...dice.pick(accounts) };
      const kind = dice.pick(["User", "Group"]);
      return { kind, name: `${kind.toLowerCase()}-${Math.floor(dice.next() * people)}` };
    });
    const metadata = { name: `b${at}`, ...(clusterWide ? {} : { namespace }) };
    yield make(v1, clusterWide ? "ClusterRoleBinding" : "RoleBinding", metadata, { roleRef, subjects });
  }
}

/** A circle of aggregated cluster roles, each bound to somebody. */
export function* circle(size: number): Generator<Resource> {
  const rule = { verbs: ["create"], apiGroups: [""], resources: ["pods"] };
  for (let at = 0; at < size; at += 1) {
    const selectors = [`l${(at + 1) % size}`, `own${at}`].map((label) => ({
      matchLabels: { [label]: "true" },
    }));
    const aggregationRule = { clusterRoleSelectors: selectors };
    yield make(
      v1,
      "ClusterRole",
      { name: `all-${at}`, labels: { [`l${at}`]: "true" } },
      { aggregationRule, rules: [] },
    );
    yield make(
      v1,
      "ClusterRole",
      { name: `own-${at}`, labels: { [`own${at}`]: "true" } },
      { rules: [{ ...rule, resources: [`r${at}`] }] },
    );
    const roleRef = { apiGroup: group, kind: "ClusterRole", name: `all-${at}` };
    yield make(
      v1,
      "ClusterRoleBinding",
      { name: `b${at}` },
      { roleRef, subjects: [{ kind: "User", name: `u${at}` }] },
    );
  }
}

function inventoryOf(resources: Iterable<Resource>, kind: "cluster" | "files"): Inventory {
  const snapshot: Snapshot = {
    header: {
      format: "plimsoll-snapshot",
      version: 1,
      takenAt: "2026-01-01T00:00:00Z",
      server: { kind, name: "bench" },
    },
    resources: [...resources].map((resource) => ({ resource, source: { file: kind } })),
    observations: [],
    images: [],
    gaps: [],
    skipped: [],
    covered: ["*"],
  };
  return createInventory(snapshot);
}

function timed<T>(what: string, work: () => T): T {
  const started = performance.now();
  const result = work();
  console.log(`${what.padEnd(64)} ${(performance.now() - started).toFixed(0).padStart(6)} ms`);
  return result;
}

/** Run as a program. */
if (import.meta.filename === process.argv[1]) {
  const [subjects = 2000, objects = 5000, pods = 10_000] = process.argv.slice(2).map(Number);
  const inventory = inventoryOf(cluster(subjects, objects, pods), "cluster");
  timed(`workloads of ${pods} pods`, () => inventory.workloads.length);
  const { grants, authorize, whoCan, permissionsOf } = timed(`authorizer over ${objects} RBAC objects`, () =>
    authorizer(inventory),
  );
  const dice = random(2);
  const ask = { verb: "get", resource: "secrets", namespace: "team-1", name: "db" };
  const some = Array.from({ length: 100_000 }, (): Subject => dice.pick(grants.subjects));
  timed("100,000 × authorize", () => some.filter((subject) => authorize({ subject, ...ask }).allowed).length);
  timed(
    "100 × who can",
    () => Array.from({ length: 100 }, (_, at) => whoCan({ ...ask, namespace: `team-${at}` })).length,
  );
  timed(`${grants.subjects.length} × permissions of`, () => grants.subjects.map(permissionsOf).length);
  const found = timed("closure", () => closure(inventory));
  const holders = timed("who reaches cluster-admin", () => found.to(clusterVertex));
  const ways = timed("every subject's way to cluster-admin", () => {
    const way = found.waysTo(clusterVertex);
    return grants.subjects.filter((subject) => way({ kind: "subject", subject }) !== undefined).length;
  });
  console.log(
    `${found.steps.length} steps between ${found.vertices.length} vertices; ${holders.length} reach cluster-admin (${ways} of ${grants.subjects.length} subjects)`,
  );
  const round = inventoryOf(circle(5000), "files");
  timed(
    "authorizer over a circle of 5,000 aggregated roles",
    () =>
      authorizer(round).authorize({
        subject: { kind: "User", namespace: "", name: "u1" },
        verb: "create",
        resource: "r4000",
      }).allowed,
  );
  timed("closure of it", () => closure(round).steps.length);
  console.log(`${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB resident`);
}
