/** Steps inside the cluster, each really made: connections, Secrets, tokens, volumes, and what a node holds. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { ask } from "../../network-oracle/oracle.ts";
import { clusterOf, type End } from "../../network-oracle/cluster.ts";
import type { Answer } from "../api.ts";
import type { PacketEnd, Runner } from "../packets/ends.ts";
import { program, unprogram } from "../packets/firewall.ts";
import { accountOf } from "./escapes.ts";
import { containerKey, nodeKey, podKey, type Lab, type Proof } from "./proof.ts";

const inside = "/api/v1/namespaces/edges";
const word = "known-to-the-test";
const account = (name: string): string => `ServiceAccount:edges/${name}`;
const cloud = "cloud aws of node";

export const others: readonly Proof[] = [
  {
    edge: "exposed-workload",
    from: "the internet",
    to: podKey("exposed-workload"),
    by: "a host outside connected through the node",
    attempt: (lab) => isReachedFromOutside(lab, "exposed-workload"),
  },
  {
    edge: "vulnerable-package",
    from: "the internet",
    to: podKey("vulnerable-package"),
    by: "a host outside connected through the node; no flaw is there to be used",
    attempt: (lab) => isReachedFromOutside(lab, "vulnerable-package"),
  },
  {
    edge: "container-loopback",
    from: containerKey("container-loopback"),
    to: containerKey("container-loopback", "beside"),
    by: "what listens in the other container answered on the loopback address",
    attempt: async ({ inPod }) =>
      (await inPod("container-loopback", "nc -w 3 127.0.0.1 7083 </dev/null")).out.includes("beside"),
  },
  {
    edge: "share-process-namespace",
    from: containerKey("share-process-namespace"),
    to: containerKey("share-process-namespace", "beside"),
    by: "a word in the environment of the other container's process was read",
    attempt: async ({ inPod }) =>
      (await inPod("share-process-namespace", "cat /proc/[0-9]*/environ")).out.includes(
        `PLIMSOLL_EDGE=${word}`,
      ),
  },
  {
    edge: "hosts",
    from: nodeKey,
    to: podKey("hosts"),
    by: "the node wrote into the container's files",
    attempt: async ({ api, state, inPod }) => {
      const { body } = await api.send("GET", `${inside}/pods/hosts`);
      const id = containerOf(body);
      const root = `${state}/containerd/state/io.containerd.runtime.v2.task/k8s.io/${id}/rootfs`;
      if (id === "" || !existsSync(root)) return false;
      writeFileSync(`${root}/from-the-node`, word);
      return (await inPod("hosts", "cat /from-the-node")).out === word;
    },
  },
  {
    edge: "is-token-of",
    from: "secret edges/is-token-of",
    to: account("is-token-of"),
    by: "the API server took the token of the Secret for the account",
    attempt: async (lab) => {
      const { body } = await lab.api.send("GET", `${inside}/secrets/is-token-of`);
      const { token = "" } = (body as unknown as { data?: { token?: string } }).data ?? {};
      const bearer = Buffer.from(token, "base64").toString();
      return (await accountOf(lab, bearer)) === "system:serviceaccount:edges:is-token-of";
    },
  },
  {
    edge: "runs-as",
    from: podKey("runs-as"),
    to: account("default"),
    by: "the API server took the token in the container for the account",
    attempt: async (lab) => {
      const { out } = await lab.inPod("runs-as", "cat /var/run/secrets/kubernetes.io/serviceaccount/token");
      return (await accountOf(lab, out.trim())) === "system:serviceaccount:edges:default";
    },
  },
  {
    edge: "takes-cloud-role",
    from: account("takes-cloud-role"),
    to: "cloud aws arn:aws:iam::111122223333:role/web",
    by: "not done: the lab has no cloud that would exchange the token",
  },
  {
    edge: "node-cloud-identity",
    from: "node edge-node-cloud-identity",
    to: `${cloud} edge-node-cloud-identity`,
    by: "not done: the lab's nodes are of no cloud",
  },
  {
    edge: "metadata-service",
    from: podKey("metadata-service"),
    to: `${cloud} edge-metadata-service`,
    by: "its twin connected to 169.254.169.254, where the lab's node listened",
    attempt: async (lab) => {
      const to: PacketEnd = endOf("169.254.169.254", { ip: "169.254.169.254" });
      return isOpen(lab, "metadata-twin", to, 80);
    },
  },
  {
    edge: "lateral-connection",
    from: podKey("lateral-from"),
    to: podKey("lateral-to"),
    by: "the one pod connected to the other",
    attempt: async (lab) => {
      const { body } = await lab.api.send("GET", `${inside}/pods/lateral-to`);
      return isOpen(lab, "lateral-from", endOf(addressOf(body), { pod: body }), 7080);
    },
  },
  {
    edge: "secret-mount",
    from: podKey("secret-mount"),
    to: "secret edges/secret-mount",
    by: "the file held the Secret",
    attempt: async ({ inPod }) => (await inPod("secret-mount", "cat /s/word")).out === word,
  },
  {
    edge: "secret-environment",
    from: podKey("secret-environment"),
    to: "secret edges/secret-environment",
    by: "the variable held the Secret",
    attempt: async ({ inPod }) => (await inPod("secret-environment", "printf %s $WORD")).out === word,
  },
  {
    edge: "volume-mount",
    from: podKey("volume-mount-writer"),
    to: "volume edges/volume-mount",
    by: "a file was written to the volume",
    attempt: async ({ inPod }) => (await inPod("volume-mount-writer", "echo changed >/files/f")).code === 0,
  },
  {
    edge: "shared-volume",
    from: "volume edges/shared-volume",
    to: podKey("shared-volume-reader"),
    by: "the other pod read the file that the first had written",
    attempt: async ({ inPod, state }) => {
      await inPod("shared-volume-writer", `echo ${word} >/files/f`);
      const { out } = await inPod("shared-volume-reader", "cat /files/f");
      mkdirSync(`${state}/volumes/edges-shared-volume`, { recursive: true });
      rmSync(`${state}/volumes/edges-shared-volume/f`, { force: true });
      return out === `${word}\n`;
    },
  },
  {
    edge: "windows-host-process",
    from: podKey("windows-host-process"),
    to: "node that Pod edges/windows-host-process runs on",
    by: "not done: the lab has no Windows node",
  },
];

interface PodStatus {
  readonly podIP?: string;
  readonly containerStatuses?: readonly { readonly containerID?: string }[];
}

function statusOf(body: Answer["body"]): PodStatus {
  return (body as unknown as { status?: PodStatus }).status ?? {};
}

function addressOf(body: Answer["body"]): string {
  return statusOf(body).podIP ?? "";
}

function containerOf(body: Answer["body"]): string {
  return (statusOf(body).containerStatuses?.[0]?.containerID ?? "").replace("containerd://", "");
}

/** A load balancer would send to this port of the node. */
async function isReachedFromOutside({ api, prober, remembered }: Lab, name: string): Promise<boolean> {
  const { body } = await api.send("GET", `${inside}/services/${name}`);
  const { ports } = (body as unknown as { spec: { ports: readonly { nodePort?: number }[] } }).spec;
  const port = ports[0]?.nodePort ?? remembered.get(name);
  if (port === undefined) return false;
  remembered.set(name, port);
  const runner: Runner = { kind: "outside", source: "203.0.113.10" };
  const [said] = await prober.connect(runner, [{ address: "10.240.0.1", protocol: "TCP", port }]);
  return said?.kind === "open" && said.by === name;
}

function endOf(address: string, oracle: End): PacketEnd {
  return { name: address, address, engine: { kind: "address", ip: address }, oracle, answers: "" };
}

let last: Promise<unknown> = Promise.resolve();

/** One at a time: they share the node's rules. */
function isOpen(lab: Lab, from: string, to: PacketEnd, port: number): Promise<boolean> {
  const own = last.then(() => tried(lab, from, to, port));
  last = own.catch(() => undefined);
  return own;
}

/** The node enforces what the oracle decides for this one connection; then it is tried. */
async function tried({ api, prober }: Lab, from: string, to: PacketEnd, port: number): Promise<boolean> {
  const lists = await Promise.all(
    (
      [
        ["Namespace", "/api/v1/namespaces"],
        ["Pod", "/api/v1/pods"],
        ["Node", "/api/v1/nodes"],
        ["NetworkPolicy", "/apis/networking.k8s.io/v1/networkpolicies"],
      ] as const
    ).map(async ([kind, path]) =>
      ((await api.send("GET", path)).body.items ?? []).map((item) => ({
        ...item,
        kind,
        apiVersion: kind === "NetworkPolicy" ? "networking.k8s.io/v1" : "v1",
      })),
    ),
  );
  const cluster = clusterOf(lists.flat());
  const pod = cluster.pods.find((one) => one.metadata.name === from && one.metadata.namespace === "edges");
  const source = endOf(pod.status.podIP, { pod });
  const decided = ask(cluster, source.oracle, to.oracle, "TCP", port);
  await program([{ from: source, to, protocol: "TCP", port, ...decided }]);
  try {
    const runner: Runner = { kind: "pod", namespace: "edges", name: from };
    const [said] = await prober.connect(runner, [{ address: to.address, protocol: "TCP", port }]);
    return said?.kind === "open";
  } finally {
    await unprogram();
  }
}
