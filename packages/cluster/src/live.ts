/** Reads a live cluster into a snapshot: discovery, then one paged list for each kind, a few at a time. */
import type { Gap, Resource, Snapshot } from "@plimsoll/core";
import { accessOf, type Access } from "./access.ts";
import { admit } from "./admit.ts";
import { ApiError, openApi, type Api, type ApiTimes } from "./api.ts";
import {
  apiVersionOf,
  discover,
  distributionOf,
  podBearingKinds,
  rootOf,
  type Discovery,
  type Listing,
} from "./discover.ts";
import { createDraft, join, skip, snapshotOf, type Draft } from "./draft.ts";
import { groupOf } from "./kinds.ts";
import { RefusedError, sanitised } from "./limit.ts";
import { inParallel } from "./pool.ts";
import { probeAnonymous, probeKubelets } from "./probe.ts";
import { isRawObject, type Raw, type RawObject } from "./raw.ts";

export interface ClusterOptions {
  readonly kubeconfig?: string;
  /** A context of the kubeconfig; default: its current one, else the service account of the pod we run in. */
  readonly context?: string;
  /** Only these; default: all. Objects outside namespaces are read in either case. */
  readonly namespaces?: readonly string[];
  /** What to list, as `apps/v1/Deployment`. Secrets are never asked for, whatever stands here. */
  readonly kinds: readonly string[];
  /** RFC 3339. */
  readonly takenAt: string;
  readonly onProgress?: (progress: ClusterProgress) => void;
  readonly times?: Partial<ApiTimes>;
  /** Ask the kubelets for their settings, and the API server once without a name. */
  readonly probe?: boolean;
}

export interface ClusterProgress {
  readonly kinds: number;
  readonly ofKinds: number;
  readonly resources: number;
  readonly requests: number;
}

interface Reading {
  readonly api: Api;
  readonly access: Access;
  readonly options: ClusterOptions;
  readonly discovery: Discovery;
  /** One for each kind, so that the order of answers does not matter. */
  readonly drafts: Map<string, Draft>;
  readonly covered: Set<string>;
  done: number;
}

const parallel = 6;
const pageLength = 500;

/**
 * Reads a cluster. What cannot be read is a gap; only a kubeconfig that leads nowhere, or a credential plugin that
 * fails, throws a `UserError` (`no-cluster`).
 */
export async function readCluster(options: ClusterOptions): Promise<Snapshot> {
  const access = accessOf(options.kubeconfig, options.context);
  const api = await openApi(access, options.times);
  try {
    return await readAll(api, access, options);
  } finally {
    api.close();
  }
}

async function readAll(api: Api, access: Access, options: ClusterOptions): Promise<Snapshot> {
  const kinds = [...new Set(options.kinds)].filter((gvk) => gvk !== "v1/Secret");
  const whole = createDraft();
  let version = "";
  let discovery: Discovery = { listings: new Map(), stale: new Set(), complete: false };
  let covered: readonly string[] = [];
  try {
    [discovery, version] = await Promise.all([discover(api, kinds), serverVersion(api)]);
    const drafts = new Map<string, Draft>();
    const reading: Reading = { api, access, options, discovery, drafts, covered: new Set(), done: 0 };
    const asked = [...new Set([...kinds, ...podBearingKinds(discovery)])];
    await readKinds(reading, asked);
    covered = asked.filter((gvk) => reading.covered.has(gvk));
    for (const gvk of asked) join(whole, drafts.get(gvk) ?? createDraft());
    if (options.probe === true) await probe(whole, api, access, options.times);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    whole.gaps.push(clusterGap(access, error, kinds));
  }
  if (!access.tls.rejectUnauthorized) whole.gaps.push(unverifiedGap);
  const distribution = distributionOf(
    version,
    discovery,
    whole.resources.map(({ resource }) => resource).filter(isNode),
  );
  return snapshotOf(
    whole,
    {
      format: "plimsoll-snapshot",
      version: 1,
      takenAt: options.takenAt,
      server: {
        kind: "cluster",
        name: access.name,
        ...(version === "" ? {} : { version }),
        ...(distribution === undefined ? {} : { distribution }),
      },
    },
    covered,
  );
}

async function probe(whole: Draft, api: Api, access: Access, times?: Partial<ApiTimes>): Promise<void> {
  const nodes = whole.resources
    .filter(({ resource }) => isNode(resource))
    .map(({ resource }) => resource.metadata.name ?? "");
  for (const { resources, gaps } of [await probeKubelets(api, nodes), await probeAnonymous(access, times)]) {
    whole.resources.push(...resources);
    whole.gaps.push(...gaps);
  }
}

function isNode(resource: Resource): boolean {
  return resource.kind === "Node";
}

/** `v1.35.4`; empty where the server does not tell. */
async function serverVersion(api: Api): Promise<string> {
  try {
    const answer = await api.get("/version");
    const version = isRawObject(answer) ? answer["gitVersion"] : undefined;
    return typeof version === "string" ? sanitised(version, 60) : "";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return "";
  }
}

/** Several kinds at a time, since most of the wait is the network's. */
async function readKinds(reading: Reading, kinds: readonly string[]): Promise<void> {
  const works = kinds.map((gvk) => async (): Promise<void> => {
    await readKind(reading, gvk);
    reading.done += 1;
    progress(reading, kinds.length);
  });
  await inParallel(works, parallel);
}

function progress({ options, drafts, api, done }: Reading, ofKinds: number): void {
  const resources = [...drafts.values()].reduce((sum, draft) => sum + draft.resources.length, 0);
  options.onProgress?.({ kinds: done, ofKinds, resources, requests: api.requests() });
}

async function readKind(reading: Reading, gvk: string): Promise<void> {
  const { discovery, options, drafts, covered } = reading;
  const draft = createDraft();
  drafts.set(gvk, draft);
  const listing = discovery.listings.get(gvk);
  if (listing === undefined) {
    const gap = notServed(discovery, gvk);
    if (gap === undefined) covered.add(gvk); // the server knows no such kind, so there is none of it
    else draft.gaps.push(gap);
    return;
  }
  const places = placesOf(listing, options.namespaces);
  const results = [];
  for (const place of places) results.push(await readPlace(reading, draft, listing, place));
  if (results.some((read) => read)) covered.add(gvk);
}

/** A path that lists, and the namespace that it is limited to. */
interface Place {
  readonly path: string;
  readonly namespace?: string;
  /** A single object by its name. */
  readonly single?: boolean;
}

function placesOf(
  { apiVersion, kind, resource, namespaced }: Listing,
  namespaces?: readonly string[],
): readonly Place[] {
  const root = rootOf(apiVersion);
  if (namespaces === undefined || namespaces.length === 0) return [{ path: `${root}/${resource}` }];
  const names = namespaces.map(encodeURIComponent);
  if (kind === "Namespace" && apiVersion === "v1") {
    return names.map((name, index) => ({
      path: `${root}/namespaces/${name}`,
      namespace: namespaces[index]!,
      single: true,
    }));
  }
  if (!namespaced) return [{ path: `${root}/${resource}` }];
  return names.map((name, index) => ({
    path: `${root}/namespaces/${name}/${resource}`,
    namespace: namespaces[index]!,
  }));
}

function notServed(discovery: Discovery, gvk: string): Gap | undefined {
  const apiVersion = apiVersionOf(gvk);
  const kind = gvk.slice(apiVersion.length);
  if (discovery.stale.has(apiVersion)) {
    return {
      reason: "server-error",
      source: "cluster",
      message: `the server of ${apiVersion} does not answer`,
      kinds: [gvk],
    };
  }
  const other = [...discovery.listings.keys()].find(
    (key) => key.endsWith(kind) && groupOf(key) === groupOf(apiVersion),
  );
  if (other === undefined || groupOf(apiVersion) === "") return undefined;
  const message = `${gvk} is served as ${other} only, which is not read`;
  return { reason: "unsupported", source: "cluster", message, kinds: [gvk] };
}

/** True where everything of the place was read. */
async function readPlace(
  { api, access, discovery }: Reading,
  draft: Draft,
  listing: Listing,
  place: Place,
): Promise<boolean> {
  const before = draft.resources.length;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await readPages(api, draft, listing, place);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      draft.resources.length = before;
      if (error.code === "expired" && attempt < 3) continue; // the list changed too much between two pages
      if (error.status === 404 && !discovery.complete && place.single !== true) return true;
      draft.gaps.push(placeGap(access, listing, place, error));
      return false;
    }
  }
}

async function readPages(api: Api, draft: Draft, listing: Listing, place: Place): Promise<void> {
  if (place.single === true) {
    take(draft, listing, (await api.get(place.path)) as Raw);
    return;
  }
  let next = "";
  do {
    const from = next === "" ? "" : `&continue=${encodeURIComponent(next)}`;
    const page = await api.get(`${place.path}?limit=${pageLength}${from}`);
    const items = isRawObject(page) ? page["items"] : undefined;
    if (!isRawObject(page) || (!Array.isArray(items) && items !== null)) {
      throw new ApiError("server-error", "an answer that is no list", -1);
    }
    for (const item of items ?? []) take(draft, listing, item);
    const metadata = page["metadata"];
    const more = isRawObject(metadata) ? metadata["continue"] : undefined;
    if (more === next && next !== "") throw new ApiError("server-error", "a list that does not end", -1);
    next = typeof more === "string" ? more : "";
  } while (next !== "");
}

/** Items of a list do not say their version and kind. */
function take(draft: Draft, { apiVersion, kind }: Listing, item: Raw): void {
  if (!isRawObject(item)) return;
  const whole: RawObject = { apiVersion, kind, ...item };
  try {
    const admission = admit(whole, undefined, { source: { file: "cluster" }, wanted: true });
    if (admission.outcome === "admitted") draft.resources.push(admission.record);
    else if (admission.outcome === "skipped") skip(draft, admission.reason);
    else
      draft.gaps.push({
        reason: "unsupported",
        source: "cluster",
        message: admission.message,
        kinds: [],
        blocking: false,
      });
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const metadata = item["metadata"];
    const name = isRawObject(metadata)
      ? sanitised(`${String(metadata["namespace"] ?? "")}/${String(metadata["name"])}`)
      : "";
    draft.gaps.push({
      reason: "refused",
      source: "cluster",
      message: `${kind} ${name}: ${error.message}`,
      kinds: [`${apiVersion}/${kind}`],
    });
  }
}

function placeGap(access: Access, listing: Listing, place: Place, error: ApiError): Gap {
  const { apiVersion, kind, resource } = listing;
  const where = place.namespace === undefined ? "" : ` in namespace ${place.namespace}`;
  return {
    reason: error.code,
    source: "cluster",
    message: sanitised(`${kind}${where}: ${error.message}`, 300),
    kinds: [`${apiVersion}/${kind}`],
    ...(place.namespace === undefined ? {} : { namespaces: [place.namespace] }),
    ...remedyOf(
      access,
      error,
      `${resource}${groupOf(apiVersion) === "" ? "" : `.${groupOf(apiVersion)}`}`,
      place,
    ),
  };
}

function remedyOf(
  access: Access,
  { code, status }: ApiError,
  resource: string,
  place: Place,
): { readonly remedy?: string } {
  if (status === 401) return { remedy: "log in again: the credentials were not accepted" };
  if (code === "forbidden") {
    const [plural, ...group] = resource.split(".");
    const rule = `apiGroups: ["${group.join(".")}"], resources: ["${plural}"], verbs: ["${place.single === true ? "get" : "list"}"]`;
    return { remedy: `grant the account of context ${access.name}: ${rule}` };
  }
  if (code === "not-found") return { remedy: "check the namespace's name" };
  if (code === "throttled" || code === "server-error" || code === "timeout" || code === "expired") {
    return { remedy: "scan again when the API server is less busy" };
  }
  return {};
}

function clusterGap(access: Access, error: ApiError, kinds: readonly string[]): Gap {
  const remedy =
    error.status === 401
      ? "log in again: the credentials were not accepted"
      : `check that ${access.server.origin} can be reached: kubectl --context ${access.name} version`;
  return {
    reason: error.code,
    source: "cluster",
    message: sanitised(`${access.server.host}: ${error.message}`, 300),
    kinds,
    remedy,
  };
}

const unverifiedGap: Gap = {
  reason: "no-evidence",
  source: "cluster",
  message:
    "the API server's certificate was not verified (insecure-skip-tls-verify): anyone between may have answered",
  kinds: [],
  remedy: "set certificate-authority in the kubeconfig",
  blocking: false,
};
