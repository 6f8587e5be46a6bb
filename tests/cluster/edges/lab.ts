/** Sets up what the proofs of edges are made with, applies their manifests, and takes all of it away again. */
import { execFile, execFileSync } from "node:child_process";
import { copyFileSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { request, Agent } from "undici";
import type { Resource } from "@plimsoll/core";
import { collectionOf, until, type Api } from "../api.ts";
import type { Lab, Proof, Ran, Told } from "./proof.ts";

const namespace: Resource = { apiVersion: "v1", kind: "Namespace", metadata: { name: "edges" } };

export interface OpenLab extends Omit<Lab, "prober"> {
  readonly close: () => Promise<void>;
}

export async function openLab(api: Api, folder: string): Promise<OpenLab> {
  const state = process.env["PLIMSOLL_STATE"] ?? "";
  const actor = join(folder, "act");
  execFileSync("gcc", ["-static", "-Os", "-o", actor, join(import.meta.dirname, "../images/apps/act.c")]);
  const undo = placesOf(state);
  execFileSync("ip", ["addr", "replace", "169.254.169.254/32", "dev", "lo"]);
  // An earlier run may have left it, or may still be leaving it.
  await until(
    "the namespace",
    async () =>
      (await api.send("POST", "/api/v1/namespaces", namespace)).status === 201 || (await isActive(api)),
    120,
  );
  await until("the account of the namespace", async () => {
    const { status } = await api.send("GET", "/api/v1/namespaces/edges/serviceaccounts/default");
    return status === 200;
  });
  const agent = new Agent({ connect: { ca: readFileSync(`${state}/pki/ca.crt`) } });
  const listener = await listenOnNode();
  return {
    api,
    state,
    actor,
    remembered: new Map(),
    inPod: (pod, script) => run("kubectl", "exec", "-n", "edges", pod, "--", "sh", "-c", script),
    onNode: run,
    withToken: async (token, method, path, body): Promise<Told> => {
      const { statusCode, body: answer } = await request(`https://127.0.0.1:6443${path}`, {
        method,
        dispatcher: agent,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: statusCode, text: await answer.text() };
    },
    close: async () => {
      listener.close();
      await agent.close();
      await api.send("DELETE", "/api/v1/namespaces/edges");
      // The runtime would make the places anew, empty, for pods that start again.
      const left = async (): Promise<number> => (await api.send("GET", "/api/v1/namespaces/edges")).status;
      await until("the namespace is gone", async () => (await left()) === 404, 120);
      execFileSync("ip", ["addr", "del", "169.254.169.254/32", "dev", "lo"]);
      for (const one of undo) one();
    },
  };
}

async function isActive(api: Api): Promise<boolean> {
  const { body } = await api.send("GET", "/api/v1/namespaces/edges");
  return (body as unknown as { status?: { phase?: string } }).status?.phase === "Active";
}

/** What a cloud's node would answer at 169.254.169.254. */
async function listenOnNode(): Promise<{ readonly close: () => void }> {
  const { createServer } = await import("node:net");
  const server = createServer((socket) => socket.end("metadata\n"));
  await new Promise<void>((resolve) => server.listen(80, "169.254.169.254", resolve));
  return { close: () => server.close() };
}

function run(program: string, ...words: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, words, { timeout: 30_000 }, (error, out) =>
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, out }),
    );
  });
}

/** The harness keeps its cluster elsewhere than most: links lead from the usual places to it, for as long as this runs. */
function placesOf(state: string): readonly (() => void)[] {
  const links = {
    "/etc/kubernetes/pki": `${state}/pki`,
    "/var/lib/kubelet/pods": `${state}/kubelet/pods`,
    "/var/lib/containerd/plimsoll-edge": `${state}/containerd/root`,
  };
  const undo: (() => void)[] = [];
  for (const [place, target] of Object.entries(links)) {
    const made = mkdirSync(join(place, ".."), { recursive: true });
    link(place, target);
    undo.push(() => rmSync(made ?? place, { recursive: true, force: true }));
  }
  mkdirSync("/home/plimsoll-edge", { recursive: true });
  copyFileSync(`${state}/limited.kubeconfig`, "/home/plimsoll-edge/kubeconfig");
  undo.push(() => rmSync("/home/plimsoll-edge", { recursive: true, force: true }));
  return undo;
}

/** Never over something of the machine's own. */
function link(place: string, target: string): void {
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found === undefined) symlinkSync(target, place);
  else if (!found.isSymbolicLink() || readlinkSync(place) !== target)
    throw new Error(`${place} is there already and not ours: this machine runs a cluster of its own`);
}

export type Side = "present" | "absent";

/** The manifests of a proof, with the state folder that the cluster really has. */
export function manifestsOf({ edge }: Proof, side: Side, state: string): readonly Resource[] {
  const text = readFileSync(join(import.meta.dirname, edge, `${side}.yaml`), "utf8");
  return loadAll(text.replaceAll("/var/lib/plimsoll-cluster", state)) as Resource[];
}

/** Applies all, and waits until every pod that can run does. */
export async function apply(api: Api, resources: readonly Resource[]): Promise<void> {
  for (const resource of resources) {
    const { status, body } = await api.send("POST", collectionOf(resource), resource);
    if (status >= 300) throw new Error(`${resource.kind} ${resource.metadata.name}: ${body.message}`);
  }
  const own = resources.filter(
    ({ kind, metadata }) => kind === "Pod" && metadata.labels?.["runs"] !== "no",
  ).length;
  await until(`${own} pods run`, async () => (await running(api)) === own, 240);
}

async function running(api: Api): Promise<number> {
  const { body } = await api.send("GET", "/api/v1/namespaces/edges/pods?labelSelector=runs!%3Dno");
  const pods = (body.items ?? []) as unknown as readonly {
    readonly status: { readonly containerStatuses?: readonly { readonly ready: boolean }[] };
  }[];
  return pods.filter(({ status }) => status.containerStatuses?.every(({ ready }) => ready) === true).length;
}

/** Takes all away, and waits until nothing of it is left. */
export async function remove(api: Api, resources: readonly Resource[]): Promise<void> {
  const paths = resources.map((resource) => `${collectionOf(resource)}/${resource.metadata.name}`);
  for (const path of paths.toReversed()) await api.send("DELETE", `${path}?gracePeriodSeconds=0`);
  for (const path of paths)
    await until(`${path} is gone`, async () => (await api.send("GET", path)).status === 404, 120);
}
