/** Reads a live cluster into a snapshot: discovery, then one paged list for each kind, a few at a time. */
import type { Gap, Resource, Snapshot } from "@plimsoll/core";
import { accessOf, type Access } from "./access.ts";
import { ApiError, openApi, type Api, type ApiTimes } from "./api.ts";
import { discover, distributionOf, foundKinds, type Discovery, type Listing } from "./discover.ts";
import { createDraft, join, skip, snapshotOf, type Draft } from "./draft.ts";
import { sanitised } from "./limit.ts";
import { notServed, placeGap, placesOf, takenIn, type Place } from "./place.ts";
import { inParallel } from "./pool.ts";
import { probeAnonymous, probeKubelets } from "./probe.ts";
import { isRawObject, type Raw } from "./raw.ts";

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
    const asked = [...new Set([...kinds, ...foundKinds(discovery)])];
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
    for (const resource of resources) whole.resources.push(resource);
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
      draft.gaps.push(placeGap(access.name, listing, place, error));
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

function take(draft: Draft, listing: Listing, item: Raw): void {
  if (!isRawObject(item)) return;
  const taken = takenIn(listing, item);
  if ("record" in taken) draft.resources.push(taken.record);
  else if ("skipped" in taken) skip(draft, taken.skipped);
  else draft.gaps.push(taken.gap);
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
