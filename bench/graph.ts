/** Times the attack graph on a generated cluster: `node bench/graph.ts [PODS] [SUBJECTS] [RBAC OBJECTS] [POLICIES]`. */
import { createInventory, evaluate, updateGraph, type Resource, type Snapshot } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { attackGraph } from "../packages/core/src/graph/build.ts";
import { connectivityOf } from "../packages/core/src/inventory/network/engine.ts";
import { editsFor } from "../packages/core/src/remediation/patches/edits.ts";
import { fixesFor } from "../packages/core/src/remediation/patches/fixes.ts";
import { thresholds } from "../packages/core/src/remediation/verdicts/gathered.ts";
import { withPatches } from "../packages/core/src/remediation/narrowing/narrowed.ts";
import { attackOf, attackOn } from "../packages/core/src/risk/attack.ts";
import { prioritise } from "../packages/core/src/risk/priorities.ts";
import { random } from "./generate.ts";
import { cluster } from "./rbac.ts";

const [pods = 10_000, subjects = 2_000, objects = 5_000, policies = 1_000] = process.argv
  .slice(2)
  .map(Number);
const next = random(11);
const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
/** Pods of one Deployment, and exposed Deployments with a privileged container, planted to be found. */
const replicas = 10;
const planted = 20;

function make(apiVersion: string, kind: string, metadata: object, more: object): Resource {
  return { apiVersion, kind, metadata, ...more } as unknown as Resource;
}

function specOf(at: number, account: string): object {
  const privileged = at < planted || next() < 0.01;
  return {
    serviceAccountName: account,
    ...(next() < 0.6 ? { automountServiceAccountToken: false } : {}),
    ...(next() < 0.01 ? { hostPID: true } : {}),
    containers: [
      {
        name: "app",
        image: "registry.example.com/app:1.0",
        ports: [{ containerPort: 8080 }],
        securityContext: privileged ? { privileged } : { allowPrivilegeEscalation: false },
      },
    ],
    volumes: next() < 0.05 ? [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] : [],
  };
}

function* apps(accounts: readonly Resource[], namespaces: readonly string[]): Generator<Resource> {
  for (let at = 0; at < pods / replicas; at += 1) {
    const account = pick(accounts);
    const namespace = account.metadata.namespace!;
    const labels = { app: `app-${at}`, tier: pick(["web", "api", "db"]) };
    const spec = specOf(at, account.metadata.name!);
    const uid = `d${at}`;
    const template = { metadata: { labels }, spec };
    yield make(
      "apps/v1",
      "Deployment",
      { name: uid, namespace, uid },
      { spec: { selector: { matchLabels: labels }, template } },
    );
    const ownerReferences = [{ apiVersion: "apps/v1", kind: "Deployment", name: uid, uid, controller: true }];
    for (let replica = 0; replica < replicas; replica += 1) {
      const metadata = { name: `${uid}-${replica}`, namespace, labels, ownerReferences };
      yield make("v1", "Pod", metadata, {
        spec: { ...spec, nodeName: `node-${(at + replica) % 50}` },
        status: { phase: "Running" },
      });
    }
    if (at >= planted && next() > 0.1) continue;
    yield make(
      "v1",
      "Service",
      { name: uid, namespace },
      {
        spec: { type: "LoadBalancer", selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
      },
    );
  }
  for (let at = 0; at < policies; at += 1) yield policy(at, namespaces);
}

function policy(at: number, namespaces: readonly string[]): Resource {
  const namespace = namespaces[at % namespaces.length]!;
  const peers = [
    { podSelector: {} },
    { podSelector: { matchLabels: { tier: "web" } } },
    { ipBlock: { cidr: "0.0.0.0/0" } },
  ];
  const spec =
    at % 3 === 0
      ? { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [pick(peers)] }] }
      : {
          podSelector: { matchLabels: { tier: pick(["web", "api", "db"]) } },
          ingress: [{ from: [pick(peers)], ports: [{ port: 8080 }] }],
        };
  return make("networking.k8s.io/v1", "NetworkPolicy", { name: `p${at}`, namespace }, { spec });
}

function timed<T>(what: string, work: () => T): T {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user } = process.cpuUsage(cpu);
  const wall = (performance.now() - started).toFixed(0).padStart(6);
  console.log(`${what.padEnd(48)} ${wall} ms wall ${(user / 1000).toFixed(0).padStart(6)} ms CPU`);
  return result;
}

function tellMemory(): void {
  const peak = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  console.log(`peak memory ${peak} MB (${Math.round(before / 2 ** 20)} MB before the graph)`);
}

/** One object of a kind is left out: the graph is brought up to date, and cut anew. */
function timeChange(kind: string): void {
  const at = snapshot.resources.findIndex(({ resource }) => resource.kind === kind);
  const { apiVersion } = snapshot.resources[at]!.resource;
  const resources = snapshot.resources.toSpliced(at, 1);
  const changed = createInventory({ ...snapshot, resources });
  // What a scan has read of the inventory by then is no part of the update.
  void changed.workloads.length;
  const updated = timed(`one ${kind} changed: graph brought up to date`, () =>
    updateGraph(graph, changed, [`${apiVersion}/${kind}`]),
  );
  timed(`  and its paths found and cut`, () =>
    attackOn(updated, { inventory: changed, edges: library.edges ?? [], edits, membersOf }),
  );
}

const rights = [...cluster(subjects, objects, 0)];
const accounts = rights.filter(({ kind }) => kind === "ServiceAccount");
const namespaces = rights.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name!);
const snapshot: Snapshot = {
  header: {
    format: "plimsoll-snapshot",
    version: 1,
    takenAt: "2026-01-01T00:00:00Z",
    server: { kind: "cluster", name: "bench" },
  },
  resources: [...rights, ...apps(accounts, namespaces)].map((resource) => ({
    resource,
    source: { file: "bench" },
  })),
  observations: [],
  images: [],
  gaps: [],
  skipped: [],
  covered: ["*"],
};
const fresh = createInventory(snapshot);
const { judged } = timed("controls judged (not counted)", () => evaluate(fresh, library.controls));
const { edits, membersOf } = timed("edits made (not counted)", () => editsFor(judged, fixesFor(judged)));
const before = process.memoryUsage().rss;
const inventory = createInventory(snapshot);
timed("  of it: pods in classes", () => connectivityOf(inventory).classes.length);
const graph = timed("  of it: graph built and closed", () => attackGraph(inventory, library.edges ?? []));
timed("  of it: built again, with paths and cuts", () =>
  attackOf(inventory, library.edges ?? [], edits, membersOf),
);
const again = createInventory(snapshot);
const attack = timed("BUILT, CLOSED AND CUT", () => attackOf(again, library.edges ?? [], edits, membersOf))!;
const { pairs, cut, narrowed, chokePoints, uncutCount, partial } = attack.paths;
const patched = timed("narrowing edits patched (not counted)", () =>
  withPatches(attack, {
    inventory: again,
    seen: { observations: [], watches: [], detections: [] },
    thresholds,
  }),
);
const { act, actShare } = prioritise(
  again,
  [...edits, ...attack.edits],
  judged,
  membersOf,
  undefined,
  attack,
);
const isPlanted = new Set(Array.from({ length: planted }, (_, at) => `d${at}`));
const found = new Set(
  edits
    .filter(({ id, resource }) => attack.parts.has(id) && isPlanted.has(resource.name))
    .map(({ resource }) => resource.name),
);
console.log({
  resources: snapshot.resources.length,
  vertices: graph.vertices.length,
  steps: graph.steps.length,
  entries: graph.entries.length,
  jewels: graph.jewels.length,
  pairs,
  cut,
  narrowed,
  uncutCount,
  partial,
  chokePoints: chokePoints.length,
  act: act.length,
  edits: edits.length,
  narrowing: `${patched.filter(({ byHand }) => !byHand).length} of ${patched.length} patched`,
  actShare: Number(actShare.toFixed(3)),
  planted: `${found.size} of ${planted} cut`,
});
tellMemory();
for (const kind of ["ClusterRoleBinding", "RoleBinding", "NetworkPolicy"] as const) timeChange(kind);
