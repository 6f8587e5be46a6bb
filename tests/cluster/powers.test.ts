/**
 * Powers that rights give, on the real cluster: a live scan finds where the rights of an account lead, and its token is
 * used to go there; then its binding is taken away, and both are gone.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import {
  attackGraph,
  connectivityKinds,
  createInventory,
  kindsNeeded,
  vertexKey,
  type Resource,
  type Step,
} from "@plimsoll/core";
import { readCluster } from "@plimsoll/cluster";
import { library } from "@plimsoll/library";
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectionOf, kubeconfigOf, openApi, until } from "./api.ts";
import { proofs } from "./powers/proofs.ts";
import type { Holder, PowerProof, Reply } from "./powers/proof.ts";

const api = openApi(kubeconfigOf("admin"));
const namespace = "powers";
const server = "https://127.0.0.1:6443";
const state = process.env["PLIMSOLL_STATE"] ?? "";
const agent = new Agent({ connect: { ca: readFileSync(`${state}/pki/ca.crt`) } });
const kinds = [...new Set([...kindsNeeded(library.controls), ...connectivityKinds])];
const rbac = "rbac.authorization.k8s.io";

type Side = "present" | "absent";
const steps = new Map<Side, readonly Step[]>();
const done = new Map<string, boolean | string>();

beforeAll(async () => {
  await clear();
  for (const resource of [...world(), ...proofs.flatMap(rolesOf)]) await post(resource);
  await until(
    "the victim runs",
    async () => {
      const { body } = await api.send("GET", `/api/v1/namespaces/${namespace}/pods/victim`);
      return (body as unknown as { status: { phase: string } }).status.phase === "Running";
    },
    90,
  );
  for (const side of ["present", "absent"] as const) {
    if (side === "absent") for (const proof of proofs) await drop(bindingOf(proof));
    steps.set(side, await scanned());
    for (const proof of proofs) done.set(`${proof.power} ${side}`, await attempted(proof));
    await dropMade();
  }
  const line = ({ power, by }: PowerProof): string =>
    `${power}: ${found(power, "present") ? "found" : "NOT FOUND"}, then ${found(power, "absent") ? "STILL THERE" : "gone"}; ${by}`;
  console.log(proofs.map(line).join("\n"));
}, 300_000);

afterAll(async () => {
  await clear();
  await api.close();
  await agent.close();
});

function world(): readonly Resource[] {
  const container = {
    name: "app",
    image: "plimsoll.test/busybox:1.35",
    imagePullPolicy: "Never",
    command: ["sleep", "100000"],
  };
  const spec = { terminationGracePeriodSeconds: 0, containers: [container] };
  const labels = { app: "target" };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "victim", namespace } },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "treasure", namespace },
      type: "plimsoll.test/known-to-the-test",
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "victim", namespace },
      spec: { ...spec, serviceAccountName: "victim" },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "target", namespace },
      spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
  ];
}

function rolesOf(proof: PowerProof): readonly Resource[] {
  const { power, rules, clusterWide } = proof;
  const kind = clusterWide === true ? "ClusterRole" : "Role";
  const metadata = { name: `powers-${power}`, ...(clusterWide === true ? {} : { namespace }) };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: power, namespace } },
    { apiVersion: `${rbac}/v1`, kind, metadata, rules: rules.map((rule) => ({ ...rule })) } as Resource,
    bindingOf(proof),
  ];
}

function bindingOf({ power, clusterWide }: PowerProof): Resource {
  const kind = clusterWide === true ? "ClusterRole" : "Role";
  const name = `powers-${power}`;
  return {
    apiVersion: `${rbac}/v1`,
    kind: `${kind}Binding`,
    metadata: { name, ...(clusterWide === true ? {} : { namespace }) },
    roleRef: { apiGroup: rbac, kind, name },
    subjects: [{ kind: "ServiceAccount", namespace, name: power }],
  };
}

async function post(...resources: readonly Resource[]): Promise<void> {
  for (const resource of resources) {
    const { status, body } = await api.send("POST", collectionOf(resource), resource);
    if (status >= 300) throw new Error(`${resource.kind} ${resource.metadata.name}: ${body.message}`);
  }
}

async function drop(resource: Resource): Promise<void> {
  await api.send("DELETE", `${collectionOf(resource)}/${resource.metadata.name}`);
}

/** What the attempts leave behind outside of the namespace, and what would stand in the way of the next. */
async function dropMade(): Promise<void> {
  await api.send("DELETE", `/apis/${rbac}/v1/clusterrolebindings/powers-taken`);
  await api.send("DELETE", "/apis/certificates.k8s.io/v1/certificatesigningrequests/powers-trent");
  const inside = `/api/v1/namespaces/${namespace}`;
  for (const one of ["secrets/issued", "pods/made?gracePeriodSeconds=0"])
    await api.send("DELETE", `${inside}/${one}`);
  await api.send("DELETE", `/apis/batch/v1/namespaces/${namespace}/jobs/made?propagationPolicy=Background`);
}

async function clear(): Promise<void> {
  await dropMade();
  for (const proof of proofs)
    for (const resource of rolesOf(proof)) if (proof.clusterWide === true) await drop(resource);
  const path = `/api/v1/namespaces/${namespace}`;
  await api.send("DELETE", path);
  await until("the namespace is gone", async () => (await api.send("GET", path)).status === 404, 120);
}

async function scanned(): Promise<readonly Step[]> {
  const takenAt = new Date().toISOString();
  const live = await readCluster({ kubeconfig: kubeconfigOf("admin"), kinds, takenAt });
  return attackGraph(createInventory(live), library.edges ?? []).steps;
}

async function attempted(proof: PowerProof): Promise<boolean | string> {
  try {
    return await proof.attempt(await holderOf(proof.power));
  } catch (error) {
    return String(error);
  }
}

async function holderOf(name: string): Promise<Holder> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const asked = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { audiences: [] } };
  const { body } = await api.send("POST", path, asked);
  const { token } = (body as unknown as { status: { token: string } }).status;
  const ca = `--certificate-authority=${state}/pki/ca.crt`;
  return {
    name,
    token,
    ask: (method, to, sent, headers) => tell(token, method, to, sent, headers),
    kubectl: (...words) =>
      new Promise((resolve) => {
        const own = ["--kubeconfig=/dev/null", `--server=${server}`, ca, `--token=${token}`];
        execFile("kubectl", [...own, ...words], { timeout: 20_000 }, (error, out) =>
          resolve({ code: error === null ? 0 : 1, out }),
        );
      }),
    whoIs: async (bearer, headers) => {
      const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
      const to = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
      const { status, text } = await tell(bearer, "POST", to, review, headers);
      if (status !== 201) return "";
      return (JSON.parse(text) as { status: { userInfo: { username: string } } }).status.userInfo.username;
    },
  };
}

async function tell(
  token: string,
  method: Parameters<Holder["ask"]>[0],
  path: string,
  body?: unknown,
  headers: { readonly [name: string]: string } = {},
): Promise<Reply> {
  const answer = await request(`${server}${path}`, {
    method,
    dispatcher: agent,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

function found(power: string, side: Side): boolean {
  const { to } = proofs.find((proof) => proof.power === power)!;
  const own = steps
    .get(side)!
    .filter(({ from, by }) => by === power && vertexKey(from) === `ServiceAccount:${namespace}/${power}`);
  return to.every((key) => own.some((step) => vertexKey(step.to) === key));
}

test.each(proofs)("$power: $by; and not without its binding", ({ power }) => {
  const seen = (side: Side): object => ({ found: found(power, side), done: done.get(`${power} ${side}`) });
  const own = steps
    .get("present")!
    .filter(({ from }) => vertexKey(from) === `ServiceAccount:${namespace}/${power}`);
  expect(seen("present"), own.map(({ by, to }) => `${by} → ${vertexKey(to)}`).join("\n")).toEqual({
    found: true,
    done: true,
  });
  expect(seen("absent")).toEqual({ found: false, done: false });
});
