/** Rules of network policies: refuse connections. Every one that was seen is run through the engine with the policy as it is and as it would be. */
import type { Connectivity, Peer } from "../../inventory/network/connectivity.ts";
import { connectivity, connectivityOf } from "../../inventory/network/engine.ts";
import { matchesSelector } from "../../inventory/selector.ts";
import { isJsonArray, type JsonObject } from "../../model/json.ts";
import type { PatchOperation } from "../../model/finding.ts";
import type { Resource } from "../../model/resource.ts";
import type { Missing } from "../../model/verdict.ts";
import type { Workload } from "../../model/workload.ts";
import type { Repair, Seen } from "../fields/field.ts";
import { byObservation, clearByConstruction } from "../fields/judgement.ts";
import { objectAt } from "../fields/site.ts";
import { isFlow, joined, placesOf, type Flow, type Places } from "../generators/network-peers.ts";
import { networkPolicyExamples } from "./network-policy-examples.ts";
import { defineObjectField, type ObjectChange, type ObjectJudgement } from "./object-field.ts";
import { changedInventory, nameOf, workloadEvidence } from "./object-ground.ts";

interface Replay {
  readonly was: Connectivity;
  readonly is: Connectivity;
}

function judge(change: ObjectChange): readonly ObjectJudgement[] {
  const { ground } = change;
  const replay: Replay = {
    was: connectivityOf(ground.inventory),
    is: connectivity(changedInventory(ground.inventory, change.after)),
  };
  const judged = ground.inventory.workloads
    .filter(({ derived, pod }) => !derived && pod.spec["hostNetwork"] !== true)
    .flatMap((workload) => ofWorkload(workload, replay, change));
  return judged.length > 0
    ? judged
    : [{ judgement: clearByConstruction("It selects no workload that was read, before or after") }];
}

/** Whom the policy selects must have been watched; of the others what was seen is enough. */
function ofWorkload(workload: Workload, replay: Replay, change: ObjectChange): readonly ObjectJudgement[] {
  const seen = workloadEvidence(workload, change.ground);
  const places = placesOf(workload, change.ground.inventory);
  const refused: Seen<"connection">[] = [];
  const missing: Missing[] = [];
  for (const entry of seen.seen("connection")) {
    const flow = entry.detail;
    if (!isFlow(flow)) continue;
    const said = saidOf(flow, workload, places, replay);
    if (said === "denied") refused.push(entry);
    else if (said !== undefined) missing.push(said);
  }
  const isSelected = selects(change.before, workload) || selects(change.after, workload);
  if (!isSelected && refused.length === 0) return [];
  const judgement = byObservation(
    { seen },
    {
      who: nameOf(workload),
      kinds: ["connection"],
      refused,
      doing: "make or take connections that would be refused",
      missing,
      repair: (list) => (selects(change.after, workload) ? admitted(list, places, change) : undefined),
    },
  );
  return [{ judgement, seen }];
}

/** Only of what was not refused before. */
function saidOf(
  flow: Flow,
  workload: Workload,
  places: Places,
  { was, is }: Replay,
): "denied" | Missing | undefined {
  const self: Peer = { kind: "pod", workload };
  for (const { peer, port } of places.ends(flow)) {
    if (peer.kind === "address" && peer.ip === "") return unplaced(flow);
    const [from, to] = flow.direction === "in" ? [peer, self] : [self, peer];
    const at = { port, protocol: flow.protocol };
    const { verdict, because } = is.verdict(from, to, at);
    if (verdict === "allowed" || was.verdict(from, to, at).verdict === verdict) continue;
    if (verdict === "denied") return "denied";
    return { text: because.map(({ text }) => text).join("; "), remedy: "read what it names as well" };
  }
  return places.ends(flow).length === 0 ? unplaced(flow) : undefined;
}

function unplaced({ peer = {}, port }: Flow): Missing {
  const who = peer.pod ?? peer.workload ?? peer.service ?? peer.address ?? "somebody";
  return {
    text: `who ${who} on port ${port} was`,
    remedy: "observe again while what it speaks to is there",
  };
}

function selects({ metadata, ...rest }: Resource, { ref, pod }: Workload): boolean {
  const spec = objectAt(rest as JsonObject, "spec");
  const selector = spec["podSelector"] ?? spec["endpointSelector"];
  return metadata.namespace === ref.namespace && matchesSelector(selector, pod.metadata.labels);
}

/** Rules for what would be refused, by labels that survive a rollout. */
function admitted(list: readonly Seen[], places: Places, { after }: ObjectChange): Repair | undefined {
  if (after.kind !== "NetworkPolicy") return undefined;
  const flows = list.flatMap(({ detail }) =>
    detail.kind === "connection" && isFlow(detail) ? [detail] : [],
  );
  const placed = flows.flatMap((flow) => places.of(flow));
  const spec = objectAt(after, "spec");
  const operations = (["in", "out"] as const).flatMap((direction): readonly PatchOperation[] => {
    const [field, side] = direction === "in" ? ["ingress", "from"] : ["egress", "to"];
    const rules = joined(placed.filter((entry) => entry.direction === direction)).map(({ peer, ports }) => ({
      ...(peer === undefined ? {} : { [side!]: [peer] }),
      ports,
    }));
    if (rules.length === 0) return [];
    return isJsonArray(spec[field!])
      ? rules.map((value) => ({ op: "add", path: `/spec/${field}/-`, value }))
      : [{ op: "add", path: `/spec/${field}`, value: rules }];
  });
  const meant = [...new Set(placed.map(({ meant: who, port }) => `${who} on port ${port}`))];
  return { operations, text: `rules for ${meant.join(", ")}` };
}

export const networkPolicy = defineObjectField({
  id: "network-policy",
  title: "connections that its rules no longer let",
  kinds: ["networking.k8s.io/v1/NetworkPolicy", "cilium.io/v2/CiliumNetworkPolicy"],
  paths: ["object.spec"],
  reach: "cluster",
  blind: ["connections of workloads that nobody watched", "whether the cluster's network enforces policies"],
  judge,
  examples: networkPolicyExamples,
});
