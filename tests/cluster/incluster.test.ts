/**
 * The product installed in the real cluster as its guide says: the image that we build, the manifest that we ship, the
 * agent by eBPF on the node, its observations at the service's API, and everybody else's refused.
 */
import type { Peaks, Watch } from "@plimsoll/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi, until } from "./api.ts";
import { openHook, type Arrival, type Hook } from "./hook.ts";
import { apply, install, run, tokenOf, type Installed, type Reply } from "./installed.ts";
import { filesOf, processesOf, rightsOf } from "./running.ts";

const api = openApi(kubeconfigOf("admin"));
const namespace = "incluster";
const started = performance.now();
let installed: Installed;
let hook: Hook;

function ask(path: string, bearer?: string, body?: object): Promise<Reply> {
  return installed.ask(path, bearer, body);
}

const token = (account: string, more: object = {}, place = namespace): Promise<string> =>
  tokenOf(api, place, account, more);

interface Agent {
  readonly node: string;
  readonly tier: string;
  readonly silent: boolean;
  readonly heardAt: number;
  readonly refused: readonly string[];
  readonly givenUp: number;
  readonly unheard: readonly { readonly from: number; readonly to?: number }[];
  readonly longestPause: number;
}

async function agents(): Promise<readonly Agent[]> {
  const { status, body } = await ask("/api/v1/agents").catch(() => ({ status: 0, body: undefined }));
  return status === 200 ? (body as { readonly items: readonly Agent[] }).items : [];
}

async function behaviours(workload: string): Promise<readonly string[]> {
  const path = `/api/v1/profiles?namespace=${namespace}&workload=${workload}&limit=5000`;
  const { status, body } = await ask(path).catch(() => ({ status: 0, body: undefined }));
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
  apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "stranger", namespace } });
  hook = await openHook();
  installed = await install(api, {
    settings: hook.settings("tell: [detected, blind]"),
    files: hook.files,
  });
}, 300_000);

afterAll(async () => {
  installed?.remove();
  run("kubectl", "delete", "namespace", namespace, "--timeout=60s");
  hook?.close();
  await api.close();
  console.log(`installed, held and removed in ${Math.round((performance.now() - started) / 1000)} s`);
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

test("what it used at most comes with its watch, from within the agent's own container", async () => {
  const measured = async (): Promise<Peaks | undefined> => {
    const { status, body } = await ask("/api/v1/observations");
    if (status !== 200) return undefined;
    const { watches } = body as { readonly watches: readonly Watch[] };
    return watches.find(({ container, peaks }) => container.workload === "steady" && peaks !== undefined)
      ?.peaks;
  };
  await until("the peaks of what goes on", async () => (await measured())?.cpuMillicores !== undefined, 60);
  const { memoryBytes = 0, unreclaimableBytes = 0, cpuMillicores = 0 } = (await measured())!;
  console.log(`steady: ${memoryBytes} bytes, of which ${unreclaimableBytes} stay, ${cpuMillicores}m`);
  expect(unreclaimableBytes).toBeGreaterThan(0);
  expect(memoryBytes).toBeGreaterThanOrEqual(unreclaimableBytes);
  expect(memoryBytes).toBeLessThan(64 << 20);
  expect(cpuMillicores).toBeGreaterThan(0);
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
    await tell(installed.viewer, "plimsoll-node"),
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

const parts = [
  ["daemonset/plimsoll-agent", "/opt/plimsoll/bin/agent.js"],
  ["deployment/plimsoll", "/opt/plimsoll/bin/main.js"],
] as const;

test.each(parts)(
  "the image of %s holds no program but Node, no shell and no package manager",
  (_, script) => {
    const { names, tools, programs, elevating } = filesOf(script);
    console.log(`${names.length} files and links; programs: ${programs.join(", ")}`);
    expect(names).toContain(script);
    expect({ tools, programs, elevating }).toEqual({ tools: [], programs: ["/usr/bin/node"], elevating: [] });
  },
);

test("the agent holds the three capabilities of its manifest, the service none, and neither gains more", () => {
  const three = ["BPF", "PERFMON", "SYS_PTRACE"];
  const held = { inheritable: [], ambient: [], noNewPrivileges: true, filtered: true };
  const of = (list: readonly string[]): object => ({ permitted: list, effective: list, bounding: list });
  expect(rightsOf(parts[0][1])).toEqual({ ...held, ...of(three), user: 0 });
  expect(rightsOf(parts[1][1])).toEqual({ ...held, ...of([]), user: 65532 });
});

test.each(parts)("nobody gets a shell in %s", (part) => {
  for (const shell of ["/bin/sh", "sh", "/bin/bash", "/bin/busybox"])
    expect(() => run("kubectl", "-n", "plimsoll", "exec", part, "--", shell, "-c", "true")).toThrow(
      /no such file or directory|executable file not found/,
    );
});

test("while the service is away nothing is lost, and what it knew it knows again", async () => {
  const known = installed.ca();
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
  expect(installed.ca()).toBe(known);
  // Known once the store has acknowledged all that the agent told, a moment after the first of it can be asked for.
  await until("the agent is known again", async () => (await agents()).length > 0, 30);
  expect((await agents()).map(({ givenUp }) => givenUp)).toEqual([0]);
});

interface Notice {
  readonly id?: string;
  readonly what: string;
  readonly from?: number;
  readonly to?: number;
}

function noticesIn({ text }: Arrival): readonly Notice[] {
  return (JSON.parse(text) as { readonly notices: readonly Notice[] }).notices;
}

/** Processes of the agent's container. */
async function processesOfAgent(): Promise<readonly number[]> {
  const path = "/api/v1/namespaces/plimsoll/pods?labelSelector=app.kubernetes.io/name=plimsoll-agent";
  const [pod] = ((await api.send("GET", path)).body.items ?? []) as unknown as {
    readonly status: { readonly containerStatuses: readonly { readonly containerID: string }[] };
  }[];
  return processesOf(pod!.status.containerStatuses[0]!.containerID.split("://")[1]!);
}

test("an agent on a busy node is heard often enough", async () => {
  apply(
    deployment(
      "busy",
      "i=0; while [ $i -lt 8 ]; do (while :; do ls /etc >/dev/null; done) & i=$((i+1)); done; wait",
    ),
  );
  run("kubectl", "-n", namespace, "rollout", "status", "deployment/busy", "--timeout=40s");
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  const [{ longestPause, unheard }] = (await agents()) as readonly [Agent];
  run("kubectl", "-n", namespace, "delete", "deployment", "busy");
  console.log(`on a busy node the longest time between two signs of the agent was ${longestPause} ms`);
  expect(unheard).toEqual([]);
}, 90_000);

test("case 107: an agent that is stopped is told at the API and at a webhook within five seconds, and then the interval", async () => {
  const stopped = await processesOfAgent();
  expect(stopped.length).toBe(1);
  const noticed = (what: string): readonly (Notice & { readonly at: number })[] =>
    hook.arrivals.flatMap((arrival) =>
      noticesIn(arrival).flatMap((notice) =>
        notice.what === what && notice.id === "agent-silent:plimsoll-node"
          ? [{ ...notice, at: arrival.at }]
          : [],
      ),
    );
  const troubles = async (): Promise<readonly string[]> =>
    ((await ask("/api/v1/status")).body as { readonly troubles: readonly string[] }).troubles;
  const isSilent = async (): Promise<boolean> =>
    (await troubles()).some((text) => text.includes("plimsoll-node since 20"));
  const before = noticed("blind").length;
  const at = Date.now();
  let atApi = 0;
  process.kill(stopped[0]!, "SIGSTOP");
  try {
    await until("the API tells it", isSilent, 5);
    atApi = Date.now() - at;
    await until("the webhook is told", async () => noticed("blind").length > before, 5);
  } finally {
    process.kill(stopped[0]!, "SIGCONT");
  }
  const told = noticed("blind").at(-1)!;
  console.log(
    `an agent that is stopped: at the API after ${atApi} ms, at the webhook after ${told.at - at} ms`,
  );
  expect(Math.max(atApi, told.at - at)).toBeLessThanOrEqual(5_000);
  expect(at - told.from!).toBeLessThan(5_000);
  await until("it is told to be heard again", async () => noticed("seen-again").length > 0, 10);
  const over = noticed("seen-again").at(-1)!;
  expect([over.from, over.to! >= told.at - 1_000]).toEqual([told.from, true]);
  expect(await isSilent()).toBe(false);
  const [{ unheard, longestPause }] = (await agents()) as readonly [Agent];
  expect(unheard.at(-1)).toEqual({ from: over.from, to: over.to });
  console.log(`the longest pause of it was ${longestPause} ms, this stop included`);
}, 60_000);

interface Told {
  readonly key: string;
  readonly first: string;
  readonly container: { readonly workload: string };
}

test("detections stand at the API, and arrive at a webhook, soon after what they tell of happened", async () => {
  // From shared memory, which no workload has to be known for to be told; each under a name of its own.
  const script =
    "sleep 5; mkdir -p /run/shm; i=0; while [ $i -lt 60 ]; do cp /bin/busybox /run/shm/x$i; /run/shm/x$i; i=$((i+1)); sleep 0.2; done; sleep 3600";
  apply(deployment("drifts", script));
  const began = new Map<string, number>();
  const delays = new Map<string, number>();
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && (delays.size < 60 || arrivalsOf(began).length < 60)) {
    const { body } = await ask(`/api/v1/detections?namespace=${namespace}`);
    const { items } = body as { readonly items: readonly Told[] };
    for (const { key, first, container } of items)
      if (container.workload === "drifts" && !delays.has(key)) {
        began.set(key, Date.parse(first));
        delays.set(key, Date.now() - Date.parse(first));
      }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const delivered = arrivalsOf(began);
  console.log(`exec to API: ${distribution([...delays.values()])}`);
  console.log(`exec to delivered webhook: ${distribution(delivered)}`);
  expect(delays.size).toBeGreaterThanOrEqual(50);
  expect(delivered.length).toBeGreaterThanOrEqual(50);
}, 120_000);

/** Milliseconds from each deed to the first message that told of it. */
function arrivalsOf(began: ReadonlyMap<string, number>): readonly number[] {
  const delays = new Map<string, number>();
  for (const { at, text } of hook.arrivals) {
    for (const { id = "" } of noticesIn({ at, text })) {
      const from = began.get(id);
      if (from !== undefined && !delays.has(id)) delays.set(id, at - from);
    }
  }
  return [...delays.values()];
}

function distribution(delays: readonly number[]): string {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return `${sorted.length} detections, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
