/** Where the objects of a kind are listed, how one is taken in from there, and the gap where it cannot be read. */
import { groupOf, type Gap, type ResourceRecord } from "@plimsoll/core";
import { admit } from "./admit.ts";
import { apiVersionOf, rootOf, type Discovery, type Listing } from "./discover.ts";
import { RefusedError, sanitised } from "./limit.ts";
import { isRawObject, type RawObject } from "./raw.ts";
import type { ApiError } from "./refusal.ts";

/** A path that lists, and the namespace that it is limited to. */
export interface Place {
  readonly path: string;
  readonly namespace?: string;
  /** A single object by its name. */
  readonly single?: boolean;
}

export function placesOf(
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

export function notServed(discovery: Discovery, gvk: string): Gap | undefined {
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

/** An item of a list, or why it is none. */
export type Taken =
  | { readonly record: ResourceRecord }
  | { readonly skipped: "not-kubernetes" | "unknown-kind" }
  | { readonly gap: Gap };

/** Takes in, and changes, an item of a list; such items need not say their version and kind. */
export function takenIn({ apiVersion, kind }: Listing, item: RawObject): Taken {
  const whole: RawObject = { apiVersion, kind, ...item };
  try {
    const admission = admit(whole, undefined, { source: { file: "cluster" }, wanted: true });
    if (admission.outcome === "admitted") return { record: admission.record };
    if (admission.outcome === "skipped") return { skipped: admission.reason };
    const { message } = admission;
    return { gap: { reason: "unsupported", source: "cluster", message, kinds: [], blocking: false } };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const metadata = item["metadata"];
    const name = isRawObject(metadata)
      ? sanitised(`${String(metadata["namespace"] ?? "")}/${String(metadata["name"])}`)
      : "";
    return {
      gap: {
        reason: "refused",
        source: "cluster",
        message: `${kind} ${name}: ${error.message}`,
        kinds: [`${apiVersion}/${kind}`],
      },
    };
  }
}

export function placeGap(context: string, listing: Listing, place: Place, error: ApiError): Gap {
  const { apiVersion, kind, resource } = listing;
  const where = place.namespace === undefined ? "" : ` in namespace ${place.namespace}`;
  return {
    reason: error.code,
    source: "cluster",
    message: sanitised(`${kind}${where}: ${error.message}`, 300),
    kinds: [`${apiVersion}/${kind}`],
    ...(place.namespace === undefined ? {} : { namespaces: [place.namespace] }),
    ...remedyOf(
      context,
      error,
      `${resource}${groupOf(apiVersion) === "" ? "" : `.${groupOf(apiVersion)}`}`,
      place,
    ),
  };
}

function remedyOf(
  context: string,
  { code, status }: ApiError,
  resource: string,
  place: Place,
): { readonly remedy?: string } {
  if (status === 401) return { remedy: "log in again: the credentials were not accepted" };
  if (code === "forbidden") {
    const [plural, ...group] = resource.split(".");
    const rule = `apiGroups: ["${group.join(".")}"], resources: ["${plural}"], verbs: ["${place.single === true ? "get" : "list"}"]`;
    return { remedy: `grant the account of context ${context}: ${rule}` };
  }
  if (code === "not-found") return { remedy: "check the namespace's name" };
  if (code === "throttled" || code === "server-error" || code === "timeout" || code === "expired") {
    return { remedy: "scan again when the API server is less busy" };
  }
  return {};
}
