/** A cluster as plain objects, and the small questions that every kind of policy asks of it. It shares no code with the engine. */

/** A manifest as it was parsed: this evaluator asks and does not check. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Manifest = any;

export interface Cluster {
  readonly namespaces: readonly Manifest[];
  readonly pods: readonly Manifest[];
  readonly nodes: readonly Manifest[];
  readonly policies: readonly Manifest[];
}

/** Sorts a list of manifests into what the evaluator asks for. */
export function clusterOf(items: readonly Manifest[]): Cluster {
  const of = (kind: string): Manifest[] => items.filter((item) => item.kind === kind);
  return {
    namespaces: of("Namespace"),
    pods: of("Pod").filter((pod) => !["Succeeded", "Failed"].includes(pod.status?.phase)),
    nodes: of("Node"),
    policies: items.filter((item) => item.kind.endsWith("NetworkPolicy")),
  };
}

/** One end: a pod, a node, or an address outside. */
export type End =
  | { readonly pod: Manifest; readonly asNode?: true }
  | { readonly node: string }
  | { readonly ip: string };

/** One attempt to connect. `family` is that of the packets. */
export interface Attempt {
  readonly cluster: Cluster;
  readonly from: End;
  readonly to: End;
  readonly protocol: string;
  readonly port: number;
  readonly family: 4 | 6;
  /** Decides what no document decides; called again it may decide otherwise. */
  readonly choose: (options: number) => number;
}

/** The four operators of a label selector, and matchLabels: all must hold. */
export function fits(selector: Manifest, labels: Record<string, string> = {}): boolean {
  const pairs = Object.entries(selector.matchLabels ?? {});
  if (pairs.some(([key, value]) => labels[key] !== value)) return false;
  return (selector.matchExpressions ?? []).every((expression: Manifest) => {
    const has = expression.key in labels;
    if (expression.operator === "Exists") return has;
    if (expression.operator === "DoesNotExist") return !has;
    const listed = has && expression.values.includes(labels[expression.key]);
    return expression.operator === "In" ? listed : !listed;
  });
}

export function labelsOfNamespace(cluster: Cluster, name: string): Record<string, string> {
  const namespace = cluster.namespaces.find((entry) => entry.metadata.name === name);
  return { ...namespace?.metadata.labels, "kubernetes.io/metadata.name": name };
}

export function addressOf(end: End, attempt: Attempt): string | undefined {
  const wanted = (ip: string): boolean => ip.includes(":") === (attempt.family === 6);
  if ("ip" in end) return end.ip;
  if ("pod" in end) return (end.pod.status?.podIPs ?? []).map((entry: Manifest) => entry.ip).find(wanted);
  const node = attempt.cluster.nodes.find((entry) => entry.metadata.name === end.node);
  return (node?.status?.addresses ?? []).map((entry: Manifest) => entry.address).find(wanted);
}

/** Compares addresses bit by bit. */
export function inBlock(ip: string, cidr: string): boolean {
  const [base = "", length = ""] = cidr.split("/");
  if (ip.includes(":") !== base.includes(":")) return false;
  return bitsOf(ip).slice(0, Number(length)) === bitsOf(base).slice(0, Number(length));
}

function bitsOf(ip: string): string {
  if (!ip.includes(":"))
    return ip
      .split(".")
      .map((part) => Number(part).toString(2).padStart(8, "0"))
      .join("");
  const [head = "", tail] = ip.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...middle, ...right]
    .map((part) => Number.parseInt(part, 16).toString(2).padStart(16, "0"))
    .join("");
}

/**
 * Whether a name means the port of this attempt at a pod. Where containers give it to several ports, no document says
 * which one is meant.
 */
export function namesPort(end: End, name: string, attempt: Attempt): boolean {
  if (!("pod" in end) || end.asNode) return false;
  const numbers = new Set<number>();
  const restartable = (end.pod.spec.initContainers ?? []).filter(
    (one: Manifest) => one.restartPolicy === "Always",
  );
  for (const container of [...end.pod.spec.containers, ...restartable])
    for (const port of container.ports ?? [])
      if (port.name === name && (port.protocol ?? "TCP") === attempt.protocol)
        numbers.add(port.containerPort);
  if (!numbers.has(attempt.port)) return false;
  return numbers.size === 1 || attempt.choose(2) === 1;
}

/** Whether the other end is the node that a pod runs on. */
export function isOwnNode(pod: Manifest, other: End): boolean {
  if ("node" in other) return other.node === pod.spec.nodeName;
  return "pod" in other && other.asNode === true && other.pod.spec.nodeName === pod.spec.nodeName;
}

export function isHostNetwork(end: End): boolean {
  return "pod" in end && end.pod.spec.hostNetwork === true;
}
