/**
 * Who may go on connecting to a workload once those are refused that an attacker may hold: the policies that let them
 * in narrowed, or one of its own made where there is none. Where addresses or policies of other kinds have a say as well,
 * only what the network engine proves of the policies as they would be.
 */
import type { Inventory } from "../../inventory/inventory.ts";
import { parseBlock } from "../../inventory/network/address.ts";
import { connectivityKinds } from "../../inventory/network/kinds/foreign.ts";
import { objectsOf } from "../../inventory/routes.ts";
import { matchesSelector } from "../../inventory/selector.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { PatchOperation } from "../../model/operation.ts";
import type { Edit } from "../../model/report.ts";
import { refKey, refOf, type Resource, type ResourceRef } from "../../model/resource.ts";
import type { Workload } from "../../model/workload.ts";
import type { Traffic } from "../../risk/traffic.ts";
import { areRefused } from "./narrowed-proof.ts";
import { lastingLabels } from "../generators/network-peers.ts";

export interface Narrowed {
  /** Absent where nothing certain can be made. */
  readonly changes?: Edit["also"];
  /** Workloads that stay admitted, in words. */
  readonly kept: readonly string[];
  /** Connections that were seen and would be refused. */
  readonly refusedSeen: readonly string[];
  readonly notes: readonly string[];
  /** Blocks of addresses that are refused from now on: who comes from there was not looked at. */
  readonly addresses?: readonly string[];
}

const policyKind = "networking.k8s.io/v1/NetworkPolicy";
const nothing: Narrowed = { kept: [], refusedSeen: [], notes: [] };
/** Clients that one policy names at most: past it, nobody reads it any more. */
const mostNamed = 20;

/** `whole`: enough was seen, so that only who was seen connecting is kept. */
export function narrowedPeers(
  inventory: Inventory,
  isReached: (root: ResourceRef) => boolean,
  traffic: Traffic | undefined,
): (target: Workload, whole: boolean) => Narrowed {
  const others = connectivityKinds.some(
    (kind) => kind !== policyKind && kind.endsWith("Policy") && inventory.ofKind(kind).length > 0,
  );
  const world = worldOf(inventory, isReached);
  let held: readonly Workload[] | undefined;
  return (target, whole) => {
    const labels = lastingLabels(target);
    if (labels === undefined || !inventory.covers(policyKind, target.ref.namespace)) return nothing;
    const { level } = inventory.exposureOf(target);
    if (level === "internet" || level === "external" || target.pod.spec["hostNetwork"] === true)
      return nothing;
    const seenFrom = (sender: Workload): string | undefined => traffic?.(sender.root, target.root);
    const senders = world.senders.filter((sender) => !isSame(sender, target));
    const refusedSeen = senders.flatMap((sender) => {
      const seen = world.isHeld(sender) ? seenFrom(sender) : undefined;
      return seen === undefined ? [] : [`${nameOf(sender)} was ${seen}`];
    });
    if (refusedSeen.length > 0) return { ...nothing, refusedSeen };
    const wanted = senders.filter(
      (sender) =>
        !world.isHeld(sender) &&
        (seenFrom(sender) !== undefined || (!whole && sender.ref.namespace === target.ref.namespace)),
    );
    const selecting = policiesOn(target, inventory);
    const narrowed =
      selecting.length === 0
        ? ownPolicy(target, labels, wanted, world)
        : narrowedPolicies(target, selecting, { wanted, whole, world, inventory });
    if (narrowed.changes === undefined || !(others || selecting.some(keepsAddresses))) return narrowed;
    held ??= heldPods(world, inventory);
    const own = held.filter((sender) => !isSame(sender, target));
    return areRefused(target, own, narrowed.changes, inventory) ? narrowed : nothing;
  };
}

interface Crowd {
  /** Each once by what policies see of it, pods of their own labels included. */
  readonly all: readonly Workload[];
  readonly inNamespace: ReadonlyMap<string, readonly Workload[]>;
  /** Workloads by themselves; those of the platform are among them. */
  readonly senders: readonly Workload[];
  readonly isHeld: (workload: Workload) => boolean;
  readonly labelsOf: (namespace: string) => { readonly [key: string]: string };
}

function worldOf(inventory: Inventory, isReached: (root: ResourceRef) => boolean): Crowd {
  const distinct = new Map<string, Workload>();
  for (const workload of inventory.workloads) {
    const key = JSON.stringify([workload.root, workload.ref.namespace, workload.pod.metadata.labels]);
    if (!distinct.has(key)) distinct.set(key, workload);
  }
  const known = new Map<ResourceRef, boolean>();
  const isHeld = ({ root }: Workload): boolean => {
    let held = known.get(root);
    if (held === undefined) known.set(root, (held = isReached(root)));
    return held;
  };
  const all = [...distinct.values()];
  return {
    all,
    inNamespace: Map.groupBy(all, ({ ref }) => ref.namespace),
    senders: inventory.workloads.filter(({ derived }) => !derived),
    isHeld,
    labelsOf: (namespace) => ({
      ...inventory.namespaceLabels(namespace),
      "kubernetes.io/metadata.name": namespace,
    }),
  };
}

/** Whom an attacker may hold, pod by pod where pods were read; each once by what policies see of it. */
function heldPods({ isHeld }: Crowd, { workloads }: Inventory): readonly Workload[] {
  const isPod = ({ ref }: Workload): boolean => ref.kind === "Pod";
  const havePods = new Set(workloads.filter(isPod).map(({ root }) => refKey(root)));
  const distinct = new Map<string, Workload>();
  for (const workload of workloads) {
    const { ref, pod, record, root, serviceAccount, derived } = workload;
    if (!isHeld(workload) || !(isPod(workload) || (!derived && !havePods.has(refKey(root))))) continue;
    const { labels } = pod.metadata;
    const address = isJsonObject(record.resource["status"]) ? record.resource["status"]["podIPs"] : undefined;
    const key = [ref.namespace, labels, serviceAccount.name, pod.spec["hostNetwork"], address, root.name];
    distinct.set(JSON.stringify(key), workload);
  }
  return [...distinct.values()];
}

/** Of blocks that stay, it depends on the addresses of pods whom they let in. */
function keepsAddresses(policy: Resource): boolean {
  return objectsOf(specOf(policy)["ingress"]).some(({ from }) =>
    objectsOf(from).some((peer) => {
      const block = blockOf(peer);
      return block !== undefined && !mayHoldPods(block);
    }),
  );
}

function isSame({ root: a }: Workload, { root: b }: Workload): boolean {
  return a === b || (a.name === b.name && a.kind === b.kind && a.namespace === b.namespace);
}

function nameOf({ ref: { kind, namespace, name } }: Workload): string {
  return `${kind} ${namespace}/${name}`;
}

function policiesOn(target: Workload, inventory: Inventory): readonly Resource[] {
  return inventory
    .ofKind(policyKind)
    .map(({ resource }) => resource)
    .filter((resource) => {
      const spec = specOf(resource);
      const types = spec["policyTypes"];
      return (
        (resource.metadata.namespace ?? "default") === (target.ref.namespace || "default") &&
        (!isJsonArray(types) || types.length === 0 || types.includes("Ingress")) &&
        matchesSelector(spec["podSelector"] ?? {}, target.pod.metadata.labels)
      );
    });
}

function specOf(resource: Resource): JsonObject {
  const { spec } = resource as { readonly spec?: Json };
  return isJsonObject(spec) ? spec : {};
}

/** An entry for one client, where no pod of an attacker has its labels too. */
function entryFor(
  sender: Workload,
  namespace: string,
  { inNamespace, isHeld, labelsOf }: Crowd,
): JsonObject | undefined {
  const labels = lastingLabels(sender);
  if (labels === undefined || sender.pod.spec["hostNetwork"] === true) return undefined;
  const entry: JsonObject = {
    ...(sender.ref.namespace === namespace
      ? {}
      : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": sender.ref.namespace } } }),
    podSelector: { matchLabels: labels },
  };
  const there = inNamespace.get(sender.ref.namespace) ?? [];
  const isShared = there.some((each) => isHeld(each) && admits(entry, namespace, each, labelsOf));
  return isShared ? undefined : entry;
}

function admits(
  { namespaceSelector, podSelector }: JsonObject,
  namespace: string,
  { ref, pod }: Workload,
  labelsOf: Crowd["labelsOf"],
): boolean {
  const isThere =
    namespaceSelector === undefined
      ? ref.namespace === namespace
      : matchesSelector(namespaceSelector, labelsOf(ref.namespace));
  return isThere && (podSelector === undefined || matchesSelector(podSelector, pod.metadata.labels));
}

interface Entries {
  readonly entries: readonly JsonObject[];
  readonly kept: readonly Workload[];
}

function entriesFor(wanted: readonly Workload[], namespace: string, world: Crowd): Entries {
  const found = new Map<string, { entry: JsonObject; of: Workload[] }>();
  for (const sender of wanted) {
    if (found.size === mostNamed) break;
    const entry = entryFor(sender, namespace, world);
    if (entry === undefined) continue;
    const key = JSON.stringify(entry);
    const before = found.get(key);
    if (before !== undefined) before.of.push(sender);
    else found.set(key, { entry, of: [sender] });
  }
  const list = [...found.values()];
  return { entries: list.map(({ entry }) => entry), kept: list.flatMap(({ of }) => of) };
}

function leftOut(wanted: readonly Workload[], kept: readonly Workload[]): readonly string[] {
  const names = new Set(kept);
  const out = wanted.filter((sender) => !names.has(sender)).map(nameOf);
  if (out.length === 0) return [];
  const more = out.length > 3 ? ` and ${out.length - 3} more` : "";
  return [`Refused though no attacker is known to get there: ${out.slice(0, 3).join(", ")}${more}`];
}

/** Pods of its own may go on speaking to each other. */
function ownPolicy(
  target: Workload,
  labels: JsonObject,
  wanted: readonly Workload[],
  world: Crowd,
): Narrowed {
  const { namespace, name } = target.ref;
  const alike = (world.inNamespace.get(namespace) ?? []).filter(
    (each) => !isSame(each, target) && matchesSelector({ matchLabels: labels }, each.pod.metadata.labels),
  );
  // Its labels are others' too: a policy by them would isolate those as well.
  if (alike.length > 0) return nothing;
  const { entries, kept } = entriesFor(wanted, namespace, world);
  const policy: Resource = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `${name}-clients`, namespace },
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: { matchLabels: labels } }, ...entries] }],
    },
  };
  const change = { resource: refOf(policy), operations: [{ op: "add", path: "", value: policy }] } as const;
  return { changes: [change], kept: kept.map(nameOf), refusedSeen: [], notes: leftOut(wanted, kept) };
}

interface Case {
  readonly wanted: readonly Workload[];
  readonly whole: boolean;
  readonly world: Crowd;
  readonly inventory: Inventory;
}

/** Of each rule, those entries that let an attacker in are put down to the clients among them that are none. */
function narrowedPolicies(target: Workload, policies: readonly Resource[], given: Case): Narrowed {
  // Of one name twice, as files may have it: which of them is applied is not known.
  if (new Set(policies.map(({ metadata }) => metadata.name)).size < policies.length) return nothing;
  const changes: NonNullable<Edit["also"]>[number][] = [];
  const [kept, notes] = [new Set<Workload>(), new Set<string>()];
  const wanted = new Set<Workload>();
  const addresses = new Set<string>();
  for (const policy of policies) {
    const rules = objectsOf(specOf(policy)["ingress"]);
    const made = rules.map((rule) => narrowedRule(rule, target, given));
    const operations = made.flatMap((each, at): readonly PatchOperation[] => {
      if (each === "as it is") return [];
      each.addresses.forEach((block) => addresses.add(block));
      each.kept.forEach((sender) => kept.add(sender));
      each.wanted.forEach((sender) => wanted.add(sender));
      const path = `/spec/ingress/${at}`;
      // An empty list of peers is everybody: the rule goes.
      if (each.from.length === 0) return [{ op: "remove", path }];
      return [
        {
          op: rules[at]!["from"] === undefined ? "add" : "replace",
          path: `${path}/from`,
          value: each.from,
        },
      ];
    });
    if (operations.length === 0) continue;
    changes.push({ resource: refOf(policy), operations: operations.reverse() });
    for (const also of selectedBesides(policy, target, given)) notes.add(also);
  }
  if (changes.length === 0) return nothing;
  leftOut([...wanted], [...kept]).forEach((note) => notes.add(note));
  return {
    changes,
    kept: [...kept].map(nameOf),
    refusedSeen: [],
    notes: [...notes],
    ...(addresses.size === 0 ? {} : { addresses: [...addresses].sort() }),
  };
}

type Rule =
  | "as it is"
  | (Pick<Entries, "kept"> & {
      readonly from: readonly JsonObject[];
      readonly wanted: readonly Workload[];
      /** Blocks that go, since pods may have addresses in them. */
      readonly addresses: readonly string[];
    });

function narrowedRule(rule: JsonObject, target: Workload, { wanted, whole, world }: Case): Rule {
  const { namespace } = target.ref;
  const { all, inNamespace, isHeld, labelsOf } = world;
  const peers = isJsonArray(rule["from"]) ? objectsOf(rule["from"]) : [];
  const everybody = peers.length === 0;
  const isOpen = (peer: JsonObject): boolean => {
    const block = blockOf(peer);
    return block === undefined ? isOpenToPods(peer) : mayHoldPods(block);
  };
  const isOpenToPods = (peer: JsonObject): boolean =>
    (peer["namespaceSelector"] === undefined ? (inNamespace.get(namespace) ?? []) : all).some(
      (each) => isHeld(each) && !isSame(each, target) && admits(peer, namespace, each, labelsOf),
    );
  const open = peers.filter(isOpen);
  if (!everybody && open.length === 0) return "as it is";
  const rest = peers.filter((peer) => !open.includes(peer));
  const isBlock = open.some((peer) => blockOf(peer) !== undefined);
  const among = everybody
    ? wanted
    : (whole ? wanted : world.senders.filter((sender) => !isHeld(sender) && !isSame(sender, target))).filter(
        (sender) =>
          (isBlock && wanted.includes(sender)) ||
          open.some((peer) => blockOf(peer) === undefined && admits(peer, namespace, sender, labelsOf)),
      );
  const { entries, kept } = entriesFor(among, namespace, world);
  const stay = world.senders.filter((sender) =>
    rest.some((peer) => blockOf(peer) === undefined && admits(peer, namespace, sender, labelsOf)),
  );
  const addresses = open.flatMap((peer) => blockOf(peer) ?? []);
  return { from: [...rest, ...entries], kept: [...kept, ...stay], wanted: among, addresses };
}

function blockOf({ ipBlock }: JsonObject): string | undefined {
  if (!isJsonObject(ipBlock)) return undefined;
  return typeof ipBlock["cidr"] === "string" ? ipBlock["cidr"] : "";
}

/** Pod networks lie in the private ranges, or in that of carriers. */
const podRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"].flatMap(
  (block) => parseBlock(block) ?? [],
);

/** Exceptions are not looked at: pods get new addresses. What proves the rest is the engine. */
function mayHoldPods(cidr: string): boolean {
  const block = parseBlock(cidr);
  if (block === undefined) return true;
  return podRanges.some(
    ({ family, first, last }) => family === block.family && block.first <= last && first <= block.last,
  );
}

function selectedBesides(policy: Resource, target: Workload, { world }: Case): readonly string[] {
  const { namespace } = target.ref;
  const selector = specOf(policy)["podSelector"] ?? {};
  const others = world.senders.filter(
    (each) =>
      !isSame(each, target) &&
      each.ref.namespace === namespace &&
      matchesSelector(selector, each.pod.metadata.labels),
  );
  if (others.length === 0) return [];
  const more = others.length > 3 ? ` and ${others.length - 3} more` : "";
  return [
    `NetworkPolicy ${policy.metadata.name ?? ""} is also that of ${others.slice(0, 3).map(nameOf).join(", ")}${more}, whose clients it narrows too`,
  ];
}
