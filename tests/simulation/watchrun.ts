/** One simulated life of the watch client, with its invariants checked at every step; replayed by its seed. */
import type { Change } from "../../packages/cluster/src/watch.ts";
import { watchCluster, type Watch } from "../../packages/cluster/src/watch.ts";
import { pause } from "../../packages/cluster/src/doors.ts";
import { createApiServer, type ApiServer } from "./apiserver.ts";
import { createDisk } from "./disk.ts";
import { definitions, faultClasses } from "./faults.ts";
import type { FaultClass, Scene } from "./scene.ts";
import { createKernel, type Kernel } from "./kernel.ts";
import { keyOf, type Kind } from "./store.ts";

export interface Outcome {
  readonly seed: number;
  readonly faults: readonly string[];
  /** Empty where all went well. */
  readonly violations: readonly string[];
  /** Virtual milliseconds from the end of the last fault, and the last change, until everything was seen. */
  readonly converged: number;
  readonly steps: number;
}

const kinds: readonly Kind[] = [
  { path: "/api/v1/configmaps", apiVersion: "v1", kind: "ConfigMap", resource: "configmaps" },
  { path: "/api/v1/serviceaccounts", apiVersion: "v1", kind: "ServiceAccount", resource: "serviceaccounts" },
  { path: "/apis/shop.io/v1/orders", apiVersion: "shop.io/v1", kind: "Order", resource: "orders" },
];

/** Says which other kinds there are; watched, and not part of what is compared. */
const definition = "apiextensions.k8s.io/v1/CustomResourceDefinition";

/** What the taker of changes knows: the only thing that counts. */
interface Model {
  readonly known: Map<string, { readonly uid: string; readonly version: number }>;
  covered: readonly string[];
  gaps: number;
}

interface Run {
  readonly kernel: Kernel;
  readonly server: ApiServer;
  readonly violations: string[];
  readonly scene: Scene;
  model: Model;
  watch: Watch;
  life: number;
}

/** Runs a class of faults, or, without one, several at random, one after and over another. */
export async function runOnce(seed: number, only?: FaultClass): Promise<Outcome> {
  const kernel = createKernel(seed);
  const run = begin(kernel);
  const faults: string[] = [];
  for (const kind of kinds) {
    const count = kernel.between(0, 12);
    for (let at = 0; at < count; at += 1) create(run, kind);
  }
  if (!(await kernel.runUntil(() => isCurrent(run), 60_000))) run.violations.push("no first state in 60 s");
  let within = 1_000;
  const rounds = only === undefined ? kernel.between(1, 4) : 1;
  for (let round = 0; round < rounds; round += 1) {
    const fault = only ?? kernel.pick(faultClasses);
    faults.push(fault.id);
    within = Math.max(within, fault.within);
    await suffer(run, fault, only === undefined);
  }
  const from = kernel.clock.elapsed();
  if (only === undefined) within = Math.max(within, 130_000);
  const seen = await kernel.runUntil(() => isCurrent(run), within);
  const converged = kernel.clock.elapsed() - from;
  if (!seen)
    run.violations.push(`not current ${within} ms after the end of ${faults.join(", ")}: ${behind(run)}`);
  let stopped = false;
  void run.watch.stop().then(() => (stopped = true));
  if (!(await kernel.runUntil(() => stopped, 5_000))) run.violations.push("it does not stop");
  if (run.server.streams().length > 0) run.violations.push("a stream is open after the end");
  return { seed, faults, violations: run.violations, converged, steps: kernel.steps() };
}

function begin(kernel: Kernel): Run {
  const server = createApiServer(kernel, [...kinds, definitions]);
  const violations: string[] = [];
  const scene: Scene = {
    kernel,
    server,
    kinds,
    change: (kind) => change(run, kind),
    taker: "takes",
    hung: [],
    token: "first",
    restart: () => {
      void run.watch.stop();
      start(run);
    },
  };
  const run = { kernel, server, violations, scene, life: 0 } as unknown as Run;
  start(run);
  kernel.onStep(() => check(run));
  return run;
}

function start(run: Run): void {
  const { kernel, server, scene } = run;
  const life = (run.life += 1);
  run.model = { known: new Map(), covered: [], gaps: 0 };
  const model = run.model;
  run.watch = watchCluster({
    access: {
      name: "simulated",
      server: new URL("https://server"),
      tls: { rejectUnauthorized: true },
      identify: async () => ({ authorization: `Bearer ${scene.token}` }),
    },
    doors: kernel.doors(server.network, createDisk(kernel.clock.now)),
    kinds: ["v1/ConfigMap", "v1/ServiceAccount", "shop.io/v1/Order", definition, "v1/Secret"],
    onChanges: (changes, signal) => {
      const takeAll = (): void => {
        if (life === run.life && !signal.aborted) for (const one of changes) take(run, model, one);
      };
      if (scene.taker === "throws" && kernel.chance(0.7)) throw new Error("the taker fails");
      if (scene.taker === "hangs" && kernel.chance(0.5))
        return new Promise<void>((resolve) => scene.hung.push(resolve)).then(takeAll);
      if (scene.taker === "dawdles") return pause(kernel.clock, 1_500, signal).then(takeAll);
      takeAll();
      return undefined;
    },
    settings: { pageLength: kernel.pick([2, 5, 500]), streaming: kernel.chance(0.5), lineBytes: 60_000 },
  });
}

function take(run: Run, model: Model, change: Change): void {
  if (change.op === "gaps") {
    model.covered = change.covered;
    model.gaps = change.gaps.length;
    return;
  }
  if (change.op === "remove") {
    if (change.kind === definition) return;
    const id = `${change.kind} ${change.namespace}/${change.name}`;
    const known = model.known.get(id);
    if (known !== undefined && known.uid !== change.uid) run.violations.push(`${id}: the wrong one removed`);
    model.known.delete(id);
    return;
  }
  const { resource } = change.record;
  if (resource.kind === "CustomResourceDefinition") return;
  const { namespace = "", name = "", uid = "" } = resource.metadata;
  const version = String(resource.metadata["resourceVersion"]);
  const id = `${resource.apiVersion}/${resource.kind} ${namespace}/${name}`;
  const kind = kinds.find((one) => one.kind === resource.kind)!;
  const past = run.server.store.history.get(`${kind.path} ${namespace}/${name} ${uid} ${version}`);
  if (past === undefined || past !== JSON.stringify(resource["data"])) {
    run.violations.push(`${id} at ${version} never was as it was handed over`);
  }
  const known = model.known.get(id);
  if (known !== undefined && known.uid !== uid)
    run.violations.push(`${id}: another object in its place, silently`);
  if (known !== undefined && known.version > Number(version)) run.violations.push(`${id} went back in time`);
  model.known.set(id, { uid, version: Number(version) });
}

function check(run: Run): void {
  const paths = run.server.streams().map(({ path }) => path);
  const { lists, mostLists } = run.server.counts;
  if (mostLists > 5) run.violations.push(`${mostLists} lists at once, of ${lists}`);
  if (new Set(paths).size !== paths.length && run.life === 1) run.violations.push("two watches of one kind");
  if (run.server.counts.asked.some((path) => path.includes("/secrets")))
    run.violations.push("asked for Secrets");
  run.server.counts.asked.length = 0;
}

/** Whether what the taker knows is what the server holds, it says so, and nothing is blind. */
function isCurrent(run: Run): boolean {
  return behind(run) === "";
}

function behind({ server, model }: Run): string {
  let count = 0;
  for (const kind of kinds) {
    const gvk = `${kind.apiVersion}/${kind.kind}`;
    if (!model.covered.includes(gvk)) return `${gvk} is not covered`;
    for (const object of server.store.objects(kind.path)) {
      count += 1;
      const known = model.known.get(`${gvk} ${keyOf(object)}`);
      const { uid, resourceVersion } = object.metadata;
      if (known?.uid !== uid || known.version !== Number(resourceVersion)) {
        return `${gvk} ${keyOf(object)} is at ${resourceVersion}, known at ${known?.version}`;
      }
    }
  }
  if (model.known.size !== count) return `${model.known.size} known, ${count} there`;
  return model.gaps === 0 ? "" : `${model.gaps} gaps`;
}

async function suffer(run: Run, fault: FaultClass, open: boolean): Promise<void> {
  const { kernel, scene } = run;
  if (fault.busy === true) await live(run, kernel.between(60, 90), 100);
  else if (kernel.chance(0.7)) await live(run, kernel.between(0, 40), 300);
  const end = fault.begin(scene);
  const [low, high] = fault.lasts ?? [1, 8_000];
  const span = kernel.between(low, high);
  if (fault.busy === true) await live(run, Math.ceil(span / 100), 100);
  else await live(run, kernel.between(0, 30), span / 15);
  end();
  if (fault.busy === true || kernel.chance(0.5)) change(run, kernel.pick(kinds));
  if (open) await kernel.run(kernel.between(0, 3_000));
}

/** So many changes, some time apart. */
async function live(run: Run, changes: number, apart: number): Promise<void> {
  const { kernel } = run;
  for (let count = 0; count < changes; count += 1) {
    change(run, kernel.pick(kinds));
    await kernel.run(kernel.random.next() * 2 * apart);
  }
}

function change(run: Run, kind: Kind): void {
  const { kernel, server } = run;
  if (!server.kinds.includes(kind)) return;
  const keys = server.store.keys(kind.path);
  const draw = kernel.random.next();
  if (keys.length === 0 || draw < 0.3) create(run, kind);
  else if (draw < 0.75) server.store.update(kind, kernel.pick(keys), { v: String(kernel.between(0, 9_999)) });
  else server.store.remove(kind, kernel.pick(keys));
  if (kernel.chance(0.2)) server.store.pass(kernel.between(1, 5));
  if (kernel.chance(0.02)) server.store.compact();
}

function create({ kernel, server }: Run, kind: Kind): void {
  const key = `${kernel.pick(["a", "a-b", "b"])}/${kernel.pick(["x", "y", "z"])}${kernel.between(0, 9)}`;
  if (server.store.keys(kind.path).includes(key)) return;
  server.store.create(kind, key, { v: String(kernel.between(0, 9_999)), text: "Grüße 👋 日本" });
}
