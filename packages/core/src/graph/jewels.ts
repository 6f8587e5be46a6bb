/** What an attacker must not get: the cluster, its nodes, its secrets, the platform's accounts, persistent data, and what labels name. */
import { matchesText } from "../controls/exceptions.ts";
import type { CrownJewel } from "../model/crown-jewel.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { objectsOf } from "../inventory/routes.ts";
import { isJsonArray, isJsonObject } from "../model/json.ts";
import { severities, type Severity } from "../model/finding.ts";
import { refKey } from "../model/resource.ts";
import type { Workload } from "../model/workload.ts";
import type { Vertex } from "./vertex.ts";
import { wordsOf } from "./words.ts";

/** Gravest first. */
export const jewelKinds = [
  "cluster",
  "node",
  "secrets",
  "platform-account",
  "cloud",
  "labelled",
  "data",
] as const;

/** One target; several vertices where it is all one whether this node or that is taken. */
export interface Jewel {
  readonly kind: (typeof jewelKinds)[number];
  readonly text: string;
  readonly vertices: readonly number[];
}

/** Label by which people name a target of their own, on a workload or its pods. */
export const crownJewelLabel = "plimsoll.dev/crown-jewel";

interface Named {
  readonly kind: Jewel["kind"];
  readonly text: string;
  /** Of a target that people name. */
  readonly criticality?: Severity;
}

/** A workload with the containers, of several, that are it; `""`: some one of them, whichever. */
interface NamedWorkload extends Named {
  readonly in: ReadonlySet<string>;
}

/** All targets among the vertices, gravest first, then by name. */
export function jewelsOf(inventory: Inventory, vertices: readonly Vertex[]): readonly Jewel[] {
  const workloads = workloadJewels(inventory);
  const found = new Map<string, { named: Named; vertices: number[] }>();
  vertices.forEach((vertex, number) => {
    const named = "ref" in vertex ? workloadOf(vertex, workloads) : namedOf(vertex);
    if (named === undefined) return;
    const gravity = severities.indexOf(named.criticality ?? "high");
    const key = `${jewelKinds.indexOf(named.kind)} ${gravity} ${named.text}`;
    const jewel = found.get(key) ?? { named, vertices: [] };
    jewel.vertices.push(number);
    found.set(key, jewel);
  });
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([
        ,
        {
          named: { kind, text },
          vertices: own,
        },
      ]) => ({ kind, text, vertices: own }),
    );
}

/** Targets of one's own choice; any node, where no node is named, is whichever. */
export function chosenJewels(
  chosen: readonly Vertex[],
  vertices: readonly Vertex[],
  numberOf: (vertex: Vertex) => number | undefined,
): readonly Jewel[] {
  return chosen.flatMap((vertex): readonly Jewel[] => {
    const kind = namedOf(vertex)?.kind ?? "labelled";
    if (vertex.kind === "any" && vertex.of === "node")
      return [
        {
          kind,
          text: "a node",
          vertices: vertices.flatMap((each, at) => (namedOf(each)?.kind === kind ? [at] : [])),
        },
      ];
    const number = numberOf(vertex);
    return number === undefined ? [] : [{ kind, text: wordsOf(vertex), vertices: [number] }];
  });
}

function namedOf(vertex: Vertex): Named | undefined {
  if (vertex.kind === "cluster") return { kind: "cluster", text: "the cluster" };
  if (vertex.kind === "node" || (vertex.kind === "any" && vertex.of === "node"))
    return { kind: "node", text: "a node" };
  if (vertex.kind === "cloud") return { kind: "cloud", text: wordsOf(vertex) };
  const inSystem = "namespace" in vertex && vertex.namespace === "kube-system";
  if (vertex.kind === "any" && vertex.of === "secret")
    return { kind: "secrets", text: secretsText(vertex.namespace) };
  const isPlatform =
    (vertex.kind === "any" && vertex.of === "account" && (inSystem || vertex.namespace === "")) ||
    (vertex.kind === "subject" && vertex.subject.namespace === "kube-system");
  return isPlatform ? { kind: "platform-account", text: "an account of kube-system" } : undefined;
}

/** One target for all namespaces but the platform's: whichever of them it is. */
function secretsText(namespace: string): string {
  if (namespace === "") return "every Secret";
  return namespace === "kube-system" ? "the Secrets of kube-system" : "the Secrets of some namespace";
}

function workloadOf(
  vertex: Extract<Vertex, { kind: "workload" | "container" }>,
  workloads: ReadonlyMap<string, NamedWorkload>,
): Named | undefined {
  const named = workloads.get(refKey(vertex.ref));
  return vertex.kind === "workload" || named?.in.has(vertex.name) === true ? named : undefined;
}

function workloadJewels({ workloads, crownJewels = [] }: Inventory): ReadonlyMap<string, NamedWorkload> {
  const found = new Map<string, NamedWorkload>();
  for (const workload of workloads) {
    const key = refKey(workload.root);
    if (workload.system !== undefined || found.get(key)?.kind === "labelled") continue;
    const words = wordsOf({ kind: "workload", ref: workload.root });
    const named = namedBy(workload, crownJewels);
    if (named !== undefined)
      found.set(key, {
        kind: "labelled",
        text: named.criticality === undefined ? words : `${words} (${named.criticality})`,
        in: new Set([""]),
        ...named,
      });
    else if (holdsData(workload))
      found.set(key, { kind: "data", text: `${words} with its data`, in: dataHolders(workload) });
  }
  return found;
}

/** By the settings, else by its label, whose value may say how grave its loss is. */
function namedBy(
  { root, record, pod }: Workload,
  crownJewels: readonly CrownJewel[],
): Pick<CrownJewel, "criticality"> | undefined {
  const own = crownJewels.find(
    ({ kind, namespace, name }) =>
      matchesText(kind, root.kind) && matchesText(namespace, root.namespace) && matchesText(name, root.name),
  );
  if (own !== undefined) return own.criticality === undefined ? {} : { criticality: own.criticality };
  const label = record.resource.metadata.labels?.[crownJewelLabel] ?? pod.metadata.labels?.[crownJewelLabel];
  if (label === undefined || label === "false") return undefined;
  const criticality = severities.find((severity) => severity === label);
  return criticality === undefined ? {} : { criticality };
}

/** The containers that mount a claim; where none is seen to, any of them may be it. */
function dataHolders({ record, pod, containers }: Workload): ReadonlySet<string> {
  const { spec } = record.resource;
  const templates = isJsonObject(spec) ? spec["volumeClaimTemplates"] : undefined;
  const claims = new Set([
    ...objectsOf(templates).map(({ metadata }) => (isJsonObject(metadata) ? metadata["name"] : undefined)),
    ...objectsOf(pod.spec["volumes"]).flatMap((volume) =>
      isJsonObject(volume["persistentVolumeClaim"]) ? [volume["name"]] : [],
    ),
  ]);
  const holders = containers.filter(({ raw }) =>
    objectsOf(raw["volumeMounts"]).some(({ name }) => claims.has(name)),
  );
  return new Set(holders.length === 0 ? [""] : holders.map(({ name }) => name));
}

function holdsData({ record, pod }: Workload): boolean {
  const { spec } = record.resource;
  const claims = isJsonObject(spec) ? spec["volumeClaimTemplates"] : undefined;
  if (isJsonArray(claims) && claims.length > 0) return true;
  const { volumes } = pod.spec;
  return (
    isJsonArray(volumes) &&
    volumes.some((volume) => isJsonObject(volume) && isJsonObject(volume["persistentVolumeClaim"]))
  );
}
