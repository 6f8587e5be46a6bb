/** What an API server serves: where each kind is listed, and which server it is. */
import { apiResourceOf, groupOf, isNamespacedKind, type Distribution, type Resource } from "@plimsoll/core";
import { ApiError, type Api } from "./api.ts";
import { isRawObject } from "./raw.ts";

/** Where the objects of a kind are listed. */
export interface Listing {
  readonly apiVersion: string;
  readonly kind: string;
  /** The plural of the path. */
  readonly resource: string;
  readonly namespaced: boolean;
}

export interface Discovery {
  /** By `group/version/Kind`; only what can be listed. */
  readonly listings: ReadonlyMap<string, Listing>;
  /** Group versions whose own server did not answer: nothing is known of their kinds. */
  readonly stale: ReadonlySet<string>;
  /** False where the account may not ask: places are then guessed, and a kind that is not there answers 404. */
  readonly complete: boolean;
}

const accept = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat("application/json")
  .join(",");

/** Asks for everything at once; an older server (before 1.26) is asked about the wanted group versions one by one. */
export async function discover(api: Api, kinds: readonly string[]): Promise<Discovery> {
  try {
    const [core, groups] = await Promise.all([api.get("/api", accept), api.get("/apis", accept)]);
    if (isAggregated(core) && isAggregated(groups)) return aggregated([core, groups]);
    return await oneByOne(api, kinds);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    return guessed(kinds);
  }
}

/** Well-known custom resources that make pods by themselves; they are listed wherever they are served. */
const podBearing: readonly RegExp[] = [
  /^argoproj\.io\/\w+\/(Rollout|CronWorkflow|WorkflowTemplate|ClusterWorkflowTemplate|Workflow)$/,
  /^serving\.knative\.dev\/v1\/Service$/,
  /^apps\.openshift\.io\/v1\/DeploymentConfig$/,
  /^ray\.io\/v1\/Ray(Cluster|Job|Service)$/,
  /^kubeflow\.org\/v1\/\w+Job$/,
  /^apps\.kruise\.io\/v1alpha1\/(CloneSet|DaemonSet)$/,
  /^agents\.x-k8s\.io\/\w+\/Sandbox$/,
];

/** What scanners in the cluster found in its images. */
const scanned = /^aquasecurity\.github\.io\/v1alpha1\/VulnerabilityReport$/;

/** The kinds among those served, none of Kubernetes' own, that bear pods or tell of images. Sorted. */
export function foundKinds({ listings }: Discovery): readonly string[] {
  const wanted = [...podBearing, scanned];
  return [...listings.keys()].filter((gvk) => wanted.some((pattern) => pattern.test(gvk))).sort();
}

interface Aggregated {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly AggregatedVersion[];
  }[];
}

interface AggregatedVersion {
  readonly version: string;
  readonly freshness?: string;
  readonly resources?: readonly {
    readonly resource: string;
    readonly responseKind?: { readonly group?: string; readonly version?: string; readonly kind?: string };
    readonly scope?: string;
    readonly verbs?: readonly string[];
  }[];
}

function isAggregated(answer: unknown): answer is Aggregated {
  return isRawObject(answer) && answer["kind"] === "APIGroupDiscoveryList" && Array.isArray(answer["items"]);
}

function aggregated(answers: readonly Aggregated[]): Discovery {
  const listings = new Map<string, Listing>();
  const stale = new Set<string>();
  for (const group of answers.flatMap(({ items }) => items)) {
    const name = group.metadata?.name ?? "";
    for (const { version, freshness, resources } of group.versions ?? []) {
      const apiVersion = name === "" ? version : `${name}/${version}`;
      if (freshness === "Stale") stale.add(apiVersion);
      for (const { resource, responseKind, scope, verbs } of resources ?? []) {
        const kind = responseKind?.kind ?? "";
        if (verbs?.includes("list") !== true) continue;
        listings.set(`${apiVersion}/${kind}`, {
          apiVersion,
          kind,
          resource,
          namespaced: scope === "Namespaced",
        });
      }
    }
  }
  return { listings, stale, complete: true };
}

interface ResourceList {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs?: readonly string[];
  }[];
}

async function oneByOne(api: Api, kinds: readonly string[]): Promise<Discovery> {
  const listings = new Map<string, Listing>();
  const stale = new Set<string>();
  const versions = [...new Set(kinds.map(apiVersionOf))];
  await Promise.all(
    versions.map(async (apiVersion) => {
      try {
        const list = (await api.get(rootOf(apiVersion))) as ResourceList;
        for (const { name, kind, namespaced, verbs } of list.resources ?? []) {
          if (verbs?.includes("list") !== true || name.includes("/")) continue;
          listings.set(`${apiVersion}/${kind}`, { apiVersion, kind, resource: name, namespaced });
        }
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status !== 404) stale.add(apiVersion);
      }
    }),
  );
  return { listings, stale, complete: true };
}

function guessed(kinds: readonly string[]): Discovery {
  const listings = new Map<string, Listing>();
  for (const gvk of kinds) {
    const apiVersion = apiVersionOf(gvk);
    const kind = gvk.slice(apiVersion.length + 1);
    const { resource } = apiResourceOf({ apiVersion, kind, metadata: {} } as Resource);
    listings.set(gvk, { apiVersion, kind, resource, namespaced: isNamespacedKind(apiVersion, kind) ?? true });
  }
  return { listings, stale: new Set(), complete: false };
}

export function apiVersionOf(gvk: string): string {
  return gvk.slice(0, gvk.lastIndexOf("/"));
}

/** `/api/v1`, `/apis/apps/v1`. */
export function rootOf(apiVersion: string): string {
  return groupOf(apiVersion) === "" ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
}

/** Who runs the control plane: only what version, groups, and labels of nodes prove. */
export function distributionOf(
  version: string,
  discovery: Discovery,
  nodes: readonly Resource[],
): Distribution | undefined {
  if (/-eks-/.test(version)) return "eks";
  if (/-gke\./.test(version)) return "gke";
  if (/\+k3s/.test(version)) return "k3s";
  if (/\+rke2/.test(version)) return "rke2";
  if ([...discovery.listings.keys()].some((gvk) => groupOf(gvk) === "config.openshift.io"))
    return "openshift";
  const labels = nodes.flatMap(({ metadata }) => Object.keys(metadata.labels ?? {}));
  if (labels.some((label) => label.startsWith("kubernetes.azure.com/"))) return "aks";
  if (labels.some((label) => label.startsWith("eks.amazonaws.com/"))) return "eks";
  if (labels.some((label) => label.startsWith("cloud.google.com/gke-"))) return "gke";
  const own = labels.some((label) => /^node-role\.kubernetes\.io\/(?:control-plane|master)$/.test(label));
  return own ? "self-managed" : undefined;
}
