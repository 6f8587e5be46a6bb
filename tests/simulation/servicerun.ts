/**
 * One simulated life of the service: a cluster that changes, a network, a server and a disk that fail, a process that
 * is killed and started again, and in it the real watch, pipeline and store. Replayed by its seed.
 */
import { refKey, refOf, scan, type AttackLibrary, type Report, type Snapshot } from "@plimsoll/core";
import { watchCluster, type Watch } from "../../packages/cluster/src/watch.ts";
import { takenIn } from "../../packages/cluster/src/place.ts";
import type { RawObject } from "../../packages/cluster/src/raw.ts";
import { createPipeline } from "../../packages/server/src/pipeline/pipeline.ts";
import type { Pipeline } from "../../packages/server/src/pipeline/shape.ts";
import { usualSettings } from "../../packages/server/src/settings/settings.ts";
import { createApiServer, type ApiServer } from "./apiserver.ts";
import { createDisk } from "./disk.ts";
import { faultClasses } from "./faults.ts";
import { createFaultyStore, type FaultyStore } from "./faultystore.ts";
import { createKernel, type Kernel } from "./kernel.ts";
import type { Scene } from "./scene.ts";
import { libraryShare } from "./share.ts";
import { keyOf, type Kind } from "./store.ts";

export interface ServiceOutcome {
  readonly seed: number;
  readonly faults: readonly string[];
  /** Empty where all went well. */
  readonly violations: readonly string[];
  /** Virtual milliseconds from the end of the last fault until the store said what is true. */
  readonly converged: number;
  readonly lives: number;
  readonly commits: number;
  /** Writes that were done and whose process died before it knew. */
  readonly orphaned: number;
}

const kinds: readonly Kind[] = [
  { path: "/api/v1/pods", apiVersion: "v1", kind: "Pod", resource: "pods" },
  { path: "/api/v1/serviceaccounts", apiVersion: "v1", kind: "ServiceAccount", resource: "serviceaccounts" },
  {
    path: "/apis/rbac.authorization.k8s.io/v1/rolebindings",
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    resource: "rolebindings",
  },
];
const gvkOf = ({ apiVersion, kind }: Kind): string => `${apiVersion}/${kind}`;

interface Run {
  readonly kernel: Kernel;
  readonly server: ApiServer;
  readonly store: FaultyStore;
  readonly violations: string[];
  readonly scene: Scene;
  readonly library: AttackLibrary;
  life: Life;
  lives: number;
  commits: number;
}

interface Life {
  readonly watch: Watch;
  readonly pipeline: Pipeline;
  readonly kill: () => void;
}

/** Faults of the network and the server that are over soon; those that make objects make others than are judged here. */
const others: ReadonlySet<string> = new Set(["kill-9", "uid-swap-in-gap", "crd-removed-and-added"]);
const network = faultClasses.filter(({ within, id }) => within <= 2_500 && !others.has(id));

type DiskFault = "full" | "refusing" | "slow" | "killed" | "killed at a write";

export async function runService(seed: number): Promise<ServiceOutcome> {
  const kernel = createKernel(seed);
  const run = await begin(kernel, seed);
  const faults: string[] = [];
  for (let at = kernel.between(1, 6); at > 0; at -= 1) change(run);
  const rounds = kernel.between(2, 4);
  let converged = 0;
  for (let round = 0; round < rounds; round += 1) {
    const fault = kernel.chance(0.35) ? kernel.pick(network) : undefined;
    const disk = kernel.pick<DiskFault>([
      "full",
      "refusing",
      "slow",
      "killed",
      "killed",
      "killed at a write",
      "killed at a write",
    ]);
    faults.push(disk, ...(fault === undefined ? [] : [fault.id]));
    const end = fault?.begin(run.scene);
    const recover = harm(run, disk);
    await live(run, kernel.between(1, 4));
    end?.();
    recover();
    await live(run, kernel.between(0, 1));
    // Each time: whoever begins tells everything anew, and would heal what was wrong before.
    converged = Math.max(converged, await truthTold(run));
  }
  run.violations.push(...(await historyIn(run)));
  const { watch, pipeline } = run.life;
  let stopped = false;
  void Promise.all([watch.stop(), pipeline.stop()]).then(() => (stopped = true));
  if (!(await kernel.runUntil(() => stopped, 60_000))) run.violations.push("it does not stop");
  await run.store.real.close();
  const { violations, lives, commits } = run;
  return { seed, faults, violations, converged, lives, commits, orphaned: run.store.orphaned() };
}

/** Waits until the store says what is true; answers how many virtual milliseconds that took. */
async function truthTold(run: Run): Promise<number> {
  const { kernel, violations } = run;
  const from = kernel.clock.elapsed();
  let wrong = "the store was never asked";
  // Paths and priorities wait for quiet; findings do not.
  for (let turn = 0; turn < 60 && wrong !== ""; turn += 1) {
    await kernel.run(turn === 0 ? 500 : 1_000);
    wrong = await difference(run);
  }
  if (wrong !== "") violations.push(wrong);
  return kernel.clock.elapsed() - from;
}

async function begin(kernel: Kernel, seed: number): Promise<Run> {
  const server = createApiServer(kernel, kinds);
  const store = await createFaultyStore(kernel);
  const scene: Scene = {
    kernel,
    server,
    kinds,
    change: () => change(run),
    taker: "takes",
    hung: [],
    token: "first",
    restart: () => restart(run),
  };
  const run = {
    kernel,
    server,
    store,
    violations: [],
    scene,
    library: libraryShare(seed),
    lives: 0,
    commits: 0,
  } as unknown as Run;
  run.life = start(run);
  return run;
}

function start(run: Run): Life {
  const { kernel, server, scene, store } = run;
  run.lives += 1;
  const { store: opened, kill } = store.open();
  let dead = false;
  const pipeline = createPipeline({
    cluster: "c",
    clock: kernel.clock,
    store: opened,
    facts: { distribution: () => undefined },
    settings: () => usualSettings,
    toolVersion: "0",
    library: run.library,
    log: () => undefined,
    noticesOf: (turns) =>
      turns.map(({ kind, result }) => ({
        channel: "hook",
        cluster: "c",
        dedup: `${kind} ${result.id} ${kernel.clock.elapsed()}`,
        body: { kind, id: result.id },
      })),
    alarmsOf: () => [],
    onCommitted: (sequence) => {
      run.commits += 1;
      if (sequence > store.acknowledged())
        run.violations.push(`${sequence} was told before it was acknowledged`);
    },
  });
  const watch = watchCluster({
    access: {
      name: "simulated",
      server: new URL("https://server"),
      tls: { rejectUnauthorized: true },
      identify: async () => ({ authorization: `Bearer ${scene.token}` }),
    },
    doors: kernel.doors(server.network, createDisk(kernel.clock.now)),
    kinds: kinds.map(gvkOf),
    onChanges: (changes) => {
      if (!dead) pipeline.take(changes);
    },
  });
  void watch.ready.then(pipeline.begin);
  pipeline.lead(1);
  return {
    watch,
    pipeline,
    kill: () => {
      dead = true;
      kill();
      void watch.stop();
    },
  };
}

function restart(run: Run): void {
  run.life.kill();
  run.life = start(run);
}

/** Sets in; answers what ends it. */
function harm(run: Run, disk: DiskFault): () => void {
  const { store, kernel } = run;
  if (disk === "full") store.faults = { ...store.faults, full: true };
  if (disk === "refusing") store.faults = { ...store.faults, refused: 0.5 };
  if (disk === "slow") store.faults = { ...store.faults, slow: 4_000 };
  if (disk === "killed")
    for (let kills = kernel.between(1, 3); kills > 0; kills -= 1)
      kernel.after(kernel.between(1, 3_000), () => restart(run));
  if (disk === "killed at a write") dieAtMoments(run, kernel.between(2, 5));
  return () => {
    store.faults = { refused: 0, slow: 5, full: false };
    store.onMoment = () => undefined;
  };
}

/** So many processes in a row end within a few of the moments at which they may. */
function dieAtMoments(run: Run, kills: number): void {
  const { store, kernel } = run;
  let [left, moments] = [kills, kernel.between(1, 8)];
  store.onMoment = () => {
    if (left === 0 || (moments -= 1) > 0) return;
    left -= 1;
    moments = kernel.between(1, 8);
    restart(run);
  };
}

async function live(run: Run, changes: number): Promise<void> {
  for (let count = 0; count < changes; count += 1) {
    change(run);
    await run.kernel.run(run.kernel.random.next() * 1_500);
  }
}

function change(run: Run): void {
  const { kernel, server } = run;
  const kind = kernel.chance(0.7) ? kinds[0]! : kernel.pick(kinds);
  const keys = server.store.keys(kind.path);
  const draw = kernel.random.next();
  if (keys.length === 0 || (draw < 0.45 && keys.length < 6)) {
    const key = `shop/x${kernel.between(0, 20)}`;
    if (!keys.includes(key)) server.store.create(kind, key, {}, contentOf(kernel, kind));
  } else if (draw < 0.75) server.store.update(kind, kernel.pick(keys), {}, contentOf(kernel, kind));
  else server.store.remove(kind, kernel.pick(keys));
}

/** What matters to controls, so that findings come and go. */
function contentOf(kernel: Kernel, { kind }: Kind): object {
  if (kind === "Pod") {
    const securityContext = { privileged: kernel.chance(0.5), runAsNonRoot: kernel.chance(0.5) };
    const container = { name: "app", image: `registry.example/app:${kernel.between(0, 9)}`, securityContext };
    return { spec: { hostNetwork: kernel.chance(0.3), containers: [container] } };
  }
  if (kind === "ServiceAccount") return { automountServiceAccountToken: kernel.chance(0.5) };
  const name = kernel.pick(["cluster-admin", "view"]);
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
  return { roleRef, subjects: [{ kind: "ServiceAccount", name: "default", namespace: "shop" }] };
}

/** What a scan of what the server really holds says. */
function truth({ kernel, server, library: share }: Run): Report {
  const resources = kinds
    .flatMap((kind) =>
      server.store.objects(kind.path).map((object) => {
        const taken = takenIn({ ...kind, namespaced: true }, object as unknown as RawObject);
        if (!("record" in taken)) throw new Error(`${keyOf(object)} was not taken in`);
        return taken.record;
      }),
    )
    .map((record) => ({ key: refKey(refOf(record.resource)), record }))
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  const takenAt = new Date(kernel.clock.now()).toISOString();
  const snapshot: Snapshot = {
    header: { format: "plimsoll-snapshot", version: 1, takenAt, server: { kind: "cluster", name: "c" } },
    resources: resources.map(({ record }) => record),
    observations: [],
    images: [],
    gaps: [],
    skipped: [],
    covered: kinds.map(gvkOf).sort(),
  };
  return scan(snapshot, share, { toolVersion: "0", exceptions: [] });
}

/** What the store does not say as the truth does; nothing where they agree. */
async function difference(run: Run): Promise<string> {
  const { real } = run.store;
  const report = truth(run);
  const told = new Map<string, string>();
  for (let cursor: string | undefined; ;) {
    const page = await real.findings({
      outcomes: ["fail"],
      limit: 500,
      sort: "name",
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { result } of page.items) told.set(result.id, result.because);
    cursor = page.next;
    if (cursor === undefined) break;
  }
  const failing = report.results.filter(({ result }) => result === "fail");
  const wrong = failing.find(({ id, because }) => told.get(id) !== because);
  if (wrong !== undefined) return `${wrong.id} is told as ${told.get(wrong.id)}`;
  if (told.size !== failing.length) return `${told.size} findings are told, ${failing.length} there are`;
  const range = { from: 0, to: Number.MAX_SAFE_INTEGER };
  for (const { id, met, failed, unknown } of report.frameworks) {
    const last = (await real.scores("c", range, id)).at(-1);
    const [score, said] = [[met, failed, unknown].join(), [last?.met, last?.failed, last?.unknown].join()];
    if (score !== said) return `${id} is scored ${said}, not ${score}`;
  }
  const sequence = (await real.standing("c"))?.sequence ?? 0;
  const acknowledged = run.store.acknowledged();
  return sequence < acknowledged ? `${acknowledged} was acknowledged, ${sequence} is there` : "";
}

/** Nothing twice, nothing out of turn, and each told to notifiers as often as it happened. */
async function historyIn({ store }: Run): Promise<readonly string[]> {
  const violations: string[] = [];
  const open = new Map<string, boolean>();
  const happened: string[] = [];
  for (let after = 0; ;) {
    const some = await store.real.historySince("c", after, 500);
    for (const { id, kind, sequence } of some) {
      if (sequence < after) violations.push(`${id}: history goes back`);
      after = sequence;
      happened.push(`${kind} ${id}`);
      const ends = kind === "fixed" || kind === "gone" || kind === "lost";
      if (kind === "opened" && open.get(id) === true) violations.push(`${id} opened twice`);
      if (ends && open.get(id) !== true) violations.push(`${id} ${kind} without having been open`);
      if (kind === "opened" || ends) open.set(id, kind === "opened");
    }
    if (some.length < 500) break;
  }
  const notices: string[] = [];
  for (;;) {
    const some = await store.real.outbox.claim(undefined, 100, 3_600_000);
    for (const { id, body } of some) {
      const { kind, id: finding } = body as { readonly kind: string; readonly id: string };
      notices.push(`${kind} ${finding}`);
      await store.real.outbox.delivered([id]);
    }
    if (some.length === 0) break;
  }
  const [one, other] = [happened.toSorted(), notices.toSorted()];
  const at = one.findIndex((line, index) => line !== other[index]);
  if (at !== -1 || one.length !== other.length)
    violations.push(`${one.length} happened, ${other.length} were told: ${one[at]} and ${other[at]}`);
  return violations;
}
