/** The verdict on an attempt by brute force: every reading that the documents leave open is tried. */
import { byTier } from "./admin.ts";
import { byCilium } from "./cilium.ts";
import { isHostNetwork, isOwnNode, type Attempt, type Cluster, type End, type Manifest } from "./cluster.ts";
import { byNetworkPolicies, type Way } from "./namespaced.ts";

export type Answer = "allow" | "deny" | "either";

export interface Answers {
  readonly ingress: Answer;
  readonly egress: Answer;
  readonly overall: Answer;
}

/** What one end says: admin tier, then NetworkPolicy (and Cilium), then baseline tier, then allow. */
function side(way: Way, own: End, other: End, attempt: Attempt): boolean {
  if (!("pod" in own) || own.asNode) return true;
  const { pod } = own;
  const admin = byTier("Admin", way, pod, other, attempt);
  if (admin === "Allow" || admin === "Deny") return admin === "Allow";
  if (isOwnNode(pod, other)) {
    // "Traffic to and from the node where a Pod is running is always allowed"; some plugins refuse it to the node.
    const said = byCilium(way, pod, other, attempt);
    if (said === "refuse") return false;
    if (way === "ingress" || attempt.choose(2) === 1) return true;
  }
  const cilium = byCilium(way, pod, other, attempt);
  const classic = byNetworkPolicies(way, pod, other, attempt);
  if (cilium === "refuse") return false;
  if (cilium === "allow" || classic === "allow") return true;
  if (cilium === "deny" || classic === "deny") return false;
  const baseline = byTier("Baseline", way, pod, other, attempt);
  return baseline !== "Deny";
}

/** Runs an evaluation once for each way in which its open choices can fall out. */
function everyWay<T>(evaluate: (choose: (options: number) => number) => T): readonly T[] {
  const results: T[] = [];
  const taken: { picked: number; options: number }[] = [];
  for (;;) {
    let depth = 0;
    const choose = (options: number): number => {
      taken[depth] ??= { picked: 0, options };
      return taken[depth++]!.picked;
    };
    results.push(evaluate(choose));
    taken.length = depth;
    while (taken.length > 0 && taken.at(-1)!.picked + 1 >= taken.at(-1)!.options) taken.pop();
    if (taken.length === 0) return results;
    taken.at(-1)!.picked += 1;
  }
}

function answer(outcomes: readonly boolean[]): Answer {
  if (outcomes.every(Boolean)) return "allow";
  return outcomes.some(Boolean) ? "either" : "deny";
}

function combine(egress: Answer, ingress: Answer): Answer {
  if (egress === "deny" || ingress === "deny") return "deny";
  return egress === "allow" && ingress === "allow" ? "allow" : "either";
}

function inFamily(
  cluster: Cluster,
  from: End,
  to: End,
  protocol: string,
  port: number,
  family: 4 | 6,
): Answers {
  const run = (way: Way, own: End, other: End): Answer =>
    answer(
      everyWay((choose) => side(way, own, other, { cluster, from, to, protocol, port, family, choose })),
    );
  const egress = run("egress", from, to);
  const ingress = run("ingress", to, from);
  return { egress, ingress, overall: combine(egress, ingress) };
}

function familiesOf(cluster: Cluster, end: End): readonly (4 | 6)[] {
  const texts =
    "ip" in end
      ? [end.ip]
      : "pod" in end
        ? (end.pod.status?.podIPs ?? []).map((entry: Manifest) => entry.ip)
        : (cluster.nodes.find((node) => node.metadata.name === end.node)?.status?.addresses ?? []).map(
            (entry: Manifest) => entry.address,
          );
  return [...new Set<4 | 6>(texts.map((text: string) => (text.includes(":") ? 6 : 4)))];
}

/** The families of which both ends have an address. Where there are none, policies are not what decides. */
export function commonFamilies(cluster: Cluster, from: End, to: End): readonly (4 | 6)[] {
  const theirs = familiesOf(cluster, to);
  return familiesOf(cluster, from).filter((family) => theirs.includes(family));
}

/** Any family that both ends have may be used: one that gets through is enough. */
function inAnyFamily(cluster: Cluster, from: End, to: End, protocol: string, port: number): Answers {
  const answers = commonFamilies(cluster, from, to).map((family) =>
    inFamily(cluster, from, to, protocol, port, family),
  );
  const best = (["allow", "either", "deny"] as const).map((one) =>
    answers.find(({ overall }) => overall === one),
  );
  return best.find((found) => found !== undefined)!;
}

/**
 * Both ends must have an address of the same family. "NetworkPolicy behaviour for hostNetwork pods is undefined, but it
 * should be limited to 2 possibilities": a pod like any other, or traffic of the node.
 */
export function ask(cluster: Cluster, from: End, to: End, protocol: string, port: number): Answers {
  const asPods = inAnyFamily(cluster, from, to, protocol, port);
  const node = (end: End): End => ("pod" in end && isHostNetwork(end) ? { ...end, asNode: true } : end);
  const asNodes = inAnyFamily(cluster, node(from), node(to), protocol, port);
  const overall = asPods.overall === asNodes.overall ? asPods.overall : "either";
  if (sameNetwork(from, to)) return { ...asPods, overall: "allow" };
  return { ...asPods, overall };
}

function sameNetwork(from: End, to: End): boolean {
  if (!("pod" in from) || !("pod" in to)) return false;
  if (from.pod === to.pod) return true;
  return isHostNetwork(from) && isHostNetwork(to) && from.pod.spec.nodeName === to.pod.spec.nodeName;
}
