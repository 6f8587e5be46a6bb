/** Edits that no finding asks for: connections and ways in that lie on attack paths, and would have to be narrowed. */
import type { Break, Change, Step } from "../graph/step.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { SourceLocation } from "../model/finding.ts";
import { refKey, type ResourceRecord, type ResourceRef } from "../model/resource.ts";
import type { Edit } from "../model/report.ts";

/** One text for one narrowing. */
export function narrowingKey({ kind, resource, what }: Change): string | undefined {
  if (kind === "narrow-ingress") return `path:${kind}:${refKey(resource)}`;
  return kind === "remove-exposure" ? `path:${kind}:${what}:${refKey(resource)}` : undefined;
}

/** A change that narrows something, with what an edit of it is weighed by: there are thousands, and few are told. */
export interface Narrowing extends Pick<Edit, "id" | "resource" | "resolves" | "byHand" | "breakRisk"> {
  readonly change: Change;
}

/** One for each change of steps that narrows something. In the order in which steps name them. */
export function narrowingsOf(steps: readonly Step[]): readonly Narrowing[] {
  const found = new Map<string, Narrowing>();
  const seen = new Set<Break>();
  for (const { brokenBy } of steps)
    for (const each of brokenBy) {
      // Equal ways to break steps are one object for the most part.
      if (seen.has(each)) continue;
      seen.add(each);
      for (const change of each.changes) {
        const id = narrowingKey(change);
        if (id !== undefined && !found.has(id)) found.set(id, narrowingOf(id, change));
      }
    }
  return [...found.values()];
}

function narrowingOf(id: string, change: Change): Narrowing {
  const { resource } = change;
  return { id, change, resource, resolves: [], byHand: true, breakRisk: riskOf(change) };
}

/** The edit as people are told it. */
export function narrowingEdit({ id, change }: Narrowing, inventory: Inventory): Edit {
  const { resource } = change;
  const record = inventory.get(resource);
  const words = change.kind === "narrow-ingress" ? isolating(resource) : closing(change);
  return {
    id,
    ...words,
    resource,
    path: "",
    resolves: [],
    severity: "medium",
    operations: [],
    byHand: true,
    source: record === undefined ? { file: "cluster" } : locationOf(record),
    ...(record === undefined ? {} : inventory.placeOf(record)),
  };
}

/** Where it begins; the places of all its values are no matter of a report. */
function locationOf({ source: { file, line, column, renderedBy } }: ResourceRecord): SourceLocation {
  return {
    file,
    ...(line === undefined ? {} : { line, column: column ?? 1 }),
    ...(renderedBy === undefined ? {} : { renderedBy }),
  };
}

const connecting = "unknown: who needs to connect was not observed";
const comingIn = "unknown: who comes in from outside was not observed";

function riskOf({ kind }: Change): string {
  return kind === "narrow-ingress" ? connecting : comingIn;
}

type Words = Pick<Edit, "title" | "how" | "breakRisk">;

function nameOf({ kind, namespace, name }: ResourceRef): string {
  return `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}

function isolating(resource: ResourceRef): Words {
  return {
    title: `Let only the clients that need it connect to ${nameOf(resource)}`,
    how: "Write a NetworkPolicy that selects its pods and names under `ingress` the clients and ports that are needed, or narrow those that select it. A client that must keep its connection stays a way in: harden that one instead.",
    breakRisk: connecting,
  };
}

const closings: { readonly [by: string]: readonly [title: string, how: string] } = {
  "load-balancer": [
    "Make the load balancer internal",
    "Give the Service the annotation or class by which the cloud keeps its load balancer internal, limit it by `spec.loadBalancerSourceRanges`, or set `spec.type: ClusterIP`.",
  ],
  "node-port": [
    "Close the node ports",
    "Set `spec.type: ClusterIP` where clients inside the cluster are all.",
  ],
  "external-ips": ["Drop the external addresses", "Remove `spec.externalIPs`."],
  route: [
    "Take the route away, or ask who comes by it",
    "Remove the rules that lead to the workload's Service, move them to an internal class, or put authentication in front of them.",
  ],
  "host-port": ["Drop the host port", "Remove `hostPort` from the container's port."],
  "host-network": ["Leave the node's network", "Set `spec.hostNetwork: false`."],
};

function closing({ resource, what }: Change): Words {
  const [by = "", service] = what.split(" ");
  const [title = "Take the way in away", how = ""] = closings[by] ?? [];
  const target = service === undefined ? "" : ` to Service ${service}`;
  return {
    title: `${title} of ${nameOf(resource)}${target}`,
    how,
    breakRisk: comingIn,
  };
}
