/**
 * What is generated, held: real workloads are observed by our own agent from before their start, `plimsoll generate` writes
 * policies, roles and profiles of what was seen, the server admits them, and under them the workloads go on doing what they
 * did, while what they did not do is refused: packets by the node, requests by the authorizer, system calls by the kernel.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { joinSeen, nothingSeen, type JsonObject, type Resource } from "@plimsoll/core";
import { loadAll } from "js-yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectionOf, kubeconfigOf, openApi, until } from "./api.ts";
import { named, objectsOf, observe } from "./fixes/observed.ts";
import { answerAll, unprogram } from "./packets/firewall.ts";
import { kubectl, plimsoll, type Said } from "./generated/command.ts";
import { enforce, strangePort } from "./generated/enforce.ts";
import { allowed } from "./generated/rights.ts";
import { doers, namespaces, worldOf, type Doer } from "./generated/world.ts";

const api = openApi(kubeconfigOf("admin"));
const folder = mkdtempSync(join(tmpdir(), "plimsoll-generated-"));
const state = process.env["PLIMSOLL_STATE"] ?? "/var/lib/plimsoll-cluster";
const profiles = join(state, "kubelet/seccomp/gen");
const seenFile = join(folder, "seen.jsonl");
const auditFile = join(folder, "audit.log");
const auditPolicy = join(state, "audit-policy.yaml");
let answerFewer: () => void;
const clusterWide: string[] = [];

beforeAll(async () => {
  await removeAll();
  const observing = await observe();
  for (const resource of worldOf()) await post(resource);
  await allReady();
  for (let round = 0; round < 3; round += 1) await goesOn();
  await new Promise((resolve) => setTimeout(resolve, 2_500)); // two batches of the agent
  const objects = (await Promise.all(namespaces.map((each) => objectsOf(api, each)))).flat();
  const seen = joinSeen([nothingSeen, named(observing.seen(), objects)]);
  const { lost, tier } = await observing.end();
  console.log(`generated: observed by ${tier}, ${lost} lost, ${seen.observations.length} behaviours`);
  const lines = [
    ...seen.watches.map((watch) => JSON.stringify({ watch })),
    ...seen.observations.map((observation) => JSON.stringify({ observation })),
  ];
  writeFileSync(seenFile, `${lines.join("\n")}\n`);
  const log = readFileSync(join(state, "log/audit.log"), "utf8").split("\n");
  writeFileSync(auditFile, log.filter((line) => line.includes("system:serviceaccount:gen-")).join("\n"));
  answerFewer = answerAll();
}, 240_000);

afterAll(async () => {
  answerFewer?.();
  await unprogram();
  await removeAll();
  await api.close();
  rmSync(folder, { recursive: true });
  rmSync(profiles, { recursive: true, force: true });
}, 120_000);

const allWell = doers.map(({ name }) => `${name}: ok`);

async function removeAll(): Promise<void> {
  for (const path of clusterWide.splice(0)) await api.send("DELETE", path);
  await api.send("DELETE", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/gen-caller");
  for (const name of namespaces) await api.send("DELETE", `/api/v1/namespaces/${name}`);
  const gone = async (): Promise<boolean> => {
    const answers = await Promise.all(
      namespaces.map((name) => api.send("GET", `/api/v1/namespaces/${name}`)),
    );
    return answers.every(({ status }) => status === 404);
  };
  await until("the namespaces are gone", gone, 90);
}

async function post(resource: Resource): Promise<void> {
  await until(`${resource.kind} ${resource.metadata.name} is taken`, async () => {
    const { status, body } = await api.send("POST", collectionOf(resource), resource);
    // Its namespace's account is made a moment later.
    if (status === 403 && /serviceaccount "default" not found/.test(body.message ?? "")) return false;
    expect([201, 409], `${resource.kind} ${resource.metadata.name}: ${body.message}`).toContain(status);
    return true;
  });
}

interface Pod extends Resource {
  readonly status: {
    readonly podIP?: string;
    readonly containerStatuses?: readonly { readonly ready: boolean; readonly restartCount: number }[];
  };
}

async function podsIn(namespace: string): Promise<readonly Pod[]> {
  const { body } = await api.send("GET", `/api/v1/namespaces/${namespace}/pods`);
  return ((body.items ?? []) as readonly Pod[]).filter(
    ({ metadata }) => metadata["deletionTimestamp"] === undefined,
  );
}

async function podOf({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): Promise<Pod> {
  const pods = await podsIn(namespace);
  const found = pods.filter(({ metadata }) => metadata.labels?.["app"] === name);
  expect(
    found.map(({ metadata }) => metadata.name),
    `one pod of ${name}`,
  ).toHaveLength(1);
  return found[0]!;
}

/** All run, none was started twice; `since` names pods that must have been replaced. */
async function allReady(since: ReadonlySet<string> = new Set()): Promise<void> {
  let pods: readonly Pod[] = [];
  const ready = async (): Promise<boolean> => {
    pods = (await Promise.all(namespaces.map(podsIn))).flat();
    return (
      pods.length === doers.length + 1 &&
      pods.every(
        ({ metadata, status }) =>
          !since.has(metadata.name!) && status.containerStatuses?.every((each) => each.ready) === true,
      )
    );
  };
  await until("all workloads are ready", ready, 60).catch(async (error: unknown) => {
    const told = await kubectl(["get", "pods", "-A", "-o", "wide"]);
    const events = await kubectl(["get", "events", "-A", "--field-selector", "type=Warning"]);
    throw new Error(`${told.out}\n${events.out.split("\n").slice(-12).join("\n")}`, { cause: error });
  });
  const restarts = pods.flatMap(({ status }) =>
    status.containerStatuses!.map(({ restartCount }) => restartCount),
  );
  expect(Math.max(...restarts), "none was started twice").toBe(0);
}

async function ask(doer: Doer, path = "/cgi-bin/do"): Promise<string> {
  const { status } = await podOf(doer);
  const answer = fetch(`http://${status.podIP}:${doer.port}${path}`, { signal: AbortSignal.timeout(10_000) });
  return answer
    .then((response) => response.text())
    .then(
      (text) => `${doer.name}: ${text.trim()}`,
      (error: unknown) => `${doer.name}: ${String(error)} ${String((error as Error).cause ?? "")}`,
    );
}

/** Everybody does what he does; who has just started is given the time to. */
async function goesOn(): Promise<void> {
  let said: readonly string[] = [];
  const isWell = async (): Promise<boolean> => {
    said = await Promise.all(doers.map((doer) => ask(doer)));
    return said.join() === allWell.join();
  };
  await until("all do what they do", isWell, 20).catch(() => undefined);
  expect(said).toEqual(allWell);
}

function generate(...words: readonly string[]): Promise<Said> {
  const recorded = ["--observations", seenFile, "--observations", auditFile, "--audit-policy", auditPolicy];
  return plimsoll("generate", ...words, "--kubeconfig", kubeconfigOf("admin"), ...recorded);
}

/** Replayed and none refused; what was not seen in one minute is told, hence 3. */
function proved({ code, out, err }: Said): readonly Resource[] {
  expect(err).toMatch(/recorded behaviours? replayed, 0 refused/);
  expect([0, 3], err).toContain(code);
  return out.startsWith("{") ? [] : (loadAll(out) as Resource[]).filter((each) => each !== null);
}

function excessOf({ err }: Said): number {
  const [, times] = /([\d.]+) times what was seen/.exec(err) ?? [];
  return Number(times);
}

/** Whether somebody answers, or at which end the node refuses: each has an error of its own. */
async function connected(
  from: { readonly namespace: string; readonly name: string },
  to: Doer,
  port: number,
): Promise<string> {
  const pod = (await podOf(from)).metadata.name!;
  const address = (await podOf(to)).status.podIP!;
  const script = `printf 'GET /cgi-bin/do HTTP/1.0\\r\\n\\r\\n' | nc -w 3 ${address} ${port}`;
  const { out, err } = await kubectl(["exec", "-n", from.namespace, pod, "--", "sh", "-c", script]);
  if (/Network is unreachable/.test(err)) return "left";
  if (/No route to host|Host is unreachable/.test(err)) return "arrived";
  return out.startsWith("HTTP") ? "open" : `${out}${err}`.trim();
}

const [server, low, client, writer, caller] = doers as readonly [Doer, Doer, Doer, Doer, Doer];
const stranger = { namespace: "gen-front", name: "stranger" } as const;

test("NetworkPolicies: what was seen goes through, and nothing else does", { timeout: 120_000 }, async () => {
  await enforce(api);
  expect(await connected(stranger, server, 8080), "nothing refuses it yet").toBe("open");
  const said = await Promise.all(namespaces.map((each) => generate("networkpolicy", each, "--default-deny")));
  const policies = said.flatMap(proved).map((policy) => policy as Resource & { readonly spec: JsonObject });
  for (const one of said) {
    console.log(
      `generated: ${one.err
        .split("\n")
        .filter((line) => /replayed|node asks|left out/.test(line))
        .join("; ")}`,
    );
    expect(excessOf(one)).toBeLessThanOrEqual(1.2);
  }
  expect(JSON.stringify(policies)).not.toContain("pod-template-hash");
  const { code, err } = await kubectl(["apply", "-f", "-"], said.map(({ out }) => out).join("---\n"));
  expect([code, err]).toEqual([0, ""]);
  await enforce(api);
  await goesOn();
  expect({
    "stranger to server": await connected(stranger, server, 8080),
    "client to writer": await connected(client, writer, 8080),
    "client to server, another port": await connected(client, server, strangePort),
    "server to client": await connected(server, client, 8080),
    "client to server": await connected(client, server, 8080),
    "client to low": await connected(client, low, 80),
  }).toEqual({
    "stranger to server": "left",
    "client to writer": "left",
    "client to server, another port": "left",
    "server to client": "left",
    "client to server": "open",
    "client to low": "open",
  });
  // The stranger let out, so that it is the server's own policy that refuses.
  const letOut = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "stranger-out", namespace: "gen-front" },
    spec: { podSelector: { matchLabels: { app: "stranger" } }, policyTypes: ["Egress"], egress: [{}] },
  };
  await post(letOut as unknown as Resource);
  await enforce(api);
  expect(await connected(stranger, server, 8080)).toBe("arrived");
});

test("a Role: the calls that were recorded, and no other", { timeout: 60_000 }, async () => {
  const before = await allowed(api);
  expect(before.length).toBeGreaterThan(100);
  expect(await ask(caller, "/delete")).toBe("caller: 200");
  const said = await generate("role", "gen-front/caller");
  const made = proved(said);
  expect(made.map(({ kind }) => kind)).toEqual(["Role", "RoleBinding"]);
  expect(excessOf(said)).toBe(1);
  expect(said.err).toContain("afterwards: kubectl delete clusterrolebinding gen-caller");
  expect(said.err).toContain(
    "afterwards: take it out of RoleBinding shared -n gen-front, which also binds default",
  );
  expect((await kubectl(["apply", "-f", "-"], said.out)).code).toBe(0);
  expect((await kubectl(["delete", "clusterrolebinding", "gen-caller"])).code).toBe(0);
  const out = [{ op: "remove", path: "/subjects/0" }];
  const shared = "/apis/rbac.authorization.k8s.io/v1/namespaces/gen-front/rolebindings/shared";
  expect((await api.send("PATCH", shared, out, "application/json-patch+json")).status).toBe(200);
  await until("the authorizer knows", async () => (await ask(caller, "/delete")) !== "caller: 200");
  expect(await ask(caller, "/delete")).toBe("caller: 403");
  expect(await ask(caller)).toBe("caller: ok");
  expect(await allowed(api)).toEqual(["gen-front: list pods", "gen-front: get configmaps settings"]);
});

test(
  "seccomp: every workload starts anew under its profile, and a call not seen is refused",
  { timeout: 120_000 },
  async () => {
    const inPod = async (doer: Doer, ...words: readonly string[]): Promise<Said> =>
      kubectl(["exec", "-n", doer.namespace, (await podOf(doer)).metadata.name!, "--", ...words]);
    expect((await inPod(server, "chroot", "/", "true")).code).toBe(0);
    expect((await inPod(server, "mkfifo", "/tmp/a")).code).toBe(0);
    mkdirSync(profiles, { recursive: true });
    const before = new Set(
      (await Promise.all(namespaces.map(podsIn))).flat().map(({ metadata }) => metadata.name!),
    );
    before.delete("stranger");
    for (const { namespace, name, container } of doers) {
      const said = await generate("seccomp", `${namespace}/${name}`, "--container", container);
      proved(said);
      const profile = JSON.parse(said.out) as {
        readonly syscalls: readonly [{ readonly names: readonly string[] }];
      };
      const [{ names }] = profile.syscalls;
      console.log(`generated: ${name} may make ${names.length} calls`);
      for (const call of ["chroot", "mount", "ptrace", "bpf", "mknodat"]) expect(names).not.toContain(call);
      writeFileSync(join(profiles, `${name}.json`), said.out);
      const seccompProfile = { type: "Localhost", localhostProfile: `gen/${name}.json` };
      const spec = { containers: [{ name: container, securityContext: { seccompProfile } }] };
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
      const body = { spec: { template: { spec } } };
      expect((await api.send("PATCH", path, body, "application/strategic-merge-patch+json")).status).toBe(
        200,
      );
    }
    await allReady(before);
    // As a network plugin does for pods that come: the same policies, other addresses.
    await enforce(api);
    await goesOn();
    for (const words of [
      ["chroot", "/", "true"],
      ["mkfifo", "/tmp/b"],
    ]) {
      const { code, err } = await inPod(server, ...words);
      expect([code === 0, err]).toEqual([false, expect.stringContaining("Operation not permitted")]);
    }
    const status = await inPod(server, "grep", "Seccomp:", "/proc/1/status");
    expect(status.out.replaceAll(/\s/g, "")).toBe("Seccomp:2");
  },
);

async function refusal(namespace: string, spec: JsonObject): Promise<string> {
  const container = { name: "app", image: "plimsoll.test/probe:1", ...(spec["container"] as JsonObject) };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "violating", namespace },
    spec: { ...(spec["pod"] as JsonObject), containers: [container] },
  };
  const { status, body } = await api.send("POST", `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod);
  return status === 201 ? "taken" : `${status} ${body.message}`;
}

test("Pod Security labels and the policies that lock what is met", { timeout: 120_000 }, async () => {
  const { out, code, err } = await plimsoll(
    "generate",
    "psa",
    "--lock",
    "--kubeconfig",
    kubeconfigOf("admin"),
  );
  expect([0, 3], err).toContain(code);
  const made = (loadAll(out) as (Resource | null)[]).filter((each) => each !== null);
  const labels = made.filter(
    ({ kind, metadata }) => kind === "Namespace" && namespaces.some((name) => name === metadata.name),
  );
  const level = "pod-security.kubernetes.io/enforce";
  expect(labels.map(({ metadata }) => metadata.labels?.[level])).toEqual(["baseline", "baseline"]);
  const bindings = made.filter(
    ({ kind, ...rest }) => kind.endsWith("Binding") && /"gen-/.test(JSON.stringify(rest)),
  );
  const names = new Set(bindings.map(({ metadata }) => metadata.name));
  const locks = made.filter(
    ({ kind, metadata }) => kind.startsWith("ValidatingAdmissionPolicy") && names.has(metadata.name),
  );
  expect(locks.length).toBeGreaterThan(10);
  for (const lock of locks) {
    clusterWide.push(`${collectionOf(lock)}/${lock.metadata.name}`);
    await post(lock);
  }
  const privileged = {
    container: { securityContext: { privileged: true, seccompProfile: { type: "RuntimeDefault" } } },
  };
  await until("the locks hold", async () => (await refusal("gen-back", privileged)) !== "taken");
  expect(await refusal("gen-back", privileged)).toMatch(/^403 .*ValidatingAdmissionPolicy 'plimsoll-/);
  // Beyond the level `baseline`: every workload there has a profile now, and none without one comes back.
  await until("the lock of profiles holds", async () => (await refusal("gen-back", {})) !== "taken");
  expect(await refusal("gen-back", {})).toMatch(/ValidatingAdmissionPolicy 'plimsoll-seccomp/);
  expect(await refusal("gen-front", {}), "the stranger there has none, so it is not locked").toBe("taken");
  for (const path of clusterWide.splice(0)) await api.send("DELETE", path);
  await until("the locks are gone", async () => (await refusal("gen-back", {})) === "taken");
  expect(
    (
      await kubectl(
        ["apply", "--server-side", "-f", "-"],
        labels.map((each) => JSON.stringify(each)).join("\n"),
      )
    ).code,
  ).toBe(0);
  expect(await refusal("gen-back", privileged)).toMatch(/^403 .*violates PodSecurity "baseline/);
  for (const lock of locks) {
    clusterWide.push(`${collectionOf(lock)}/${lock.metadata.name}`);
    await post(lock);
  }
  await until("the locks hold", async () => (await refusal("gen-back", {})) !== "taken");
  const before = new Set<string>();
  for (const doer of doers) {
    const { name = "" } = (await podOf(doer)).metadata;
    before.add(name);
    await api.send("DELETE", `/api/v1/namespaces/${doer.namespace}/pods/${name}`);
  }
  await allReady(before);
  await enforce(api);
  await goesOn();
});
