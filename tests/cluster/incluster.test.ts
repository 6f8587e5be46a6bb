/**
 * The product installed in the real cluster as its guide says: the image that we build, the manifest that we ship, the
 * agent by eBPF on the node, its observations at the service's API, and everybody else's refused.
 */
import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, rmSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi, until } from "./api.ts";

const api = openApi(kubeconfigOf("admin"));
const state = process.env["PLIMSOLL_STATE"] ?? "";
const root = join(import.meta.dirname, "../..");
const storeFolder = join(state, "incluster-store");
const namespace = "incluster";
const started = performance.now();

function run(command: string, ...given: readonly string[]): string {
  return execFileSync(command, given, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function apply(object: object): void {
  execFileSync("kubectl", ["apply", "-f", "-"], {
    input: JSON.stringify(object),
    stdio: ["pipe", "ignore", "inherit"],
  });
}

async function token(account: string, more: object = {}, place = namespace): Promise<string> {
  const { body } = await api.send("POST", `/api/v1/namespaces/${place}/serviceaccounts/${account}/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { audiences: ["plimsoll"], expirationSeconds: 3600, ...more },
  });
  return (body as unknown as { readonly status: { readonly token: string } }).status.token;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

let address = "";
let ca = "";

/** Asks the service at its cluster address, known by the certificate that it published. */
function ask(path: string, bearer: string, body?: object): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const text = body === undefined ? undefined : JSON.stringify(body);
  const asked = request(
    {
      host: address,
      port: 443,
      servername: "plimsoll.plimsoll.svc",
      ca,
      path,
      method: text === undefined ? "GET" : "POST",
      timeout: 10_000,
      agent: false,
      headers: {
        host: "plimsoll.plimsoll.svc",
        authorization: `Bearer ${bearer}`,
        ...(text === undefined ? {} : { "content-type": "application/json" }),
      },
    },
    (answer) => {
      let said = "";
      answer.on("data", (chunk: Buffer) => (said += chunk.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: parsed(said) }));
    },
  );
  asked.on("timeout", () => asked.destroy(new Error("timeout")));
  asked.on("error", reject);
  asked.end(text);
  return promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

let viewer = "";

interface Agent {
  readonly node: string;
  readonly tier: string;
  readonly silent: boolean;
  readonly heardAt: number;
  readonly refused: readonly string[];
  readonly givenUp: number;
}

async function agents(): Promise<readonly Agent[]> {
  const { status, body } = await ask("/api/v1/agents", viewer).catch(() => ({ status: 0, body: undefined }));
  return status === 200 ? (body as { readonly items: readonly Agent[] }).items : [];
}

async function behaviours(workload: string): Promise<readonly string[]> {
  const path = `/api/v1/profiles?namespace=${namespace}&workload=${workload}&limit=5000`;
  const { status, body } = await ask(path, viewer).catch(() => ({ status: 0, body: undefined }));
  if (status !== 200) return [];
  const { items } = body as {
    readonly items: readonly { readonly behaviours: readonly { readonly text: string }[] }[];
  };
  return items.flatMap((item) => item.behaviours.map(({ text }) => text));
}

function deployment(name: string, script: string): object {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: "app",
              image: "plimsoll.test/busybox:1.35",
              imagePullPolicy: "Never",
              command: ["/bin/sh", "-c", script],
            },
          ],
        },
      },
    },
  };
}

beforeAll(async () => {
  // Built by test.sh: inside the cluster's network there are no packages to fetch.
  const archive = process.env["PLIMSOLL_IMAGE"];
  if (archive === undefined)
    throw new Error("run this through tests/cluster/test.sh, which builds the image");
  run(
    "ctr",
    "--address",
    `${state}/containerd/containerd.sock`,
    "--namespace",
    "k8s.io",
    "images",
    "import",
    archive,
  );
  mkdirSync(storeFolder, { recursive: true });
  chownSync(storeFolder, 65532, 65532);
  apply({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "plimsoll-store" },
    spec: {
      capacity: { storage: "5Gi" },
      accessModes: ["ReadWriteOnce"],
      hostPath: { path: storeFolder, type: "Directory" },
      claimRef: { namespace: "plimsoll", name: "plimsoll-store" },
    },
  });
  run("kubectl", "apply", "-f", "deploy/plimsoll.yaml");
  apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  for (const name of ["viewer", "stranger"])
    apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
  for (const [name, role] of [
    ["incluster-viewer", "plimsoll-viewer"],
    ["incluster-view", "view"],
  ])
    apply({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
      subjects: [{ kind: "ServiceAccount", name: "viewer", namespace }],
    });
  try {
    run("kubectl", "-n", "plimsoll", "rollout", "status", "deployment/plimsoll", "--timeout=90s");
    run("kubectl", "-n", "plimsoll", "rollout", "status", "daemonset/plimsoll-agent", "--timeout=60s");
  } catch (error) {
    console.log(run("kubectl", "-n", "plimsoll", "describe", "pods").slice(-6_000));
    for (const part of ["deployment/plimsoll", "daemonset/plimsoll-agent"])
      console.log(run("kubectl", "-n", "plimsoll", "logs", part, "--tail=20"));
    throw error;
  }
  address = run(
    "kubectl",
    "-n",
    "plimsoll",
    "get",
    "service",
    "plimsoll",
    "-o",
    "jsonpath={.spec.clusterIP}",
  );
  ca = run(
    "kubectl",
    "-n",
    "plimsoll",
    "get",
    "configmap",
    "plimsoll-trust",
    "-o",
    "jsonpath={.data.ca\\.crt}",
  );
  viewer = await token("viewer");
}, 300_000);

afterAll(async () => {
  try {
    console.log(run("kubectl", "-n", "plimsoll", "logs", "daemonset/plimsoll-agent", "--tail=12"));
    run("kubectl", "delete", "-f", "deploy/plimsoll.yaml", "--timeout=60s");
    run("kubectl", "delete", "namespace", namespace, "--timeout=60s");
    run("kubectl", "delete", "clusterrolebinding", "incluster-viewer", "incluster-view");
    run("kubectl", "delete", "persistentvolume", "plimsoll-store", "--timeout=30s");
  } finally {
    rmSync(storeFolder, { recursive: true, force: true });
    await api.close();
    console.log(`installed, held and removed in ${Math.round((performance.now() - started) / 1000)} s`);
  }
}, 240_000);

test("the agent looks by eBPF, and the service hears it", async () => {
  await until("an agent that is heard", async () => (await agents()).some(({ silent }) => !silent), 90);
  const [agent] = await agents();
  expect(agent).toMatchObject({ node: "plimsoll-node", tier: "ebpf", refused: [], silent: false });
});

test("a workload that starts has its profile at the API, under its own name; also one that lived for three seconds", async () => {
  apply(deployment("steady", "while :; do ls /etc/hosts >/dev/null; sleep 1; done"));
  const once = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "brief", namespace } };
  apply({
    ...once,
    spec: {
      ttlSecondsAfterFinished: 0,
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [
            {
              name: "app",
              image: "plimsoll.test/busybox:1.35",
              imagePullPolicy: "Never",
              command: ["/bin/sh", "-c", "cat /etc/group >/dev/null; sleep 3"],
            },
          ],
        },
      },
    },
  });
  const sees = async (workload: string, what: string): Promise<boolean> =>
    (await behaviours(workload)).some((text) => text.includes(what));
  await until("the profile of what goes on", () => sees("steady", "/etc/hosts"), 60);
  await until("the profile of what was brief", () => sees("brief", "/etc/group"), 60);
});

const empty = {
  version: 1,
  instance: "forged",
  agent: "0",
  sequence: 1,
  report: { tier: "ebpf", refused: [], blind: [], lost: 0, nameless: 0, crowded: 0, failures: 0, givenUp: 0 },
  observations: [],
  watches: [],
};

test("nobody else's word is taken: another account, no token, no node, another node, another audience", async () => {
  const [pod] =
    (
      await api.send(
        "GET",
        "/api/v1/namespaces/plimsoll/pods?labelSelector=app.kubernetes.io/name=plimsoll-agent",
      )
    ).body.items ?? [];
  const { name, uid } = pod!.metadata;
  const bound = { boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid } };
  const agent = (more: object): Promise<string> => token("plimsoll-agent", more, "plimsoll");
  const tell = async (bearer: string, node: string): Promise<number> =>
    (await ask("/api/v1/observations", bearer, { ...empty, node })).status;
  expect([
    await tell(await token("stranger"), "plimsoll-node"),
    await tell("no.such.token", "plimsoll-node"),
    await tell(await agent({}), "plimsoll-node"),
    await tell(await agent(bound), "another-node"),
    await tell(await agent({ ...bound, audiences: ["another"] }), "plimsoll-node"),
    await tell(viewer, "plimsoll-node"),
  ]).toEqual([403, 401, 403, 403, 401, 403]);
  // And its own is, so that the refusals are of what they say.
  expect(await tell(await agent(bound), "plimsoll-node")).toBe(200);
  const { status } = await ask(`/api/v1/profiles?namespace=${namespace}`, await token("stranger"));
  const { body } = await ask(`/api/v1/profiles?namespace=${namespace}`, await token("stranger"));
  expect([status, body]).toEqual([200, { items: [] }]);
});

test("no part may touch a Secret, and the service writes one ConfigMap alone", async () => {
  const can = (account: string, verb: string, what: string, ...more: readonly string[]): string => {
    const as = `system:serviceaccount:plimsoll:${account}`;
    try {
      return run("kubectl", "auth", "can-i", verb, what, "--as", as, ...more).trim();
    } catch (error) {
      return String((error as { readonly stdout?: string }).stdout).trim();
    }
  };
  const verbs = ["get", "list", "watch", "create", "update", "patch", "delete"];
  for (const account of ["plimsoll", "plimsoll-agent"])
    for (const verb of verbs)
      expect([account, verb, can(account, verb, "secrets", "-A")]).toEqual([account, verb, "no"]);
  const trust = ["-n", "plimsoll"];
  expect([
    can("plimsoll", "patch", "configmaps/plimsoll-trust", ...trust),
    can("plimsoll", "patch", "configmaps/plimsoll-settings", ...trust),
    can("plimsoll", "create", "pods", "-A"),
    can("plimsoll-agent", "get", "pods", "-A"),
    can("plimsoll-agent", "list", "configmaps", ...trust),
  ]).toEqual(["yes", "no", "no", "no", "no"]);
});

test("while the service is away nothing is lost, and what it knew it knows again", async () => {
  run("kubectl", "-n", "plimsoll", "scale", "deployment/plimsoll", "--replicas=0");
  run(
    "kubectl",
    "-n",
    "plimsoll",
    "wait",
    "--for=delete",
    "pod",
    "-l",
    "app.kubernetes.io/name=plimsoll",
    "--timeout=40s",
  );
  apply(deployment("meanwhile", "cat /etc/passwd >/dev/null; exec sleep 3600"));
  run("kubectl", "-n", namespace, "rollout", "status", "deployment/meanwhile", "--timeout=40s");
  run("kubectl", "-n", "plimsoll", "scale", "deployment/plimsoll", "--replicas=1");
  run("kubectl", "-n", "plimsoll", "rollout", "status", "deployment/plimsoll", "--timeout=90s");
  const sees = async (workload: string, what: string): Promise<boolean> =>
    (await behaviours(workload)).some((text) => text.includes(what));
  // The Job is gone with its pod: what it did can only come from the store.
  await until("the profile from before", () => sees("brief", "/etc/group"), 20);
  await until("what happened meanwhile", () => sees("meanwhile", "/etc/passwd"), 60);
  const again = run(
    "kubectl",
    "-n",
    "plimsoll",
    "get",
    "configmap",
    "plimsoll-trust",
    "-o",
    "jsonpath={.data.ca\\.crt}",
  );
  expect(again).toBe(ca);
  expect((await agents()).map(({ givenUp }) => givenUp)).toEqual([0]);
});

interface Told {
  readonly key: string;
  readonly first: string;
}

test("detections stand at the API soon after what they tell of happened", async () => {
  // From shared memory, which no workload has to be known for to be told; each under a name of its own.
  const script =
    "sleep 5; mkdir -p /run/shm; i=0; while [ $i -lt 60 ]; do cp /bin/busybox /run/shm/x$i; /run/shm/x$i; i=$((i+1)); sleep 0.2; done; sleep 3600";
  apply(deployment("drifts", script));
  const delays = new Map<string, number>();
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && delays.size < 60) {
    const { body } = await ask(`/api/v1/detections?namespace=${namespace}`, viewer);
    const { items } = body as {
      readonly items: readonly (Told & { readonly container: { readonly workload: string } })[];
    };
    for (const { key, first, container } of items)
      if (container.workload === "drifts" && !delays.has(key))
        delays.set(key, Date.now() - Date.parse(first));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const sorted = [...delays.values()].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  console.log(`exec to API: ${sorted.length} detections, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  expect(sorted.length).toBeGreaterThanOrEqual(50);
}, 120_000);
