/**
 * The watch client against a real kube-apiserver and etcd: through every class of faults, what it hands over ends up as
 * what a second, dumb client lists, byte for byte.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { takenIn } from "../../packages/cluster/src/place.ts";
import type { RawObject } from "../../packages/cluster/src/raw.ts";
import { watchCluster, type Change, type Watch } from "../../packages/cluster/src/watch.ts";
import { openWorld } from "../../packages/cluster/src/world.ts";
import { proxyFiles, startControlPlane, until, watcherToken, type ControlPlane } from "./controlplane.ts";
import { startProxy, type Proxy } from "./proxy.ts";
import { wrongClasses, type Stage, type WrongClass } from "./wrongs.ts";

const kinds = [
  { apiVersion: "v1", kind: "ConfigMap", resource: "configmaps", root: "/api/v1" },
  { apiVersion: "v1", kind: "ServiceAccount", resource: "serviceaccounts", root: "/api/v1" },
  { apiVersion: "shop.io/v1", kind: "Order", resource: "orders", root: "/apis/shop.io/v1" },
].map((kind) => ({
  ...kind,
  gvk: `${kind.apiVersion}/${kind.kind}`,
  path: `${kind.root}/${kind.resource}`,
  inNamespace: `${kind.root}/namespaces/shop/${kind.resource}`,
}));

let plane: ControlPlane;
let proxy: Proxy;
const rows: string[] = [];
let turn = 0;
/** How often each class is suffered. */
const seeds = Number(process.env["SEEDS"] ?? 3);

beforeAll(async () => {
  plane = await startControlPlane(2);
  await plane.start(0);
  await plane.start(1);
  await prepare();
  proxy = await startProxy(proxyFiles(plane.folder), plane.ports[0]!);
});

afterAll(async () => {
  await proxy?.close();
  await plane?.stop();
  const head = "| fault | runs | p50 ms | longest (p99) ms | aim ms |\n| --- | --- | --- | --- | --- |";
  const table = `${head}\n${rows.join("\n")}\n`;
  mkdirSync(`${import.meta.dirname}/../../.results`, { recursive: true });
  writeFileSync(`${import.meta.dirname}/../../.results/watch-faults.md`, table);
  console.log(table);
});

async function prepare(): Promise<void> {
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const resources = ["configmaps", "serviceaccounts", "orders"];
  const verbs = ["get", "list", "watch"];
  const made = [
    await plane.send("POST", "/api/v1/namespaces", { metadata: { name: "shop" } }),
    await plane.send("POST", `${rbac}/clusterroles`, {
      metadata: { name: "watcher" },
      rules: [
        { apiGroups: ["", "shop.io"], resources, verbs },
        { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs },
      ],
    }),
    await plane.send("POST", `${rbac}/clusterrolebindings`, {
      metadata: { name: "watcher" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "watcher" },
      subjects: [{ kind: "User", name: "watcher", apiGroup: "rbac.authorization.k8s.io" }],
    }),
  ];
  expect(made.map((answer) => answer.status)).toEqual([201, 201, 201]);
  await define();
  await until(
    "the other server",
    async () => (await plane.send("GET", kinds[2]!.path, undefined, 1)).status === 200,
    30,
  );
  await change(30);
}

async function define(): Promise<void> {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  const { status } = await plane.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    metadata: { name: "orders.shop.io" },
    spec: {
      group: "shop.io",
      scope: "Namespaced",
      names: { kind: "Order", plural: "orders", singular: "order", listKind: "OrderList" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  });
  expect(status).toBe(201);
  await until("the custom kind", async () => (await plane.send("GET", kinds[2]!.path)).status === 200, 30);
}

/** Says which other kinds there are: watched, and not compared. */
const definition = "apiextensions.k8s.io/v1/CustomResourceDefinition";

/** Creates, changes and deletes, in turns, under ever new names. */
async function change(count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) {
    turn += 1;
    for (const { apiVersion, kind, inNamespace } of kinds) {
      const data = { turn: String(turn), text: "Grüße 👋 日本" };
      await plane.send("POST", inNamespace, { apiVersion, kind, metadata: { name: `n-${turn}` }, data });
      const marks = { metadata: { labels: { turn: String(turn) } } };
      if (turn > 3) await plane.send("PATCH", `${inNamespace}/n-${turn - 2}`, marks);
      if (turn > 12) await plane.send("DELETE", `${inNamespace}/n-${turn - 12}`);
    }
  }
}

interface Life {
  watch: Watch;
  known: Map<string, { readonly uid: string; readonly version: string; readonly text: string }>;
  covered: readonly string[];
  gaps: number;
  readonly violations: string[];
}

function live(stage: Stage, violations: string[]): Life {
  const life: Life = { known: new Map(), covered: [], gaps: 0, violations } as unknown as Life;
  life.watch = watchCluster({
    access: {
      name: "real",
      server: new URL(`https://127.0.0.1:${proxy.port}`),
      tls: { ca: proxyFiles(plane.folder).cert, rejectUnauthorized: true },
      identify: async () => ({ authorization: `Bearer ${stage.token}` }),
    },
    doors: openWorld(),
    kinds: [...kinds.map(({ gvk }) => gvk), definition, "v1/Secret"],
    settings: { pageLength: 7 },
    onChanges: (changes, signal) => {
      const takeAll = (): void => {
        if (!signal.aborted) for (const one of changes) take(life, one);
      };
      if (stage.taker === "throws") throw new Error("the taker fails");
      if (stage.taker === "hangs")
        return new Promise<void>((resolve) => stage.hung.push(resolve)).then(takeAll);
      takeAll();
      return undefined;
    },
  });
  return life;
}

function take(life: Life, change: Change): void {
  if (change.op === "gaps") {
    life.covered = change.covered;
    life.gaps = change.gaps.length;
  } else if (change.op === "remove") {
    if (change.kind === definition) return;
    const id = `${change.kind} ${change.namespace}/${change.name}`;
    const known = life.known.get(id);
    if (known !== undefined && known.uid !== change.uid) life.violations.push(`${id}: the wrong one removed`);
    life.known.delete(id);
  } else {
    const { apiVersion, kind, metadata } = change.record.resource;
    if (`${apiVersion}/${kind}` === definition) return;
    const id = `${apiVersion}/${kind} ${metadata.namespace}/${metadata.name}`;
    const known = life.known.get(id);
    const version = String(metadata["resourceVersion"]);
    if (known !== undefined && known.uid !== metadata.uid) life.violations.push(`${id}: replaced silently`);
    if (known !== undefined && Number(known.version) > Number(version))
      life.violations.push(`${id} went back`);
    const text = JSON.stringify(change.record.resource);
    life.known.set(id, { uid: metadata.uid ?? "", version, text });
  }
}

/** What a list says, taken in as the watch takes it in. */
async function oracle(): Promise<ReadonlyMap<string, string>> {
  const there = new Map<string, string>();
  for (const { path, apiVersion, kind, resource, gvk } of kinds) {
    const answer = await plane.send("GET", path);
    if (answer.status !== 200) return new Map([["", answer.text]]);
    for (const item of (answer.json() as { readonly items: readonly RawObject[] }).items) {
      const taken = takenIn({ apiVersion, kind, resource, namespaced: true }, item);
      if (!("record" in taken)) continue;
      const { metadata } = taken.record.resource;
      there.set(`${gvk} ${metadata.namespace}/${metadata.name}`, JSON.stringify(taken.record.resource));
    }
  }
  return there;
}

function differences(life: Life, there: ReadonlyMap<string, string>): readonly string[] {
  const ids = new Set([...life.known.keys(), ...there.keys()]);
  return [
    ...kinds.filter(({ gvk }) => !life.covered.includes(gvk)).map(({ gvk }) => `${gvk} is not covered`),
    ...(life.gaps === 0 ? [] : [`${life.gaps} gaps`]),
    ...[...ids].filter((id) => life.known.get(id)?.text !== there.get(id)),
  ];
}

async function suffer(fault: WrongClass): Promise<number> {
  const violations: string[] = [];
  let life: Life;
  const stage: Stage = {
    plane,
    proxy,
    token: watcherToken,
    taker: "takes",
    hung: [],
    kinds,
    change,
    define,
    restart: () => {
      void life.watch.stop();
      life = live(stage, violations);
    },
  };
  life = live(stage, violations);
  await until("the first state", async () => differences(life, await oracle()).length === 0, 20);
  await change(2);
  const end = await fault.begin(stage);
  await Promise.all([change(3), new Promise((resolve) => setTimeout(resolve, fault.lasts ?? 200))]);
  await end();
  const start = performance.now();
  await change(1);
  const there = await oracle();
  await until(
    `all to be seen after ${fault.id}`,
    () => differences(life, there).length === 0,
    (2 * fault.within) / 1000 + 2,
  ).catch((error: Error) =>
    violations.push(`${error.message}: ${differences(life, there).slice(0, 3).join("; ")}`),
  );
  const took = performance.now() - start;
  const { kinds: seen, mostListsAtOnce } = life.watch.status();
  if (mostListsAtOnce > 5) violations.push(`${mostListsAtOnce} lists at once`);
  if (new Set(seen.map(({ kind }) => kind)).size !== seen.length) violations.push("two watches of one kind");
  proxy.wrongs = {};
  await life.watch.stop();
  await until("the end of all streams", () => proxy.watches().length === 0, 5);
  expect(violations).toEqual([]);
  return took;
}

test.each(wrongClasses)("what was seen is what is there, after $id", async (fault) => {
  const times: number[] = [];
  for (let seed = 0; seed < seeds; seed += 1) times.push(await suffer(fault));
  times.sort((a, b) => a - b);
  const [median, longest] = [times[times.length >> 1]!, times.at(-1)!];
  rows.push(
    `| ${fault.id} | ${times.length} | ${Math.round(median)} | ${Math.round(longest)} | ${fault.within} |`,
  );
});
