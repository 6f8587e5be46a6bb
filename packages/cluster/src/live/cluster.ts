/**
 * A live cluster made into a snapshot: what it serves, then one list for each kind that is needed. It never asks for a
 * Secret, and what it may not list is a gap.
 */
import type { Distribution, Gap, GapReason, ResourceRecord, Server, Snapshot } from "@plimsoll/core";
import { admit } from "../admit.ts";
import { RefusedError } from "../limit.ts";
import type { Raw } from "../raw.ts";
import { discover, type Served, type ServedKind } from "./discovery.ts";
import { openEndpoint, type Endpoint, type EndpointOptions } from "./endpoint.ts";
import { listKind, type Listed } from "./list.ts";
import { get } from "./request.ts";

export interface ClusterOptions extends EndpointOptions {
  /** The kinds to ask for, `apps/v1/Deployment`. */
  readonly kinds: readonly string[];
  /** Only these namespaces; cluster-scoped kinds are asked for all the same. */
  readonly namespaces?: readonly string[];
  /** RFC 3339. */
  readonly takenAt: string;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

/** Kinds that no scan asks for: their values are what everything else protects. */
const neverAsked = new Set(["v1/Secret"]);

/** Well-known custom resources that make pods by themselves, asked for wherever they are served. */
const podBearing: readonly RegExp[] = [
  /^argoproj\.io\/\w+\/(Rollout|CronWorkflow|WorkflowTemplate|ClusterWorkflowTemplate|Workflow)$/,
  /^serving\.knative\.dev\/v1\/Service$/,
  /^apps\.openshift\.io\/v1\/DeploymentConfig$/,
  /^ray\.io\/v1\/Ray(Cluster|Job|Service)$/,
  /^kubeflow\.org\/v1\/\w+Job$/,
  /^apps\.kruise\.io\/v1alpha1\/(CloneSet|DaemonSet)$/,
  /^agents\.x-k8s\.io\/\w+\/Sandbox$/,
];

const inFlight = 4;

export async function readCluster(options: ClusterOptions): Promise<Snapshot> {
  const endpoint = await openEndpoint(options);
  try {
    return await readFrom(endpoint, options);
  } finally {
    await endpoint.close();
  }
}

/** The same from an endpoint that is open already. */
export async function readFrom(endpoint: Endpoint, options: ClusterOptions): Promise<Snapshot> {
  const wanted = options.kinds.filter((kind) => !neverAsked.has(kind));
  const [served, version] = await Promise.all([discover(endpoint, wanted), versionOf(endpoint)]);
  if (served.failure !== undefined) {
    const gap = gapOf(
      served.failure,
      wanted,
      `what the cluster serves could not be read: ${served.failure.message}`,
    );
    return snapshotOf(options, { kind: "cluster", name: endpoint.name }, [], [gap], []);
  }
  const gaps: Gap[] = [];
  const covered: string[] = [];
  const records: ResourceRecord[] = [];
  const asked = kindsToAsk(wanted, served, gaps, covered);
  let done = 0;
  await inParallel(asked, async (kind) => {
    const answers = await listed(endpoint, kind, options.namespaces);
    options.onProgress?.((done += 1), asked.length, kind.kind);
    if (answers.every(({ answer }) => answer.ok)) covered.push(kind.kind);
    for (const { answer, namespace } of answers) take(kind, answer, namespace, records, gaps, covered);
  });
  const server: Server = {
    kind: "cluster",
    name: endpoint.name,
    ...(version === undefined ? {} : { version }),
    ...distributionOf(version, served, records),
  };
  return snapshotOf(options, server, records, gaps, covered);
}

/** What is not served does not exist, and so is covered; what only another version serves cannot be judged. */
function kindsToAsk(
  wanted: readonly string[],
  served: Served,
  gaps: Gap[],
  covered: string[],
): readonly ServedKind[] {
  const asked = new Map<string, ServedKind>();
  for (const kind of wanted) {
    const found = served.kinds.get(kind);
    if (found?.listable === true) asked.set(kind, found);
    else if (found === undefined) {
      const other = otherVersion(kind, served);
      if (other === undefined) covered.push(kind);
      else
        gaps.push({
          reason: "unsupported",
          source: "cluster",
          message: `${kind} is served as ${other} only`,
          kinds: [kind],
          remedy: "upgrade the cluster, or tell us",
        });
    }
  }
  for (const [kind, found] of served.kinds)
    if (found.listable && podBearing.some((pattern) => pattern.test(kind))) asked.set(kind, found);
  return [...asked.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

function otherVersion(kind: string, served: Served): string | undefined {
  const [group, , short] =
    kind.includes(".") || kind.split("/").length === 3
      ? kind.split("/")
      : ["", kind.split("/")[0], kind.split("/")[1]];
  return [...served.kinds.keys()].find(
    (other) => other.startsWith(`${group}/`) && other.endsWith(`/${short}`) && group !== "",
  );
}

interface NamespacedAnswer {
  readonly namespace?: string;
  readonly answer: Listed;
}

async function listed(
  endpoint: Endpoint,
  kind: ServedKind,
  namespaces: readonly string[] | undefined,
): Promise<readonly NamespacedAnswer[]> {
  if (namespaces === undefined || !kind.namespaced) return [{ answer: await listKind(endpoint, kind) }];
  const answers: NamespacedAnswer[] = [];
  for (const namespace of namespaces)
    answers.push({ namespace, answer: await listKind(endpoint, kind, namespace) });
  return answers;
}

function take(
  kind: ServedKind,
  answer: Listed,
  namespace: string | undefined,
  records: ResourceRecord[],
  gaps: Gap[],
  covered: string[],
): void {
  if (!answer.ok) {
    const where = namespace === undefined ? "" : ` in ${namespace}`;
    const gap = gapOf(
      answer,
      [kind.kind],
      `${kind.kind}${where} could not be listed: ${answer.message}`,
      kind,
    );
    gaps.push(namespace === undefined ? gap : { ...gap, namespaces: [namespace] });
    // Where only some namespaces are refused, the others are read whole.
    if (namespace !== undefined && !covered.includes(kind.kind)) covered.push(kind.kind);
    return;
  }
  const at = kind.kind.lastIndexOf("/");
  const type = { apiVersion: kind.kind.slice(0, at), kind: kind.kind.slice(at + 1) };
  for (const item of answer.items) {
    const found = admitted({ ...type, ...(item as object) } as Raw, kind);
    if ("resource" in found) records.push(found);
    else gaps.push(found);
  }
}

function admitted(value: Raw, kind: ServedKind): ResourceRecord | Gap {
  const message = (text: string): Gap => ({
    reason: "refused",
    source: "cluster",
    message: `${kind.kind}: ${text}`,
    kinds: [],
  });
  try {
    const admission = admit(value, undefined, { source: { file: "cluster" }, wanted: true });
    return admission.outcome === "admitted"
      ? admission.record
      : message("an object that is none of Kubernetes' kinds");
  } catch (error) {
    if (error instanceof RefusedError) return message(error.message);
    throw error;
  }
}

const remedies: { readonly [R in GapReason]?: string } = {
  throttled: "try again when the API server is less busy",
  timeout: "try again; if it stays, ask for fewer namespaces with --namespace",
  unreachable: "check that the cluster is up and the context is right: kubectl version",
  "server-error": "look at the API server's log, then try again",
  expired: "try again: the list changed faster than it could be read",
};

function gapOf(
  failure: { readonly reason: GapReason; readonly message: string },
  kinds: readonly string[],
  message: string,
  kind?: ServedKind,
): Gap {
  const remedy = failure.reason === "forbidden" ? grantOf(kind) : remedies[failure.reason];
  return {
    reason: failure.reason,
    source: "cluster",
    message,
    kinds,
    ...(remedy === undefined ? {} : { remedy }),
  };
}

function grantOf(kind: ServedKind | undefined): string {
  if (kind === undefined) return "sign in again, or use an account that may read";
  const group = kind.base.startsWith("/apis/") ? kind.base.split("/")[2] : "";
  return `let the account list ${kind.resource}${group === "" ? "" : `.${group}`}: kubectl create clusterrole plimsoll-${kind.resource} --verb=list --resource=${kind.resource}${group === "" ? "" : `.${group}`}`;
}

async function versionOf(endpoint: Endpoint): Promise<string | undefined> {
  const answer = await get(endpoint, "/version");
  const version = answer.ok ? (answer.body as { gitVersion?: unknown }).gitVersion : undefined;
  return typeof version === "string" ? version : undefined;
}

/** Who runs the control plane, by what only that one's clusters show; nothing where none of it is seen. */
function distributionOf(
  version = "",
  served: Served,
  records: readonly ResourceRecord[],
): { readonly distribution?: Distribution } {
  const nodes = records.filter(({ resource }) => resource.kind === "Node" && resource.apiVersion === "v1");
  const labelled = (prefix: string): boolean =>
    nodes.some(({ resource }) =>
      Object.keys(resource.metadata.labels ?? {}).some((key) => key.startsWith(prefix)),
    );
  const signs: readonly (readonly [Distribution, boolean])[] = [
    ["openshift", served.groups.has("config.openshift.io")],
    ["eks", version.includes("-eks-") || labelled("eks.amazonaws.com/")],
    ["gke", version.includes("-gke.") || labelled("cloud.google.com/gke-")],
    ["aks", labelled("kubernetes.azure.com/")],
    ["rke2", version.includes("+rke2")],
    ["k3s", version.includes("+k3s")],
    ["self-managed", labelled("node-role.kubernetes.io/control-plane")],
  ];
  const found = signs.find(([, seen]) => seen)?.[0];
  return found === undefined ? {} : { distribution: found };
}

function snapshotOf(
  options: ClusterOptions,
  server: Server,
  records: readonly ResourceRecord[],
  gaps: readonly Gap[],
  covered: readonly string[],
): Snapshot {
  return {
    header: { format: "plimsoll-snapshot", version: 1, takenAt: options.takenAt, server },
    resources: records,
    observations: [],
    images: [],
    gaps,
    skipped: [],
    covered: [...new Set(covered)].sort(),
  };
}

async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await run(item);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}
